import * as fc from 'fast-check';
import { escapeHtml, type Plot, plotSvg, ticks } from '../../../lib/simulator/report/plot';

const LEFT_EDGE = 64;
const RIGHT_EDGE = 690;
const TOP_EDGE = 30;
const BOTTOM_EDGE = 316;

function plot(given: Partial<Plot> = {}): Plot {
  return {
    title: 'Waiting',
    xTitle: 'rate',
    yTitle: 'time',
    lines: [],
    logX: false,
    formatX: (x) => `x${x}`,
    formatY: (y) => `y${y}`,
    ...given,
  };
}

type Point = readonly [x: number, y: number];

const line = (...points: readonly Point[]) => ({ name: 'line', points });

/** Points of the lines of a plot, as they are drawn. */
function drawn(given: Partial<Plot>): readonly (readonly Point[])[] {
  return [...plotSvg(plot(given)).matchAll(/<polyline[^>]* points="([^"]*)"/g)].map(([, points = '']) =>
    points.split(' ').filter(Boolean).map(toPoint),
  );
}

function toPoint(text: string): Point {
  const [x = NaN, y = NaN] = text.split(',').map(Number);
  return [x, y];
}

const count = (svg: string, part: string): number => svg.split(part).length - 1;

describe('a plot', () => {
  test('says what it shows to those who cannot see it', () => {
    expect(plotSvg(plot())).toMatch(/^<svg [^>]*role="img" aria-label="Waiting">/);
  });

  test('has its titles', () => {
    const svg = plotSvg(plot());

    expect(['>Waiting<', '>rate<', '>time<'].filter((text) => !svg.includes(text))).toEqual([]);
  });

  test('names each line in its legend', () => {
    const svg = plotSvg(plot({ lines: ['first', 'second'].map((name) => ({ name, points: [] })) }));

    expect(['>first<', '>second<'].filter((text) => !svg.includes(text))).toEqual([]);
  });

  test('gives each of a dozen lines a colour of its own, that of its legend', () => {
    const svg = plotSvg(plot({ lines: Array.from({ length: 12 }, () => line()) }));
    const strokes = [...svg.matchAll(/stroke="(#[0-9a-f]{6})"/g)].map(([, colour]) => colour);
    const fills = [...svg.matchAll(/fill="(#[0-9a-f]{6})"/g)].map(([, colour]) => colour);

    expect(new Set(strokes).size).toBe(12);
    expect(fills).toEqual(strokes);
  });

  test('draws more lines than it has colours', () => {
    expect(drawn({ lines: Array.from({ length: 30 }, () => line([0, 1], [1, 2])) })).toHaveLength(30);
  });

  test('escapes every text that is given', () => {
    const evil = '<b>"&\'';
    const svg = plotSvg(
      plot({
        title: evil,
        xTitle: evil,
        yTitle: evil,
        lines: [{ name: evil, points: [[0, 1] as const, [10, 1] as const] }],
        formatX: () => evil,
        formatY: () => evil,
      }),
    );

    expect(svg).not.toContain('<b>');
    expect(svg).not.toContain(evil);
  });

  test('of nothing has no number in it', () => {
    expect(plotSvg(plot({ lines: [line()] }))).not.toMatch(/NaN|Infinity|undefined/);
  });
});

describe('the lines', () => {
  test('reach from the left edge to the right one, and from 0 to the top', () => {
    const lines = [line([10, 0], [20, 50]), line([15, 25], [30, 100])];

    expect(drawn({ lines })).toEqual([
      [
        [LEFT_EDGE, BOTTOM_EDGE],
        [377, 173],
      ],
      [
        [220.5, 244.5],
        [RIGHT_EDGE, TOP_EDGE],
      ],
    ]);
  });

  test('grow tenfold in equal steps along a logarithmic axis', () => {
    const [points] = drawn({ logX: true, lines: [line([1, 1], [10, 1], [100, 1])] });

    expect(points?.map(([x]) => x)).toEqual([LEFT_EDGE, (LEFT_EDGE + RIGHT_EDGE) / 2, RIGHT_EDGE]);
  });

  test('stay in the plot and keep the order of their points', () => {
    const points = fc.array(
      fc.tuple(fc.double({ min: 0.1, max: 1e6, noNaN: true }), fc.double({ min: 0, max: 1e6, noNaN: true })),
      { minLength: 1, maxLength: 20 },
    );
    fc.assert(
      fc.property(fc.array(points, { minLength: 1, maxLength: 4 }), fc.boolean(), (given, logX) => {
        const all = drawn({ logX, lines: given.map((one) => line(...one)) });
        for (const [i, one] of all.entries()) {
          expect(one).toHaveLength(given[i]?.length ?? NaN);
          for (const [x, y] of one) {
            expect(x).toBeGreaterThanOrEqual(LEFT_EDGE);
            expect(x).toBeLessThanOrEqual(RIGHT_EDGE);
            expect(y).toBeGreaterThanOrEqual(TOP_EDGE);
            expect(y).toBeLessThanOrEqual(BOTTOM_EDGE);
          }
        }
      }),
      { seed: 22 },
    );
  });

  test('have their scale from what a logarithmic axis can show', () => {
    const [first] = drawn({ logX: true, lines: [line([1, 1], [100, 1]), line([0, 1], [10, 1])] });

    expect(first?.map(([x]) => x)).toEqual([LEFT_EDGE, RIGHT_EDGE]);
  });

  test('of one point only is drawn at the left', () => {
    expect(drawn({ lines: [line([5, 3])] })).toEqual([[[LEFT_EDGE, TOP_EDGE]]]);
  });

  test('that are 0 all along lie on the axis', () => {
    expect(drawn({ lines: [line([0, 0], [1, 0])] })[0]?.map(([, y]) => y)).toEqual([BOTTOM_EDGE, BOTTOM_EDGE]);
  });
});

test('the grid has a line and a label for each tick', () => {
  const svg = plotSvg(plot({ lines: [line([0, 0], [10, 5])] }));
  const labels = [...svg.matchAll(/>([xy][\d.]+)</g)].map(([, label]) => label);

  expect(labels).toEqual(['x0', 'x2', 'x4', 'x6', 'x8', 'x10', 'y0', 'y1', 'y2', 'y3', 'y4', 'y5']);
  expect(count(svg, 'class="grid"')).toBe(labels.length);
});

describe('ticks', () => {
  test.each([
    [0, 10, [0, 2, 4, 6, 8, 10]],
    [0, 4, [0, 1, 2, 3, 4]],
    [3, 42, [10, 20, 30, 40]],
    [0, 100_000, [0, 20_000, 40_000, 60_000, 80_000, 100_000]],
    [-5, 5, [-4, -2, 0, 2, 4]],
    [0, 0.3, [0, 0.1, 0.2, 0.3]],
    [0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]],
    [0.3, 0.8, [0.3, 0.4, 0.5, 0.6, 0.7, 0.8]],
    [0, 1e-9, [0, 2e-10, 4e-10, 6e-10, 8e-10, 1e-9]],
    [7, 7, [7]],
    [7.3, 7.3, [7.3]],
  ])('between %d and %d are round', (min, max, expected) => {
    expect(ticks(min, max, false)).toEqual(expected);
  });

  test('are powers of ten along a logarithmic axis', () => {
    expect(ticks(5, 20_000, true)).toEqual([10, 100, 1000, 10_000]);
    expect(ticks(0.001, 1, true)).toEqual([0.001, 0.01, 0.1, 1]);
  });

  test.each([
    [5, 200, [5, 10, 20, 50, 100, 200]],
    [120, 900, [200, 500]],
    [0.02, 0.3, [0.02, 0.05, 0.1, 0.2]],
    // No two of 1, 2 and 5 lie between these.
    [150, 450, [200, 300, 400]],
    [210, 290, [220, 240, 260, 280]],
    [250, 250, [250]],
  ])('along a logarithmic axis from %d to %d are more than its powers of ten', (min, max, expected) => {
    expect(ticks(min, max, true)).toEqual(expected);
  });

  test('along a logarithmic axis are at least two, in their order', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
        fc.double({ min: 1.01, max: 1e6, noNaN: true }),
        (min, factor) => {
          const all = ticks(min, min * factor, true);

          expect(all.length).toBeGreaterThanOrEqual(2);
          expect(all.filter((tick) => tick < min || tick > min * factor)).toEqual([]);
          expect(all).toEqual([...new Set(all)].sort((a, b) => a - b));
        },
      ),
      { seed: 24 },
    );
  });

  test('have no digits that only come from binary fractions', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100_000 }), fc.integer({ min: 1, max: 100_000 }), (min, span) => {
        const labels = ticks(min / 1000, (min + span) / 1000, false).map(String);

        expect(labels.filter((label) => label.length > '100.0005'.length)).toEqual([]);
      }),
      { seed: 25 },
    );
  });

  test('along a logarithmic axis that starts at nothing are none', () => {
    expect([ticks(0, 10, true), ticks(-5, 10, true)]).toEqual([[], []]);
  });

  test.each([
    [Infinity, -Infinity],
    [0, NaN],
    [9, 3],
  ])('between %d and %d are none', (min, max) => {
    expect([ticks(min, max, false), ticks(min, max, true)]).toEqual([[], []]);
  });

  test('lie between the limits, in equal steps, about five of them', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1_000_000, max: 1_000_000 }),
        fc.integer({ min: 1, max: 1_000_000 }),
        (min, span) => {
          const all = ticks(min, min + span, false);
          const steps = all.slice(1).map((tick, i) => tick - (all[i] ?? NaN));

          expect(all.filter((tick) => tick < min || tick > min + span)).toEqual([]);
          expect(all.length).toBeGreaterThanOrEqual(2);
          expect(all.length).toBeLessThanOrEqual(6);
          for (const step of steps) expect(step / (steps[0] ?? NaN)).toBeCloseTo(1, 3);
        },
      ),
      { seed: 23 },
    );
  });
});

describe('text for HTML', () => {
  test('has none of the characters that mean something there', () => {
    expect(escapeHtml(`<a href="x" title='y'>&`)).toBe('&#60;a href=&#34;x&#34; title=&#39;y&#39;&#62;&#38;');
  });

  test('keeps every other character', () => {
    expect(escapeHtml('p90 of 3 → 4 ms, ümlaut')).toBe('p90 of 3 → 4 ms, ümlaut');
  });
});
