import * as fc from 'fast-check';
import { LEAST_KV, LEAST_REQUESTS, RANDOM, ROUND_ROBIN } from '../../../lib/simulator/policies/simple';
import { seededRandom } from '../../../lib/simulator/random';
import { cyclingRandom, metrics } from '../../support/picker/builders';
import { policyWith, withBlocks } from '../../support/simulator/policies';

const request = (tag: number) => withBlocks(tag, [tag]);

describe.each([RANDOM, ROUND_ROBIN, LEAST_REQUESTS, LEAST_KV].map((policy) => [policy.name, policy] as const))(
  '%s',
  (name, named) => {
    test('is called what the catalogue calls it', () => {
      expect(policyWith(named, 0).name).toBe(name);
    });

    test('has no pod for a request while there is none', () => {
      expect(policyWith(named, 0).choose(request(1), 0)).toBeUndefined();
    });

    test('chooses the same for the same seed', () => {
      const chosen = (): readonly unknown[] => {
        const policy = policyWith(named, 5, { random: seededRandom(7) });
        return Array.from({ length: 40 }, (_, tag) => policy.choose(request(tag), 0));
      };

      expect(chosen()).toEqual(chosen());
    });

    test('chooses among the pods that are there and no others', () => {
      fc.assert(
        fc.property(
          fc.array(fc.oneof(fc.constant('add' as const), fc.constant('choose' as const), fc.nat(9)), { maxLength: 60 }),
          fc.nat(),
          (steps, seed) => {
            const policy = policyWith(named, 0, { random: seededRandom(seed) });
            const live = new Set<number>();
            let [slots, tag] = [0, 0];
            for (const step of steps) {
              if (step === 'add') {
                live.add(slots);
                policy.podAdded(slots++, 0);
              } else if (step === 'choose') {
                const slot = policy.choose(request(tag++), 0);
                expect(slot === undefined ? live.size === 0 : live.has(slot)).toBe(true);
              } else if (live.delete(step)) {
                policy.podRemoved(step, 0);
              }
            }
          },
        ),
        { seed: 11 },
      );
    });
  },
);

test('random does not look at the load of the pods', () => {
  const draws = { random: cyclingRandom(0.9) };
  const idle = policyWith(RANDOM, 2, draws);
  const busy = policyWith(RANDOM, 2, draws);
  for (let tag = 0; tag < 10; tag++) busy.choose(request(tag), 0);

  expect(busy.choose(request(10), 0)).toBe(idle.choose(request(10), 0));
});

test('round-robin takes one pod after the other', () => {
  const policy = policyWith(ROUND_ROBIN, 3);

  expect([0, 1, 2, 3, 4].map((tag) => policy.choose(request(tag), 0))).toEqual([0, 1, 2, 0, 1]);
});

test('round-robin goes on behind a pod that is gone', () => {
  const policy = policyWith(ROUND_ROBIN, 3);
  policy.choose(request(0), 0);
  policy.choose(request(1), 0);
  policy.podRemoved(1, 0);

  expect([2, 3, 4].map((tag) => policy.choose(request(tag), 0))).toEqual([2, 0, 2]);
});

test('round-robin comes to a new pod after the last one', () => {
  const policy = policyWith(ROUND_ROBIN, 2);
  policy.choose(request(0), 0);
  policy.podAdded(2, 0);

  expect([1, 2, 3].map((tag) => policy.choose(request(tag), 0))).toEqual([1, 2, 0]);
});

test('least-requests evens out what is under way, whatever the metrics say', () => {
  const policy = policyWith(LEAST_REQUESTS, 2);
  policy.scraped(1, metrics({ waiting: 50, running: 50, kvCacheUsage: 1 }), 0);
  const chosen = [0, 1, 2, 3].map((tag) => policy.choose(request(tag), 0));

  expect(chosen.filter((slot) => slot === 1)).toHaveLength(2);
});

test('least-requests counts a request until it has ended', () => {
  const policy = policyWith(LEAST_REQUESTS, 2);
  const first = policy.choose(request(0), 0) ?? NaN;
  policy.choose(request(1), 0);
  policy.firstToken(request(1), 1 - first, 0);
  policy.finished(request(0), first, 0, 'completed');

  expect(policy.choose(request(2), 0)).toBe(first);
});

test('least-kv takes the pod whose cache was the emptiest in its last reading', () => {
  const policy = policyWith(LEAST_KV, 3);
  for (const [slot, kvCacheUsage] of [0.4, 0.1, 0.3].entries()) policy.scraped(slot, metrics({ kvCacheUsage }), 0);
  const before = policy.choose(request(0), 0);
  policy.scraped(1, metrics({ kvCacheUsage: 0.5 }), 0);

  expect([before, policy.choose(request(1), 0)]).toEqual([1, 2]);
});

test('least-kv sends everything to one pod between two readings', () => {
  const policy = policyWith(LEAST_KV, 2);
  policy.scraped(0, metrics({ kvCacheUsage: 0.2 }), 0);
  policy.scraped(1, metrics({ kvCacheUsage: 0.1 }), 0);

  expect(new Set([0, 1, 2, 3, 4].map((tag) => policy.choose(request(tag), 0)))).toEqual(new Set([1]));
});

test.each([
  ['has not been read yet', undefined],
  ['does not say it', metrics({ kvCacheUsage: undefined })],
])('least-kv takes the cache of a pod that %s for empty', (_name, reading) => {
  const policy = policyWith(LEAST_KV, 2);
  policy.scraped(0, metrics({ kvCacheUsage: 0.01 }), 0);
  if (reading !== undefined) policy.scraped(1, reading, 0);

  expect(policy.choose(request(0), 0)).toBe(1);
});
