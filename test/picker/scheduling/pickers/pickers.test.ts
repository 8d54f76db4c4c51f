import fc from 'fast-check';
import { MAX_SCORE } from '../../../../lib/picker/scheduling/pickers/max-score';
import { RANDOM } from '../../../../lib/picker/scheduling/pickers/random';
import { WEIGHTED_RANDOM } from '../../../../lib/picker/scheduling/pickers/weighted-random';
import { type Picker } from '../../../../lib/picker/scheduling/plugin';
import { type PluginFactory } from '../../../../lib/picker/scheduling/plugin-factory';
import { Prng } from '../../../../lib/picker/scheduling/prng';
import { endpoints, schedulingContext } from '../../../support/picker/builders';
import { make } from '../../../support/picker/scoring';

/** Slots that the picker takes, best first. */
function pick(factory: PluginFactory<Picker>, totals: readonly number[], count = 1, seed = 1): readonly number[] {
  const prng = new Prng();
  prng.seed(seed);
  const { plugin } = make(factory, { maxNumOfEndpoints: count });
  const context = schedulingContext({ random: prng.next });
  return plugin.pick(context, endpoints(totals.length), Float64Array.from(totals)).map(({ slot }) => slot);
}

/** How often each slot is taken first, of so many decisions. */
function shares(factory: PluginFactory<Picker>, totals: readonly number[], decisions = 4000): readonly number[] {
  const counts = totals.map(() => 0);
  for (let seed = 0; seed < decisions; seed++) counts[pick(factory, totals, 1, seed)[0]!]!++;
  return counts.map((count) => count / decisions);
}

describe('max-score-picker', () => {
  test('takes the highest totals in their order', () => {
    expect(pick(MAX_SCORE, [1, 5, 3, 2], 3)).toEqual([1, 2, 3]);
  });

  test('leaves the choice among equals to chance', () => {
    const [first, second, third] = shares(MAX_SCORE, [2, 2, 1]);

    expect(first).toBeCloseTo(0.5, 1);
    expect(second).toBeCloseTo(0.5, 1);
    expect(third).toBe(0);
  });

  test.each([0, -3])('takes one when asked for %i', (count) => {
    expect(pick(MAX_SCORE, [1, 2], count)).toEqual([1]);
  });
});

describe('random-picker', () => {
  test('takes each as often as the others', () => {
    for (const share of shares(RANDOM, [0, 9, 1, 5])) expect(share).toBeCloseTo(0.25, 1);
  });
});

describe('weighted-random-picker', () => {
  test('takes each as often as its total is large', () => {
    const [first, second, third] = shares(WEIGHTED_RANDOM, [1, 3, 0]);

    expect(first).toBeCloseTo(0.25, 1);
    expect(second).toBeCloseTo(0.75, 1);
    expect(third).toBe(0);
  });

  test('takes any when all totals are 0', () => {
    for (const share of shares(WEIGHTED_RANDOM, [0, 0])) expect(share).toBeCloseTo(0.5, 1);
  });

  test('tells tiny totals apart', () => {
    expect(shares(WEIGHTED_RANDOM, [1e-9, 1], 500)[1]).toBeGreaterThan(0.99);
  });
});

test.each([MAX_SCORE, RANDOM, WEIGHTED_RANDOM].map((factory) => [factory.type, factory] as const))(
  '%s takes different candidates, as many as it may',
  (_type, factory) => {
    const totals = fc.array(fc.double({ min: 0, max: 10, noNaN: true }), { minLength: 1, maxLength: 12 });
    const rule = fc.property(totals, fc.integer({ min: 1, max: 15 }), fc.nat(), (given, count, seed) => {
      const taken = pick(factory, given, count, seed);

      expect(new Set(taken).size).toBe(Math.min(count, given.length));
      expect(taken).toHaveLength(Math.min(count, given.length));
    });
    fc.assert(rule, { seed: 7, numRuns: 200 });
  },
);
