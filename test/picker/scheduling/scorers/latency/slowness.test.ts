import * as fc from 'fast-check';
import { Slowness } from '../../../../../lib/picker/scheduling/scorers/latency/slowness';

/** What is thought of a pod after `count` first tokens that took `factor` times as long as expected. */
function after(count: number, factor: number): Slowness {
  const slowness = new Slowness();
  for (let i = 0; i < count; i++) {
    const poolMs = 50 + 100 * (i % 5);
    slowness.add(factor * poolMs, poolMs, poolMs * slowness.at(i), i);
  }
  return slowness;
}

test('a pod that nothing is known of is like the others', () => {
  expect(new Slowness().at(1000)).toBe(1);
});

test.each([0.5, 1, 2, 10])('learns that a pod takes %p times as long', (factor) => {
  expect(Math.abs(after(200, factor).at(200) / factor - 1)).toBeLessThan(0.15);
});

test('two first tokens say little', () => {
  expect(after(2, 2).at(2)).toBeLessThan(1.3);
});

test('one hiccup hardly moves it', () => {
  const slowness = after(200, 1);

  slowness.add(60_000, 100, 100, 200);

  expect(slowness.at(200)).toBeLessThan(1.05);
});

test('forgets a pod that nothing was heard of for long', () => {
  const slowness = after(200, 2);

  expect(slowness.at(200 + 10 * 60_000)).toBeLessThan(1.1);
});

test('is positive and known, whatever is observed', () => {
  const seen = fc.record({
    ms: fc.double({ min: 0, max: 1e7, noNaN: true }),
    expected: fc.double({ min: 0.001, max: 1e6, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.array(seen, { maxLength: 100 }), (all) => {
      const slowness = new Slowness();
      for (const { ms, expected } of all) slowness.add(ms, expected, expected * slowness.at(0), 0);

      expect(slowness.at(0)).toBeGreaterThan(0);
      expect(Number.isFinite(slowness.at(0))).toBe(true);
    }),
    { seed: 51 },
  );
});
