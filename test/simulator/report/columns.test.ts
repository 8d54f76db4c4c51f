import { COLUMNS, formatMs } from '../../../lib/simulator/report/columns';
import type { Summary } from '../../../lib/simulator/summary';
import { always, summary } from '../../support/simulator/summaries';

/** The cells of the columns with a title. */
function cells(title: string, given: Partial<Summary>): readonly string[] {
  return COLUMNS.filter((column) => column.title === title).map(({ cell }) => cell(summary(given)));
}

test.each([
  [0, '0.0 ms'],
  [12.34, '12.3 ms'],
  [123.4, '123 ms'],
  [9999, '9999 ms'],
  [10_000, '10.0 s'],
  [83_240, '83.2 s'],
  [NaN, '-'],
  [Infinity, '-'],
])('%d ms read %s', (ms, text) => {
  expect(formatMs(ms)).toBe(text);
});

test('the first column names the policy', () => {
  expect(COLUMNS[0]?.cell(summary({ policy: 'oracle' }))).toBe('oracle');
});

test('percentiles come in the order time to first token, per token, and to the end', () => {
  const given = {
    ttft: { mean: 1, p50: 2, p90: 3, p99: 4 },
    tpot: { mean: 0, p50: 5, p90: 6, p99: 0 },
    e2e: { mean: 0, p50: 7, p90: 8, p99: 9 },
  };

  expect(COLUMNS.slice(1, 10).map(({ cell }) => cell(summary(given)))).toEqual(
    [1, 2, 3, 4, 5, 6, 7, 8, 9].map((ms) => `${ms}.0 ms`),
  );
});

test.each([
  ['CACHED', { hitRatio: 0.4567 }, '45.7 %'],
  ['GOOD', { goodPart: 1 }, '100.0 %'],
  ['TOKENS/S', { tokensPerSecond: 12_345.6 }, '12346'],
  ['TOKENS/S', { tokensPerSecond: 12.34 }, '12.3'],
  ['GPU-H/M', { gpuHoursPerMillionTokens: 0.12345 }, '0.123'],
  ['PREEMPTED', { preemptions: 17 }, '17'],
])('%s of %j is %s', (title, given, text) => {
  expect(cells(title, given)).toEqual([text]);
});

test('what was rejected is lost too', () => {
  expect(cells('LOST', { lost: 2, rejected: 3 })).toEqual(['5']);
});

test('a number that there is none of is a dash', () => {
  const nothing = summary({
    ttft: always(NaN),
    tpot: always(NaN),
    e2e: always(NaN),
    hitRatio: NaN,
    goodPart: NaN,
    tokensPerSecond: NaN,
    gpuHoursPerMillionTokens: NaN,
  });

  expect(COLUMNS.slice(1, 14).map(({ cell }) => cell(nothing))).toEqual(Array.from({ length: 13 }, () => '-'));
});
