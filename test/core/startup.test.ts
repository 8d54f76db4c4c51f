import fc from 'fast-check';
import { startupBudgetSeconds } from '../../lib/core/startup';
import { holds } from './builders';

test.each([
  [0, 900],
  [14.9, 1500],
  [22.7, 2100],
  [131.5, 6300],
])('weights of %d GiB get %d seconds', (weights, seconds) => {
  expect(startupBudgetSeconds(weights)).toBe(seconds);
});

test('a model that is not known gets an hour', () => {
  expect(startupBudgetSeconds(undefined)).toBe(3600);
});

test('larger weights never get less time', () => {
  const gib = fc.double({ min: 0, max: 2000, noNaN: true });

  holds(
    fc.property(gib, gib, (a, b) => {
      expect(startupBudgetSeconds(Math.min(a, b))).toBeLessThanOrEqual(startupBudgetSeconds(Math.max(a, b)));
    }),
  );
});

test('a download of a fortieth of a GiB a second leaves fifteen minutes for the rest', () => {
  holds(
    fc.property(fc.double({ min: 0, max: 2000, noNaN: true }), (weights) => {
      expect(startupBudgetSeconds(weights) - weights * 40).toBeGreaterThanOrEqual(900 - 1e-6);
    }),
  );
});

test('a budget is a whole number of five minutes', () => {
  holds(
    fc.property(fc.double({ min: 0, max: 2000, noNaN: true }), (weights) => {
      expect(startupBudgetSeconds(weights) % 300).toBe(0);
    }),
  );
});
