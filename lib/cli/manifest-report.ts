/** A Kubernetes object as far as a report looks at it. */
export interface ReportedObject {
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

/** A file of manifests. */
export interface ReportedFile {
  readonly path: string;
  readonly objects: readonly ReportedObject[];
}

/** A warning and the construct it comes from. */
export interface ReportedWarning {
  readonly path: string;
  readonly message: string;
}

/** A table of the objects in each file, and the warnings below it. */
export function manifestReport(files: readonly ReportedFile[], warnings: readonly ReportedWarning[]): string {
  const rows = files.flatMap(({ path, objects }) => objects.map(({ kind, metadata }) => [path, kind, metadata.name]));
  const count = `${rows.length} objects in ${files.length} ${files.length === 1 ? 'file' : 'files'}`;
  return [table(['FILE', 'KIND', 'NAME'], rows), '', count, ...warningLines(warnings)].join('\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(head), ...rows.map(line)].join('\n');
}

function warningLines(warnings: readonly ReportedWarning[]): readonly string[] {
  if (warnings.length === 0) return ['no warnings'];
  return [
    `${warnings.length} ${warnings.length === 1 ? 'warning' : 'warnings'}:`,
    ...warnings.map(({ path, message }) => `  ${path}: ${message}`),
  ];
}
