import * as fc from 'fast-check';
import { highestRate } from '../../lib/simulator/capacity';

/** Searches for a limit and notes the rates that were tried. */
function searched(limit: number, start: number, precision = 0.02): { readonly rate: number; readonly tried: number[] } {
  const tried: number[] = [];
  const holds = (rate: number): boolean => {
    tried.push(rate);
    return rate <= limit;
  };
  return { rate: highestRate(holds, { start, precision }), tried };
}

test('doubles the rate until one does not hold', () => {
  expect(searched(9, 2).tried.slice(0, 4)).toEqual([2, 4, 8, 16]);
});

test('halves the rate until one holds', () => {
  expect(searched(1.1, 8).tried.slice(0, 4)).toEqual([8, 4, 2, 1]);
});

test('looks only between a rate that holds and twice that rate afterwards', () => {
  const { tried } = searched(9, 2);

  expect(tried.slice(4).filter((rate) => rate <= 8 || rate >= 16)).toEqual([]);
});

test('the start itself can be the answer', () => {
  expect(searched(2, 2).rate).toBeCloseTo(2, 10);
});

test('is 0 when no rate holds', () => {
  expect(searched(0, 5).rate).toBe(0);
});

test.each([
  ['up when everything holds', Infinity],
  ['down when nothing does', 0],
])('gives %s after a dozen steps', (_name, limit) => {
  const { tried } = searched(limit, 1, 0.5);

  expect(Math.max(...tried)).toBeLessThanOrEqual(2 ** 12);
  expect(Math.min(...tried)).toBeGreaterThanOrEqual(2 ** -12);
  expect(tried.length).toBeLessThan(20);
});

test('the answer held', () => {
  const { rate, tried } = searched(7.3, 1);

  expect(tried).toContain(rate);
});

test('finds any limit to the precision asked for, and needs few tries for it', () => {
  fc.assert(
    fc.property(
      fc.double({ min: -11.9, max: 11.9, noNaN: true }),
      fc.double({ min: 0.01, max: 100, noNaN: true }),
      fc.double({ min: 0.001, max: 0.5, noNaN: true }),
      (doublings, start, precision) => {
        const limit = start * 2 ** doublings;
        const { rate, tried } = searched(limit, start, precision);

        expect(rate).toBeLessThanOrEqual(limit);
        expect(rate * (1 + precision)).toBeGreaterThanOrEqual(limit);
        // Each try between the two ends halves the logarithm of their ratio, which is 2 at first.
        expect(tried.length).toBeLessThanOrEqual(16 + Math.ceil(Math.log2(Math.LN2 / Math.log1p(precision))));
      },
    ),
    { seed: 21, numRuns: 300 },
  );
});
