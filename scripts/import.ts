/**
 * Generates `imports/`: one file of typed L1 classes for each API group.
 *
 *   npm run import                     from the release URLs that cdk8s.yaml lists
 *   npm run import -- --from FOLDER    from a local folder of CustomResourceDefinition files
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { groupsOf, type CustomResourceDefinition } from './crd-groups';

const ROOT = resolve(__dirname, '..');
const OUTPUT = join(ROOT, 'imports');

async function main(argv: readonly string[]): Promise<void> {
  const texts = await readSources(argv);
  const definitions = texts.flatMap((text) =>
    parseAllDocuments(text)
      .map((document) => document.toJS() as unknown)
      .filter(isDefinition),
  );
  const groups = groupsOf(definitions);
  if (groups.size === 0) throw new Error('no CustomResourceDefinition found; check the sources');

  const work = mkdtempSync(join(tmpdir(), 'crds-'));
  try {
    for (const [group, members] of groups) generate(work, group, members);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function readSources(argv: readonly string[]): Promise<string[]> {
  const from = argv.indexOf('--from');
  if (from >= 0) return readFolder(argv[from + 1]);
  const config = parse(readFileSync(join(ROOT, 'cdk8s.yaml'), 'utf8')) as { imports?: string[] };
  return Promise.all((config.imports ?? []).map(download));
}

function readFolder(folder: string | undefined): string[] {
  if (folder === undefined) throw new Error('--from needs a folder; for example --from ../crds');
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .sort()
    .map((file) => readFileSync(join(folder, file), 'utf8'));
}

async function download(url: string): Promise<string> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}; is the release tag in cdk8s.yaml right?`);
  return response.text();
}

function isDefinition(document: unknown): document is CustomResourceDefinition {
  return (document as { kind?: unknown } | null)?.kind === 'CustomResourceDefinition';
}

/** cdk8s writes one file for each input file and would overwrite a group that is spread over two, so a group is one file. */
function generate(work: string, group: string, members: readonly CustomResourceDefinition[]): void {
  const file = join(work, `${group}.yaml`);
  writeFileSync(file, members.map((member) => stringify(member)).join('---\n'));
  const cli = join(ROOT, 'node_modules', '.bin', 'cdk8s');
  const args = [
    'import',
    file,
    '--language',
    'typescript',
    '--output',
    OUTPUT,
    '--save=false',
    '--check-upgrade=false',
  ];
  // The CLI looks up its newest version at every start; without a network that prints a stack trace.
  execFileSync(cli, args, { cwd: work, stdio: 'pipe', env: { ...process.env, CDK8S_DISABLE_VERSION_CHECK: '1' } });
  console.log(`imports/${group}.ts: ${members.map((member) => member.spec.names.kind).join(', ')}`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(`import failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
