import * as fc from 'fast-check';
import { COLUMNS } from '../../../lib/simulator/report/columns';
import { summaryTable } from '../../../lib/simulator/report/table';
import { summary } from '../../support/simulator/summaries';

const NAME_AND_REQUESTS = [
  { title: 'POLICY', cell: ({ policy }: { readonly policy: string }) => policy },
  { title: 'N', cell: ({ requests }: { readonly requests: number }) => String(requests) },
];

test('names stand at the left of their column, numbers at the right', () => {
  const table = summaryTable(
    [summary({ policy: 'round-robin', requests: 7 }), summary({ policy: 'oracle', requests: 1234 })],
    NAME_AND_REQUESTS,
  );

  expect(table).toBe(['POLICY          N', 'round-robin     7', 'oracle       1234'].join('\n'));
});

test('a title is as good a reason for a wide column as a value', () => {
  expect(summaryTable([summary({ policy: 'a', requests: 1 })], NAME_AND_REQUESTS)).toBe('POLICY  N\na       1');
});

test('without a summary there are the titles', () => {
  expect(summaryTable([], NAME_AND_REQUESTS)).toBe('POLICY  N');
});

test('has every column of a simulation unless told otherwise', () => {
  const [titles] = summaryTable([summary()]).split('\n');

  expect(titles?.split(/ {2,}/)).toEqual(COLUMNS.map(({ title }) => title));
});

test('no line ends with a space', () => {
  const wide = { title: 'NOTE', cell: ({ workload }: { readonly workload: string }) => workload };

  expect(summaryTable([summary({ policy: 'a', workload: '' })], [NAME_AND_REQUESTS[0]!, wide])).toBe('POLICY  NOTE\na');
});

test('all lines are as long when the last column is full', () => {
  const row = fc.record({ policy: fc.stringMatching(/^[a-z]{1,20}$/), requests: fc.nat() });
  fc.assert(
    fc.property(fc.array(row, { maxLength: 6 }), (rows) => {
      const lines = summaryTable(rows.map(summary), NAME_AND_REQUESTS).split('\n');

      expect(lines).toHaveLength(rows.length + 1);
      expect(new Set(lines.map(({ length }) => length)).size).toBe(1);
    }),
    { seed: 24 },
  );
});
