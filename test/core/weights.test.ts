import fc from 'fast-check';
import { BACKEND_WEIGHTS, checkWeights, TARGET_WEIGHTS, type Weighted, type WeightRange } from '../../lib/core/weights';
import { holds } from './builders';

const items = (...weights: readonly (number | undefined)[]): readonly Weighted[] =>
  weights.map((weight, i) => ({ name: 'abcdef'[i]!, weight }));

test('a backend may take nothing, a target may not', () => {
  expect([BACKEND_WEIGHTS, TARGET_WEIGHTS]).toEqual([
    { min: 0, max: 1_000_000 },
    { min: 1, max: 1_000_000 },
  ]);
});

test.each([[[]], [[undefined]], [[undefined, undefined]], [[0, 1]], [[1]], [[90, 10]], [[1_000_000, 0]]])(
  'accepts the shares %j',
  (weights) => {
    expect(checkWeights('targets', items(...weights), BACKEND_WEIGHTS)).toEqual([]);
  },
);

test('rejects one target without a weight beside others with one', () => {
  expect(checkWeights('targets', items(90, undefined), TARGET_WEIGHTS)).toEqual([
    {
      what: "targets 'b' without a weight beside others with one",
      why: 'a target without a weight gets no traffic once another has a weight',
      fix: 'give every one of them a weight, or none',
    },
  ]);
});

test('names every target without a weight', () => {
  const problems = checkWeights('targets', items(undefined, 1, undefined, undefined), TARGET_WEIGHTS);

  expect(problems.map(({ what }) => what)).toEqual([
    "targets 'a', 'c' and 'd' without a weight beside others with one",
  ]);
});

test.each([-1, 0.5, 1_000_001, Number.NaN, Number.POSITIVE_INFINITY])(
  'rejects the weight %d of a backend',
  (weight) => {
    expect(checkWeights('backend', items(weight, 1), BACKEND_WEIGHTS)).toEqual([
      {
        what: `backend 'a' has weight ${weight}`,
        why: 'a weight is a whole number from 0 to 1000000',
        fix: 'use a number in that range',
      },
    ]);
  },
);

test('proposes to leave a target out that should get nothing', () => {
  expect(checkWeights('target', items(0, 1), TARGET_WEIGHTS)).toEqual([
    {
      what: "target 'a' has weight 0",
      why: 'a weight is a whole number from 1 to 1000000',
      fix: 'leave the target out to give it no traffic',
    },
  ]);
});

test.each([1_000_001, -1, 0.5])('proposes a number in the range for a target with the weight %d', (weight) => {
  expect(checkWeights('target', items(weight, 1), TARGET_WEIGHTS)).toEqual([
    {
      what: `target 'a' has weight ${weight}`,
      why: 'a weight is a whole number from 1 to 1000000',
      fix: 'use a number in that range',
    },
  ]);
});

test('keeps names apart that have words of its own messages', () => {
  const [problem] = checkWeights('target', [{ name: 'this or that' }, { name: 'b', weight: 1 }], TARGET_WEIGHTS);

  expect(problem?.what).toBe("target 'this or that' without a weight beside others with one");
});

test('ranges cannot be changed', () => {
  expect([BACKEND_WEIGHTS, TARGET_WEIGHTS].every((range) => Object.isFrozen(range))).toBe(true);
});

test('rejects a split in which nobody takes anything', () => {
  expect(checkWeights('backend', items(0, 0), BACKEND_WEIGHTS)).toEqual([
    {
      what: 'every backend has weight 0',
      why: 'every request would be answered with a 503',
      fix: 'give at least one of them a weight above 0',
    },
  ]);
});

test('accepts exactly the splits that the rule allows', () => {
  const weight = fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: -1, max: 3 }) },
    fc.constantFrom(undefined, 0.5, Number.NaN, 999_999, 1_000_000, 1_000_001),
  );
  const allowed = (weights: readonly (number | undefined)[], { min, max }: WeightRange): boolean => {
    const given = weights.filter((value): value is number => value !== undefined);
    if (given.length === 0) return true;
    const inRange = given.every((value) => Number.isInteger(value) && value >= min && value <= max);
    return given.length === weights.length && inRange && given.some((value) => value > 0);
  };

  holds(
    fc.property(
      fc.array(weight, { maxLength: 5 }),
      fc.constantFrom(BACKEND_WEIGHTS, TARGET_WEIGHTS),
      (weights, range) => {
        expect(checkWeights('targets', items(...weights), range).length === 0).toBe(allowed(weights, range));
      },
    ),
    1000,
  );
});
