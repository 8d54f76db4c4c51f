import { DYNAMO, MULTIPLICATIVE } from '../../../lib/simulator/policies/cost-functions';
import type { NamedPolicy, Policy, PolicySetup } from '../../../lib/simulator/policy';
import { cyclingRandom } from '../../support/picker/builders';
import { blocks, chosenAndDone, policyWith, withBlocks } from '../../support/simulator/policies';

/** A policy with one pod, the one in slot 0; of two pods of the same cost it takes the second. */
function onePod(named: NamedPolicy, given: Partial<PolicySetup> = {}): Policy {
  return policyWith(named, 1, { random: cyclingRandom(0), ...given });
}

/** A prompt of 100 tokens that nothing else shares, and one of 150 tokens that starts with it. */
const FIRST = withBlocks(1, blocks(10));
const LONGER = withBlocks(2, blocks(15));

describe.each([DYNAMO, MULTIPLICATIVE].map((policy) => [policy.name, policy] as const))('%s', (name, named) => {
  test('is called what the catalogue calls it', () => {
    expect(policyWith(named, 0).name).toBe(name);
  });

  test('of two idle pods takes the one that was sent the start of the prompt', () => {
    const policy = onePod(named);
    chosenAndDone(policy, FIRST);
    policy.podAdded(1, 0);

    expect(policy.choose(LONGER, 0)).toBe(0);
  });

  test('has no preference for a prompt that no pod was sent', () => {
    const policy = onePod(named);
    chosenAndDone(policy, FIRST);
    policy.podAdded(1, 0);

    expect(policy.choose(withBlocks(3, blocks(15, 500)), 0)).toBe(1);
  });

  test('remembers no more of a pod than its cache holds', () => {
    const policy = onePod(named, { cacheTokens: 100 });
    chosenAndDone(policy, FIRST);
    chosenAndDone(policy, withBlocks(3, blocks(10, 500)));
    policy.podAdded(1, 0);

    expect(policy.choose(LONGER, 0)).toBe(1);
  });
});

describe("Dynamo's cost", () => {
  /** Pod 0 has FIRST and pod 1 a prompt of so many tokens; where does LONGER go? */
  function choice(tokensOfOther: number, passed: 'nothing' | 'first token' | 'end'): number | undefined {
    const policy = onePod(DYNAMO);
    policy.choose(FIRST, 0);
    policy.podAdded(1, 0);
    // 2 x 100 + 2 x its own on pod 0, and 2 x its own on pod 1.
    policy.choose(withBlocks(3, blocks(tokensOfOther / 10, 500)), 0);
    if (passed === 'first token') policy.firstToken(FIRST, 0, 0);
    if (passed === 'end') policy.finished(FIRST, 0, 0, 'completed');
    return policy.choose(LONGER, 0);
  }

  // Pod 0: 100 to compute, 50 more, 100 in use, 150 more: 400. Pod 1: 300 and twice what it has.
  test.each([
    [40, 1],
    [60, 0],
  ])('beside a prompt of 100 tokens that is not computed is that of %i tokens elsewhere or more', (other, slot) => {
    expect(choice(other, 'nothing')).toBe(slot);
  });

  test('leaves out the prefill of what has its first token, and keeps its context', () => {
    // Pod 0: 50 + 100 + 150 = 300. Pod 1: 300 + 20.
    expect(choice(10, 'first token')).toBe(0);
  });

  test('weighs the context of what is decoding like tokens to compute', () => {
    const policy = onePod(DYNAMO);
    policy.choose(FIRST, 0);
    policy.firstToken(FIRST, 0, 0);
    policy.podAdded(1, 0);

    // A prompt of 200 tokens of which pod 0 has 90: 110 + 100 + 200 there, and 200 + 200 on pod 1.
    expect(policy.choose(withBlocks(2, [...blocks(9), ...blocks(11, 500)]), 0)).toBe(1);
  });

  test('is over with the request', () => {
    const policy = onePod(DYNAMO);
    policy.choose(FIRST, 0);
    policy.podAdded(1, 0);
    policy.choose(withBlocks(3, blocks(1, 500)), 0);
    policy.finished(FIRST, 0, 0, 'completed');

    // 150 + 150 against 10 + 150 + 10 + 150, for a prompt that neither has.
    expect(policy.choose(withBlocks(4, blocks(15, 900)), 0)).toBe(0);
  });
});

describe('the multiplicative cost', () => {
  /** Pod 0 decodes so many requests that start like the next one; where does that go? */
  function choice(decoding: number, promptTokens: number, shared: number): number | undefined {
    const policy = onePod(MULTIPLICATIVE);
    for (let tag = 0; tag < decoding; tag++) {
      const request = withBlocks(tag, blocks(shared / 10));
      policy.choose(request, 0);
      policy.firstToken(request, 0, 0);
    }
    policy.podAdded(1, 0);
    return policy.choose(withBlocks(100, blocks(promptTokens / 10)), 0);
  }

  // Pod 1 is idle and has nothing: 150 x 1. Pod 0 has 50 to compute: 50 x (decoding + 1).
  test.each([
    [1, 0],
    [4, 1],
  ])('of 50 tokens beside %i requests', (decoding, slot) => {
    expect(choice(decoding, 150, 100)).toBe(slot);
  });

  // Pod 1: 10 x 1. Pod 0 has all of the prompt: 1 x (decoding + 1).
  test.each([
    [8, 0],
    [10, 1],
  ])('counts a token of a prompt that the pod has whole, beside %i requests', (decoding, slot) => {
    expect(choice(decoding, 10, 10)).toBe(slot);
  });

  test('knows a prompt that is still under way', () => {
    const policy = onePod(MULTIPLICATIVE);
    policy.choose(FIRST, 0);
    policy.podAdded(1, 0);
    policy.choose(withBlocks(3, blocks(2, 500)), 0);

    // (100 + 50) x 2 against (20 + 150) x 2.
    expect(policy.choose(LONGER, 0)).toBe(0);
  });

  test('counts what other prompts have to compute', () => {
    const policy = onePod(MULTIPLICATIVE);
    policy.choose(FIRST, 0);
    policy.podAdded(1, 0);
    const before = policy.choose(LONGER, 0) ?? NaN;
    policy.finished(LONGER, before, 0, 'completed');
    policy.podRemoved(1, 0);
    policy.podAdded(2, 0);
    policy.firstToken(FIRST, 0, 0);

    // (100 + 50) x 2 against 150, then 50 x 2 against 150.
    expect([before, policy.choose(LONGER, 0)]).toEqual([1, 0]);
  });
});
