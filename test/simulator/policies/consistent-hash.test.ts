import * as fc from 'fast-check';
import { CONSISTENT_HASH } from '../../../lib/simulator/policies/consistent-hash';
import { mix, seededRandom } from '../../../lib/simulator/random';
import { blocks, chosenAndDone, policyWith, withBlocks } from '../../support/simulator/policies';

/** Heads of prompts, as a parser hashes them. */
const head = fc.integer({ min: 0, max: 2 ** 53 - 1 });
const heads = fc.array(head, { minLength: 1, maxLength: 40 });
const HEADS = blocks(1000).map((i) => mix(i, 5));

const request = (tag: number, ...hashes: readonly number[]) => withBlocks(tag, hashes);

test('is called what the catalogue calls it', () => {
  expect(policyWith(CONSISTENT_HASH, 0).name).toBe('consistent-hash');
});

test('has no pod for a request while there is none', () => {
  expect(policyWith(CONSISTENT_HASH, 0).choose(request(1, 1), 0)).toBeUndefined();
});

test('prompts with the same head go to the same pod as long as it is not busy', () => {
  fc.assert(
    fc.property(head, heads, heads, (same, a, b) => {
      const policy = policyWith(CONSISTENT_HASH, 5);

      expect(chosenAndDone(policy, request(1, same, ...a))).toBe(chosenAndDone(policy, request(2, same, ...b)));
    }),
    { seed: 15 },
  );
});

test('requests without a prompt go to one pod', () => {
  const policy = policyWith(CONSISTENT_HASH, 5);

  expect(new Set(blocks(10).map((tag) => chosenAndDone(policy, request(tag)))).size).toBe(1);
});

test('routers choose alike without knowing of each other', () => {
  fc.assert(
    fc.property(heads, (given) => {
      const choices = [1, 2].map((seed) => {
        const policy = policyWith(CONSISTENT_HASH, 5, { random: seededRandom(seed) });
        return given.map((one, tag) => policy.choose(request(tag, one), 0));
      });

      expect(choices[0]).toEqual(choices[1]);
    }),
    { seed: 16 },
  );
});

test('no pod gets more than 1.25 times the mean, rounded up', () => {
  const steps = fc.array(fc.tuple(fc.nat(3), fc.boolean()), { maxLength: 200 });
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 6 }), (given, pods) => {
      const policy = policyWith(CONSISTENT_HASH, pods);
      const open: { readonly tag: number; readonly slot: number; readonly hash: number }[] = [];
      for (const [tag, [hash, ends]] of given.entries()) {
        const oldest = ends ? open.shift() : undefined;
        if (oldest !== undefined) policy.finished(request(oldest.tag, oldest.hash), oldest.slot, 0, 'completed');
        const slot = policy.choose(request(tag, hash), 0) ?? NaN;
        open.push({ tag, slot, hash });
        // A pod may have more than that from before others ended, but then it gets nothing.
        const own = open.filter((one) => one.slot === slot).length;
        expect(own).toBeLessThanOrEqual(Math.ceil((open.length / pods) * 1.25));
      }
    }),
    { seed: 17 },
  );
});

test('the first request beyond the bound of a head goes on along the ring', () => {
  const policy = policyWith(CONSISTENT_HASH, 4);
  const chosen = blocks(4).map((tag) => policy.choose(request(tag, 7), 0));

  // Bounds of 1, 1, 1 and 2 requests a pod.
  expect(new Set(chosen.slice(0, 3)).size).toBe(3);
  expect(chosen[3]).toBe(chosen[0]);
});

test('when a pod is gone, only what it had moves', () => {
  fc.assert(
    fc.property(heads, fc.nat(4), (given, gone) => {
      const policy = policyWith(CONSISTENT_HASH, 5);
      const before = given.map((one, tag) => chosenAndDone(policy, request(tag, one)));
      policy.podRemoved(gone, 0);
      const after = given.map((one, tag) => chosenAndDone(policy, request(tag, one)));

      expect(after).not.toContain(gone);
      expect(after.filter((slot, i) => slot !== before[i] && before[i] !== gone)).toEqual([]);
    }),
    { seed: 18 },
  );
});

test('when a pod is new, what moves goes there', () => {
  fc.assert(
    fc.property(heads, (given) => {
      const policy = policyWith(CONSISTENT_HASH, 4);
      const before = given.map((one, tag) => chosenAndDone(policy, request(tag, one)));
      policy.podAdded(4, 0);
      const after = given.map((one, tag) => chosenAndDone(policy, request(tag, one)));

      expect(after.filter((slot, i) => slot !== before[i] && slot !== 4)).toEqual([]);
    }),
    { seed: 19 },
  );
});

test('a pod that takes the place of another one is found', () => {
  const policy = policyWith(CONSISTENT_HASH, 2);
  chosenAndDone(policy, request(0, 1));
  policy.podRemoved(1, 0);
  policy.podAdded(2, 0);

  expect(new Set(HEADS.map((one, tag) => chosenAndDone(policy, request(tag, one))))).toEqual(new Set([0, 2]));
});

test('pods share the heads about evenly', () => {
  const policy = policyWith(CONSISTENT_HASH, 4);
  const chosen = HEADS.map((one, tag) => chosenAndDone(policy, request(tag, one)));
  const shares = [0, 1, 2, 3].map((slot) => chosen.filter((one) => one === slot).length / HEADS.length);

  expect(Math.min(...shares)).toBeGreaterThan(0.18);
  expect(Math.max(...shares)).toBeLessThan(0.32);
});
