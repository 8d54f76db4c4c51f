import { createUsageLimit } from '../../../../lib/picker/admission/flow-control/usage-limits';

const PRIORITIES = [100, 50, 0];

const ceilings = (limit: ReturnType<typeof createUsageLimit>, saturation = 0): readonly number[] =>
  PRIORITIES.map((_, rank) => limit.ceiling(rank, PRIORITIES, saturation));

test('a static limit is the same for all', () => {
  expect(ceilings(createUsageLimit({ kind: 'static', threshold: 0.7 }))).toEqual([0.7, 0.7, 0.7]);
});

test('a holdback by rank has equal steps', () => {
  const limit = createUsageLimit({ kind: 'priority-holdback', minCeiling: 0.5, maxCeiling: 0.9, domain: 'rank' });

  expect(ceilings(limit)).toEqual([0.9, expect.closeTo(0.7, 12), 0.5]);
  expect(limit.ceiling(0, [7], 0)).toBe(0.9);
});

test('a holdback by value has steps as far apart as the priorities', () => {
  const limit = createUsageLimit({ kind: 'priority-holdback', minCeiling: 0.5, maxCeiling: 0.9, domain: 'value' });

  expect([90, 10].map((_, rank) => limit.ceiling(rank + 1, [100, 90, 10, 0], 0))).toEqual([
    expect.closeTo(0.86, 12),
    expect.closeTo(0.54, 12),
  ]);
  expect(limit.ceiling(0, [7], 0)).toBe(0.9);
});

describe('a soft reflective ceiling', () => {
  test('holds nobody back while there is room', () => {
    expect(ceilings(createUsageLimit({ kind: 'soft-reflective-ceiling' }), 0.4)).toEqual([1, 1, 1]);
  });

  test('lets all but the highest wait while the pool is full', () => {
    expect(ceilings(createUsageLimit({ kind: 'soft-reflective-ceiling' }), 1)).toEqual([1, 0, 0]);
  });

  test('lets a band past its ceiling go on in one of so many attempts', () => {
    const limit = createUsageLimit({ kind: 'soft-reflective-ceiling' });
    // round(0.75 / 0.25) = 3
    const attempts = Array.from({ length: 9 }, () => limit.ceiling(2, PRIORITIES, 0.75));

    expect(attempts).toEqual([0, 0, 1, 0, 0, 1, 0, 0, 1]);
  });
});
