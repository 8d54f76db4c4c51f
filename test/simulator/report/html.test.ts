import { htmlReport, type Report } from '../../../lib/simulator/report/html';
import { COLUMNS } from '../../../lib/simulator/report/columns';
import { resultOf, summary } from '../../support/simulator/summaries';

function run(policy: string, times: Parameters<typeof resultOf>[0] = [[0, 40]]) {
  return { summary: summary({ policy }), result: resultOf(times) };
}

function html(given: Partial<Report> = {}): string {
  return htmlReport({ title: 'Chat', facts: [], runs: [run('random')], ...given });
}

const TOP_EDGE = 30;
const BOTTOM_EDGE = 316;

/** Points of the lines of both plots, the line of each run in the first and then in the second. */
function lines(given: Partial<Report>): readonly (readonly (readonly number[])[])[] {
  return [...html(given).matchAll(/<polyline[^>]* points="([^"]*)"/g)].map(([, points = '']) =>
    points
      .split(' ')
      .filter(Boolean)
      .map((point) => point.split(',').map(Number)),
  );
}

test('is a whole page that loads nothing', () => {
  expect(html()).toMatch(/^<!doctype html>\n[\s\S]*<\/html>\n$/);
  expect(html()).not.toMatch(/(src|href)=|url\(|@import|<script/);
});

test('has its title and what was simulated', () => {
  const page = html({ title: 'Chat on L4', facts: ['2 replicas', 'seed 1'] });

  expect(page).toContain('<title>Chat on L4</title>');
  expect(page).toContain('<h1>Chat on L4</h1>');
  expect(page).toContain('<ul><li>2 replicas</li><li>seed 1</li></ul>');
});

test('has a table with the columns of the terminal and a row for each run', () => {
  const page = html({ runs: [run('random'), run('oracle')] });
  const texts = (pattern: RegExp): readonly (string | undefined)[] =>
    [...page.matchAll(pattern)].map(([, text]) => text);

  expect(texts(/<th>([^<]*)<\/th>/g)).toEqual(COLUMNS.map(({ title }) => title));
  expect(texts(/<tr><td>([^<]*)<\/td>/g)).toEqual(['random', 'oracle']);
});

test('escapes what users name', () => {
  const page = html({ title: '<a>', facts: ['<b>'], runs: [run('<c>')] });

  expect(['<a>', '<b>', '<c>'].filter((tag) => page.includes(tag))).toEqual([]);
});

test('has two plots with a line for each run', () => {
  const runs = [run('random'), run('oracle'), run('dynamo')];

  expect(html({ runs }).match(/<svg /g)).toHaveLength(2);
  expect(lines({ runs })).toHaveLength(6);
});

test('the first plot rises from nothing to all requests', () => {
  const [points = []] = lines({
    runs: [
      run(
        'random',
        [10, 30, 20, 40].map((ttft, at) => [at, ttft] as const),
      ),
    ],
  });
  const [xs, ys] = [points.map(([x = NaN]) => x), points.map(([, y = NaN]) => y)];

  expect([ys[0], ys.at(-1)]).toEqual([BOTTOM_EDGE, TOP_EDGE]);
  expect(xs).toEqual([...xs].sort((a, b) => a - b));
  expect(ys).toEqual([...ys].sort((a, b) => b - a));
});

test('the second plot has a point for each part of the time in which requests came', () => {
  const times = [
    [0, 100],
    [1, 100],
    [3000, 50],
    [6000, 200],
  ] as const;
  const [, points] = lines({ runs: [run('random', times)] });

  // From 0 to the longest, 200 ms.
  expect(points?.map(([, y]) => y)).toEqual([
    (TOP_EDGE + BOTTOM_EDGE) / 2,
    BOTTOM_EDGE - (BOTTOM_EDGE - TOP_EDGE) / 4,
    TOP_EDGE,
  ]);
});

test('a point of the second plot is the 90th percentile of its part', () => {
  const times = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100].map((ttft) => [0, ttft] as const);
  const [, points] = lines({ runs: [run('random', [...times, [6000, 180] as const])] });

  expect(points?.map(([, y]) => y)).toEqual([(TOP_EDGE + BOTTOM_EDGE) / 2, TOP_EDGE]);
});

test('requests without a first token are in no plot', () => {
  const times = [
    [0, 100],
    [1000, undefined],
    [2000, 100],
  ] as const;

  expect(lines({ runs: [run('random', times)] })[1]).toHaveLength(2);
});

test.each([
  ['no requests', []],
  ['no answers', [[0, undefined] as const]],
])('a run with %s has lines without points', (_name, times) => {
  const page = html({ runs: [run('random', times)] });

  expect(lines({ runs: [run('random', times)] })).toEqual([[], []]);
  expect(page).not.toMatch(/NaN|Infinity|undefined/);
});

test('times of arrival less than a second apart have labels of their own', () => {
  const page = html({
    runs: [
      run(
        'random',
        [0, 500, 1000, 1500, 2000].map((at) => [at, 100] as const),
      ),
    ],
  });
  const [, over = ''] = page.match(/<svg[^]*?<\/svg>/g) ?? [];
  const labels = [...over.matchAll(/>([\d.]+ s)</g)].map(([, label]) => label);

  expect(labels).toEqual(['0.5 s', '1 s', '1.5 s']);
});
