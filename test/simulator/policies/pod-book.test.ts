import * as fc from 'fast-check';
import type { Policy } from '../../../lib/simulator/policy';
import { type BookedPod, bookPolicy, type Charge, least } from '../../../lib/simulator/policies/pod-book';
import { seededRandom } from '../../../lib/simulator/random';
import { metrics } from '../../support/picker/builders';
import { withBlocks } from '../../support/simulator/policies';

interface Watched {
  readonly policy: Policy;
  /** The pods as the rule sees them at a further request, which leaves nothing behind. */
  readonly pods: () => readonly BookedPod[];
  readonly removed: readonly number[];
}

/** A policy with pods in the slots 0, 1, …: a request goes to the pod that its first block names. */
function watched(pods: number, charge?: Charge): Watched {
  let seen: readonly BookedPod[] = [];
  const removed: number[] = [];
  const policy = bookPolicy('watched', {
    choose(all, { hashes }) {
      seen = all.map((pod) => ({ ...pod }));
      return all.find(({ slot }) => slot === hashes[0]) ?? all[0]!;
    },
    removed: (slot) => removed.push(slot),
    ...(charge === undefined ? {} : { charge: () => charge }),
  });
  for (let slot = 0; slot < pods; slot++) policy.podAdded(slot, 0);
  return {
    policy,
    removed,
    pods() {
      const slot = policy.choose(PROBE, 0);
      if (slot !== undefined) policy.finished(PROBE, slot, 0, 'completed');
      return seen;
    },
  };
}

const PROBE = withBlocks(-1, []);
const CHARGE: Charge = { prefillTokens: 30, contextTokens: 50 };
const to = (slot: number, tag = slot) => withBlocks(tag, [slot]);

test('a rule sees the pods in the order of their slots', () => {
  const { policy, pods } = watched(3);
  policy.podRemoved(1, 0);
  policy.podAdded(3, 0);

  expect(pods().map(({ slot }) => slot)).toEqual([0, 2, 3]);
});

test('without a pod the rule is not asked', () => {
  const policy = bookPolicy('strict', {
    choose: () => {
      throw new Error('there is nothing to choose from');
    },
  });

  expect(policy.choose(to(0), 0)).toBeUndefined();
});

test('a request counts as soon as its pod is chosen', () => {
  const { policy, pods } = watched(2, CHARGE);
  policy.choose(to(1), 0);

  expect(pods()).toMatchObject([
    { requests: 0, prefillTokens: 0, contextTokens: 0 },
    { requests: 1, prefillTokens: 30, contextTokens: 50 },
  ]);
});

test('with its first token a prompt is computed and stays in the context', () => {
  const { policy, pods } = watched(1, CHARGE);
  policy.choose(to(0), 0);
  policy.firstToken(to(0), 0, 0);

  expect(pods()).toMatchObject([{ requests: 1, prefillTokens: 0, contextTokens: 50 }]);
});

test('a first token counts once', () => {
  const { policy, pods } = watched(1, CHARGE);
  policy.choose(to(0, 1), 0);
  policy.choose(to(0, 2), 0);
  policy.firstToken(to(0, 1), 0, 0);
  policy.firstToken(to(0, 1), 0, 0);

  expect(pods()).toMatchObject([{ prefillTokens: 30 }]);
});

test.each([
  ['after its first token', true],
  ['before its first token', false],
])('nothing is left of a request that ends %s', (_name, hasToken) => {
  const { policy, pods } = watched(1, CHARGE);
  policy.choose(to(0), 0);
  if (hasToken) policy.firstToken(to(0), 0, 0);
  policy.finished(to(0), 0, 0, 'completed');

  expect(pods()).toMatchObject([{ requests: 0, prefillTokens: 0, contextTokens: 0 }]);
});

test('a rule that does not look at tokens counts requests alone', () => {
  const { policy, pods } = watched(1);
  policy.choose(to(0), 0);

  expect(pods()).toMatchObject([{ requests: 1, prefillTokens: 0, contextTokens: 0 }]);
});

test('a second attempt counts on its own pod', () => {
  const { policy, pods } = watched(2, CHARGE);
  policy.choose(to(0, 7), 0);
  policy.podRemoved(0, 0);
  policy.finished(to(0, 7), 0, 0, 'server-error');
  policy.choose(to(1, 7), 0);

  expect(pods()).toMatchObject([{ slot: 1, requests: 1, prefillTokens: 30, contextTokens: 50 }]);
});

test('the rule is told of a pod that is gone', () => {
  const { policy, removed } = watched(2);
  policy.podRemoved(1, 0);

  expect(removed).toEqual([1]);
});

test('what is still told of a pod that is gone changes no other one', () => {
  const { policy, pods } = watched(2, CHARGE);
  policy.choose(to(0), 0);
  policy.podRemoved(0, 0);
  policy.firstToken(to(0), 0, 0);
  policy.scraped(0, metrics({ waiting: 9 }), 0);
  policy.finished(to(0), 0, 0, 'server-error');

  expect(pods()).toEqual([{ slot: 1, requests: 0, prefillTokens: 0, contextTokens: 0, metrics: undefined }]);
});

test('a pod has its last reading', () => {
  const { policy, pods } = watched(2);
  policy.scraped(1, metrics({ waiting: 3 }), 0);
  policy.scraped(1, metrics({ waiting: 4 }), 0);

  expect(pods().map((pod) => pod.metrics?.waiting)).toEqual([undefined, 4]);
});

test('the numbers of a pod are the sums over what is under way', () => {
  const step = fc.record({
    tag: fc.nat(8),
    slot: fc.nat(2),
    does: fc.constantFrom('choose', 'firstToken', 'finished' as const),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const { policy, pods } = watched(3, CHARGE);
      const underWay = new Map<number, { readonly slot: number; computing: boolean }>();
      for (const { tag, slot, does } of steps) {
        const known = underWay.get(tag);
        if (does === 'choose' && known === undefined) {
          policy.choose(to(slot, tag), 0);
          underWay.set(tag, { slot, computing: true });
        } else if (does === 'firstToken' && known !== undefined) {
          policy.firstToken(to(known.slot, tag), known.slot, 0);
          known.computing = false;
        } else if (does === 'finished' && known !== undefined) {
          policy.finished(to(known.slot, tag), known.slot, 0, 'completed');
          underWay.delete(tag);
        }
      }
      for (const pod of pods()) {
        const own = [...underWay.values()].filter(({ slot }) => slot === pod.slot);
        expect(pod).toMatchObject({
          requests: own.length,
          prefillTokens: own.filter(({ computing }) => computing).length * CHARGE.prefillTokens,
          contextTokens: own.length * CHARGE.contextTokens,
        });
      }
    }),
    { seed: 12 },
  );
});

describe('the least cost', () => {
  const podsOf = (costs: readonly number[]): readonly BookedPod[] =>
    costs.map((requests, slot) => ({ slot, requests, prefillTokens: 0, contextTokens: 0, metrics: undefined }));
  const cost = ({ requests }: BookedPod): number => requests;

  test('is that of no other pod', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 10 }),
        fc.nat(),
        (costs, seed) => {
          expect(cost(least(podsOf(costs), seededRandom(seed), cost))).toBe(Math.min(...costs));
        },
      ),
      { seed: 13 },
    );
  });

  test('falls to each of those that have it with the same chance', () => {
    // All that two draws can be, in steps that both halves and thirds are made of.
    const draws = [1, 3, 5, 7, 9, 11].map((twelfth) => twelfth / 12);
    const counts = [0, 0, 0, 0];
    for (const second of draws) {
      for (const third of draws) {
        const [...left] = [second, third];
        const { slot } = least(podsOf([1, 0, 0, 0]), () => left.shift() ?? NaN, cost);
        counts[slot] = (counts[slot] ?? 0) + 1;
      }
    }

    expect(counts).toEqual([0, 12, 12, 12]);
  });

  test('needs a pod', () => {
    expect(() => least([], seededRandom(1), cost)).toThrow('there is no pod to choose from');
  });
});
