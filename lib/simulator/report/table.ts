import type { Summary } from '../summary';
import { COLUMNS } from './columns';

/** The summaries as a table for a terminal, one policy a row. */
export function summaryTable(summaries: readonly Summary[]): string {
  const rows = [COLUMNS.map(({ title }) => title), ...summaries.map((one) => COLUMNS.map(({ cell }) => cell(one)))];
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows
    .map((row) => row.map((cell, column) => pad(cell, widths[column] ?? 0, column > 0)).join('  '))
    .map((line) => line.trimEnd())
    .join('\n');
}

function pad(cell: string, width: number, right: boolean): string {
  return right ? cell.padStart(width) : cell.padEnd(width);
}
