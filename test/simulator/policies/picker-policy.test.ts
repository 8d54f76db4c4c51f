import * as fc from 'fast-check';
import type { PluginType } from '../../../lib/core/picker/plugins';
import { plugin, type EndpointPickerConfig } from '../../../lib/core/picker/config';
import { configuredPolicy } from '../../../lib/simulator/policies/picker-brain';
import { inferenceRequest } from '../../../lib/simulator/policies/picker-policy';
import { UPSTREAM_DEFAULT } from '../../../lib/simulator/policies/upstream';
import type { NamedPolicy, Policy } from '../../../lib/simulator/policy';
import { seededRandom } from '../../../lib/simulator/random';
import { branch, stream } from '../../../lib/simulator/tokens';
import { metrics } from '../../support/picker/builders';
import { routed, simulatedRequest } from '../../support/simulator/builders';
import { chosenAndDone, policyWith } from '../../support/simulator/policies';

/** A policy of one scorer alone, which says what the picker knows. */
function scoring(scorer: PluginType): NamedPolicy {
  const config: EndpointPickerConfig = { plugins: [plugin(scorer), plugin('max-score-picker')] };
  return configuredPolicy(scorer, '', config);
}

const PREFIX = scoring('prefix-cache-scorer');
const IN_FLIGHT = scoring('active-request-scorer');
const TOKENS = scoring('token-load-scorer');
const QUEUE = scoring('queue-scorer');

/** A request that nobody else shares anything with. */
const request = (tag: number, promptTokens = 640) => routed(simulatedRequest({ id: tag, promptTokens }));

/** The next turn of a conversation: everything of a request before, and more. */
function followUp(tag: number, of: number) {
  const tokens = branch(stream(of, 640), 640, tag, 1280);
  return routed(simulatedRequest({ id: tag, promptTokens: 1280, tokens }));
}

/** Where follow-ups of a request may go; they fail at once, so that none of them is remembered. */
function slotsOfFollowUps(policy: Policy, of: number): ReadonlySet<number | undefined> {
  const slots = Array.from({ length: 20 }, (_, i) => {
    const one = followUp(100 * of + i, of);
    const slot = policy.choose(one, 0);
    policy.finished(one, slot ?? NaN, 0, 'server-error');
    return slot;
  });
  return new Set(slots);
}

/** Slots of requests that nothing tells apart, one after the other. */
function spread(policy: Policy, count: number, firstTag = 1000): readonly (number | undefined)[] {
  return Array.from({ length: count }, (_, i) => policy.choose(request(firstTag + i), 0));
}

describe('a follow-up', () => {
  test('goes to the pod that was given the start of its prompt', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const policy = policyWith(PREFIX, 4, { random: seededRandom(seed) });
        const first = chosenAndDone(policy, request(1));
        spread(policy, 4);

        expect(policy.choose(followUp(2, 1), 0)).toBe(first);
      }),
      { seed: 25, numRuns: 30 },
    );
  });

  test('follows a request that is still under way', () => {
    const policy = policyWith(PREFIX, 4);
    const first = policy.choose(request(1), 0);

    expect(policy.choose(followUp(2, 1), 0)).toBe(first);
  });

  test('has no pod of its own when that failed before its first token', () => {
    const policy = policyWith(PREFIX, 2);
    const first = policy.choose(request(1), 0) ?? NaN;
    policy.finished(request(1), first, 0, 'server-error');

    expect(slotsOfFollowUps(policy, 1)).toEqual(new Set([0, 1]));
  });

  test('does not go where a pod used to be', () => {
    const policy = policyWith(PREFIX, 2);
    const first = chosenAndDone(policy, request(1)) ?? NaN;
    policy.podRemoved(first, 0);
    // The picker gives the new pod the place of the one that is gone.
    policy.podAdded(2, 0);

    expect(slotsOfFollowUps(policy, 1)).toEqual(new Set([1 - first, 2]));
  });
});

test("the prefix index keeps no more of a pod than the pod's cache holds", () => {
  const policy = policyWith(PREFIX, 1);
  policy.scraped(0, metrics({ blocks: 40, blockSizeTokens: 16 }), 0);
  chosenAndDone(policy, request(1, 640));
  chosenAndDone(policy, request(2, 640));
  policy.podAdded(1, 0);

  expect(slotsOfFollowUps(policy, 2)).toEqual(new Set([0]));
  expect(slotsOfFollowUps(policy, 1)).toEqual(new Set([0, 1]));
});

describe('what is in flight', () => {
  test('counts at once', () => {
    const policy = policyWith(IN_FLIGHT, 3);

    expect([...spread(policy, 3)].sort()).toEqual([0, 1, 2]);
  });

  test.each(['completed', 'server-error', 'client-disconnected'] as const)('counts until it is %s', (outcome) => {
    const policy = policyWith(IN_FLIGHT, 3);
    const [, freed = NaN] = spread(policy, 3);
    policy.finished(request(1001), freed, 5, outcome);

    expect(policy.choose(request(1), 5)).toBe(freed);
  });

  test('counts by its tokens', () => {
    const policy = policyWith(TOKENS, 2);
    const busy = policy.choose(request(1, 6400), 0) ?? NaN;

    expect(spread(policy, 5)).toEqual(Array.from({ length: 5 }, () => 1 - busy));
  });

  test('is none of the business of other routers', () => {
    const [first, second] = [policyWith(IN_FLIGHT, 3), policyWith(IN_FLIGHT, 3)];
    spread(first, 7);

    expect(spread(second, 3)).toEqual(spread(policyWith(IN_FLIGHT, 3), 3));
  });

  test('may be sent again under the same number when its pod is gone', () => {
    const policy = policyWith(IN_FLIGHT, 2);
    const first = policy.choose(request(1), 0) ?? NaN;
    policy.podRemoved(first, 5);
    policy.finished(request(1), first, 5, 'server-error');

    expect(policy.choose(request(1), 5)).toBe(1 - first);
  });
});

describe('readings', () => {
  test('reach the scorers', () => {
    const policy = policyWith(QUEUE, 3);
    for (const [slot, waiting] of [4, 1, 9].entries()) policy.scraped(slot, metrics({ waiting, at: 10 }), 11);

    expect(spread(policy, 5)).toEqual([1, 1, 1, 1, 1]);
  });

  test('of a pod that is gone say nothing of the one in its place', () => {
    const policy = policyWith(QUEUE, 2);
    policy.scraped(1, metrics({ waiting: 3 }), 0);
    policy.podRemoved(0, 0);
    policy.podAdded(2, 0);
    policy.scraped(2, metrics({ waiting: 1, at: 5 }), 6);
    policy.scraped(0, metrics({ waiting: 9, at: 7 }), 8);

    expect(policy.choose(request(1), 9)).toBe(2);
  });
});

describe('a choice', () => {
  test('is none without a pod', () => {
    expect(policyWith(UPSTREAM_DEFAULT, 0).choose(request(1), 0)).toBeUndefined();
  });

  test('is none when all pods are gone', () => {
    const policy = policyWith(UPSTREAM_DEFAULT, 2);
    policy.podRemoved(0, 0);
    policy.podRemoved(1, 0);

    expect(policy.choose(request(1), 0)).toBeUndefined();
  });

  test('never falls on a pod that is gone or not there yet', () => {
    const steps = fc.array(fc.oneof(fc.constantFrom('add', 'choose', 'finish'), fc.nat(9)), { maxLength: 60 });
    fc.assert(
      fc.property(steps, fc.nat(), (given, seed) => {
        const policy = policyWith(UPSTREAM_DEFAULT, 0, { random: seededRandom(seed) });
        const live = new Set<number>();
        const open: { readonly tag: number; readonly slot: number }[] = [];
        let slots = 0;
        for (const [now, step] of given.entries()) {
          if (step === 'add') {
            live.add(slots);
            policy.podAdded(slots++, now);
          } else if (step === 'choose') {
            const slot = policy.choose(request(now), now);
            expect(slot === undefined ? live.size === 0 : live.has(slot)).toBe(true);
            if (slot !== undefined) open.push({ tag: now, slot });
          } else if (step === 'finish') {
            const done = open.shift();
            if (done !== undefined) policy.finished(request(done.tag), done.slot, now, 'completed');
          } else if (typeof step === 'number' && live.delete(step)) {
            policy.podRemoved(step, now);
          }
        }
      }),
      { seed: 26, numRuns: 50 },
    );
  });

  test('is the same for the same seed', () => {
    const chosen = (seed: number): readonly unknown[] =>
      spread(policyWith(UPSTREAM_DEFAULT, 5, { random: seededRandom(seed) }), 40);

    expect(chosen(7)).toEqual(chosen(7));
    expect(chosen(7)).not.toEqual(chosen(8));
  });

  test('may be any of pods that are alike', () => {
    const policy = policyWith(PREFIX, 3);

    expect(new Set(spread(policy, 50))).toEqual(new Set([0, 1, 2]));
  });
});

describe('the request that the picker sees', () => {
  const { request: asked, ...rest } = request(3, 100);
  const seen = inferenceRequest({ ...rest, request: { ...asked, model: 'support', maxOutputTokens: 50 } }, 70);

  test('asks for the model and the tokens that the client wants', () => {
    expect(seen).toMatchObject({
      incomingModel: 'support',
      model: 'support',
      promptTokens: 100,
      maxOutputTokens: 50,
      receivedAt: 70,
    });
  });

  test('has the blocks that a parser would have made', () => {
    expect(seen.prompt).toEqual({ hashes: rest.hashes, blockTokens: 64 });
  });

  test('tells nothing of how long the answer will be', () => {
    expect(JSON.stringify({ ...seen, maxOutputTokens: undefined })).not.toContain('outputTokens');
  });

  test('has a body of about the size of its prompt', () => {
    expect(seen.bodyBytes).toBe(400);
  });
});
