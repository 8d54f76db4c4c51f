import { SGLANG_CACHE_AWARE } from '../../../lib/simulator/policies/cache-aware';
import type { Policy, PolicySetup } from '../../../lib/simulator/policy';
import { cyclingRandom } from '../../support/picker/builders';
import { blocks, chosenAndDone, policyWith, withBlocks } from '../../support/simulator/policies';

/** The policy of one pod, the one in slot 0; of two pods that are alike it takes the second. */
function onePod(given: Partial<PolicySetup> = {}): Policy {
  return policyWith(SGLANG_CACHE_AWARE, 1, { random: cyclingRandom(0), ...given });
}

let lastTag = 1000;
const fresh = () => withBlocks(lastTag++, [lastTag * 100]);
const PROMPT = blocks(10);
const prompt = (tag = lastTag++) => withBlocks(tag, PROMPT);

/** Pod 0 has `first` requests that start with PROMPT, pod 1 has `second` others; where does PROMPT go? */
function choice(first: number, second: number): number | undefined {
  const policy = onePod();
  for (let i = 0; i < first; i++) policy.choose(prompt(), 0);
  policy.podAdded(1, 0);
  for (let i = 0; i < second; i++) policy.choose(fresh(), 0);
  return policy.choose(prompt(), 0);
}

test('is called what the catalogue calls it', () => {
  expect(policyWith(SGLANG_CACHE_AWARE, 0).name).toBe('sglang');
});

describe('the closest pod', () => {
  test.each([
    ['more than 30 % of the prompt', 4, 0],
    ['just 30 % of the prompt', 3, 1],
    ['nothing of the prompt', 0, 1],
  ])('that has %s', (_name, shared, slot) => {
    const policy = onePod();
    policy.choose(prompt(), 0);
    policy.podAdded(1, 0);

    expect(policy.choose(withBlocks(1, [...blocks(shared), ...blocks(10 - shared, 500)]), 0)).toBe(slot);
  });

  test('is the one with the longest known prefix', () => {
    const policy = onePod();
    chosenAndDone(policy, withBlocks(1, blocks(8)));
    policy.podAdded(1, 0);
    policy.choose(withBlocks(2, [...blocks(2), ...blocks(8, 500)]), 0);

    expect(policy.choose(withBlocks(3, [...blocks(2), ...blocks(8, 500)]), 0)).toBe(1);
    expect(policy.choose(prompt(), 0)).toBe(0);
  });

  test('does not count for a request without a prompt', () => {
    const policy = onePod();
    policy.choose(withBlocks(1, []), 0);
    policy.podAdded(1, 0);

    expect(policy.choose(withBlocks(2, []), 0)).toBe(1);
  });

  test('is no longer one when its cache holds something else', () => {
    const policy = onePod({ cacheTokens: 100 });
    chosenAndDone(policy, prompt());
    policy.choose(withBlocks(1, blocks(10, 500)), 0);
    policy.podAdded(1, 0);

    expect(policy.choose(prompt(), 0)).toBe(1);
  });
});

describe('out of balance', () => {
  test.each([
    ['a difference of 64', 64, 0, 0],
    ['a difference of 65 and more than 1.5 times as many', 65, 0, 1],
    ['1.5 times as many', 201, 134, 0],
    ['more than 1.5 times as many, and 68 of a difference', 202, 134, 1],
    ['thrice as many, and a difference of 60', 90, 30, 0],
  ])('with %s', (_name, first, second, slot) => {
    expect(choice(first, second)).toBe(slot);
  });

  test('a prompt that is sent away is known where it went', () => {
    const policy = onePod();
    const many = Array.from({ length: 65 }, () => prompt());
    for (const one of many) policy.choose(one, 0);
    policy.podAdded(1, 0);
    const sentTo = policy.choose(prompt(), 0);
    policy.podRemoved(0, 0);
    policy.podAdded(2, 0);

    expect([sentTo, policy.choose(prompt(), 0)]).toEqual([1, 1]);
  });

  test('is over when requests have ended', () => {
    const policy = onePod();
    const many = Array.from({ length: 65 }, () => prompt());
    for (const one of many) policy.choose(one, 0);
    policy.podAdded(1, 0);
    policy.finished(many[0]!, 0, 0, 'completed');

    expect(policy.choose(prompt(), 0)).toBe(0);
  });
});

test('a prompt that nobody knows goes to the pod with the fewest requests', () => {
  const policy = policyWith(SGLANG_CACHE_AWARE, 3);
  const chosen = Array.from({ length: 9 }, () => policy.choose(fresh(), 0));

  expect([0, 1, 2].map((slot) => chosen.filter((one) => one === slot).length)).toEqual([3, 3, 3]);
});

test('what a pod that is gone was sent draws nothing to others', () => {
  const policy = onePod();
  policy.choose(prompt(), 0);
  policy.podAdded(1, 0);
  policy.choose(fresh(), 0);
  policy.podRemoved(0, 0);
  policy.podAdded(2, 0);

  expect(policy.choose(prompt(), 0)).toBe(2);
});
