import * as fc from 'fast-check';
import { DecayingLine } from '../../../../../lib/picker/scheduling/scorers/latency/decaying-line';

const PRIOR = { base: 30, slope: 0.1, weight: 8 };

/** A line that saw `count` points of another one, each judged by what was learned before it. */
function lineOf(count: number, base: number, slope: number): DecayingLine {
  const line = new DecayingLine(60);
  for (let i = 0; i < count; i++) {
    const x = (i % 7) * 500;
    const known = line.fit(PRIOR, 1500);
    line.add(x, base + slope * x, known.base + known.slope * x);
  }
  return line;
}

test('is the prior before anything was observed', () => {
  const { base, slope } = new DecayingLine(60).fit(PRIOR, 1000);

  expect([base, slope]).toEqual([expect.closeTo(30), expect.closeTo(0.1)]);
});

test.each([
  [20, 0.02],
  [90, 0.3],
])('learns a base of %p and a slope of %p', (base, slope) => {
  const learned = lineOf(300, base, slope).fit(PRIOR, 1500);

  const expected = base + slope * 1500;
  expect(Math.abs(learned.base + learned.slope * 1500 - expected)).toBeLessThan(0.2 * expected);
  expect(Math.abs(learned.slope - slope)).toBeLessThan(0.3 * slope);
});

test('one hiccup hardly moves it', () => {
  const line = lineOf(200, 20, 0.05);
  const before = line.fit(PRIOR, 1500);

  line.add(1000, 60_000, before.base + before.slope * 1000);

  const after = line.fit(PRIOR, 1500);
  expect(after.base + after.slope * 1000).toBeLessThan(1.1 * (before.base + before.slope * 1000));
});

test('no coefficient is negative or unknown, whatever is observed', () => {
  const point = fc.record({ x: fc.nat(50_000), y: fc.double({ min: 0, max: 1e6, noNaN: true }) });
  fc.assert(
    fc.property(fc.array(point, { maxLength: 200 }), (points) => {
      const line = new DecayingLine(60);
      for (const { x, y } of points) {
        const { base, slope } = line.fit(PRIOR, 1000);
        line.add(x, y, base + slope * x);
      }
      const { base, slope } = line.fit(PRIOR, 1000);

      expect(base).toBeGreaterThanOrEqual(0);
      expect(slope).toBeGreaterThan(0);
      expect(Number.isFinite(base + slope)).toBe(true);
    }),
    { seed: 42 },
  );
});
