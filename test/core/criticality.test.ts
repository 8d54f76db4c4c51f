import { checkPriority, DEFAULT_CRITICALITY, priorityOf } from '../../lib/core/criticality';

test.each([
  ['Critical', 10],
  ['Standard', 0],
  ['Sheddable', -10],
] as const)('%s requests have priority %d', (criticality, priority) => {
  expect(priorityOf(criticality)).toBe(priority);
});

// endpoint-picker.md 6.1: only a priority below zero is sheddable.
test('only sheddable requests are below zero', () => {
  expect((['Critical', 'Standard', 'Sheddable'] as const).filter((criticality) => priorityOf(criticality) < 0)).toEqual(
    ['Sheddable'],
  );
});

test('requests are Standard when nothing is said', () => {
  expect(DEFAULT_CRITICALITY).toBe('Standard');
});

test.each([0, 1, -1, 2_147_483_647, -2_147_483_648])('accepts the priority %d', (priority) => {
  expect(checkPriority(priority)).toBeUndefined();
});

test.each([2_147_483_648, -2_147_483_649, 0.5, Number.NaN, Number.POSITIVE_INFINITY])(
  'rejects the priority %d',
  (priority) => {
    expect(checkPriority(priority)).toEqual({
      what: `priority ${priority} is not a 32-bit whole number`,
      why: 'InferenceObjective carries it as an int32',
      fix: 'use a whole number; below zero means sheddable',
    });
  },
);
