import type { Summary } from '../summary';
import { type Column, COLUMNS } from './columns';

/** The summaries as a table for a terminal, one policy a row. */
export function summaryTable(summaries: readonly Summary[], columns: readonly Column[] = COLUMNS): string {
  const rows = [columns.map(({ title }) => title), ...summaries.map((one) => columns.map(({ cell }) => cell(one)))];
  const widths = columns.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows
    .map((row) => row.map((cell, column) => pad(cell, widths[column] ?? 0, column > 0)).join('  '))
    .map((line) => line.trimEnd())
    .join('\n');
}

function pad(cell: string, width: number, right: boolean): string {
  return right ? cell.padStart(width) : cell.padEnd(width);
}
