import { COLUMNS } from '../../simulator/report/columns';
import { summaryTable } from '../../simulator/report/table';
import type { LoadResult } from './types';

/** What only a simulation knows of its servers. */
const UNKNOWN = ['GPU-H/M', 'PREEMPTED'];

/** Columns of a simulation's table that can be measured from outside, and how many requests there were. */
const LOAD_COLUMNS = [
  ...COLUMNS.filter(({ title }) => !UNKNOWN.includes(title)).map((column) =>
    column.title === 'POLICY' ? { ...column, title: 'TARGET' } : column,
  ),
  { title: 'DONE', cell: ({ completed }: { readonly completed: number }) => String(completed) },
];

/** The measured numbers as a table like that of a simulation, one target a row, and below it what went wrong. */
export function loadTable(results: readonly LoadResult[]): string {
  const notes = results.flatMap(({ summary: { policy }, failures, tooLong, interrupted }) => [
    ...failures.map(({ reason, count }) => `${policy}: ${count} failed: ${reason}`),
    ...(tooLong === 0 ? [] : [`${policy}: ${tooLong} sessions ended where they outgrew the context of the model`]),
    ...(interrupted ? [`${policy}: interrupted; requests that were under way are not counted`] : []),
  ]);
  const table = summaryTable(
    results.map(({ summary }) => summary),
    LOAD_COLUMNS,
  );
  return [table, ...(notes.length === 0 ? [] : ['', ...notes])].join('\n');
}
