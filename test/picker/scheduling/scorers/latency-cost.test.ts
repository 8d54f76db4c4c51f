import * as fc from 'fast-check';
import type { Call } from '../../../../lib/picker/scheduling/call';
import type { Endpoint } from '../../../../lib/picker/scheduling/endpoint';
import type { SchedulingContext } from '../../../../lib/picker/scheduling/plugin';
import { DEFAULT_WEIGHTS } from '../../../../lib/picker/scheduling/scorers/latency/cost';
import { LATENCY_COST, LatencyCostScorer } from '../../../../lib/picker/scheduling/scorers/latency-cost';
import {
  type ContextOptions,
  endpoint,
  endpoints,
  load,
  metrics,
  prompt,
  request,
  schedulingContext,
} from '../../../support/picker/builders';
import { call, target } from '../../../support/picker/calls';
import { make, scoresOf } from '../../../support/picker/scoring';

const BLOCKS = Array.from({ length: 100 }, (_, i) => i + 1);
const PROMPT = request({ promptTokens: 6400, prompt: prompt(BLOCKS), streaming: true });

const scorer = (nearTie = 0): LatencyCostScorer => new LatencyCostScorer('cost', { ...DEFAULT_WEIGHTS, nearTie });

const context = (given: ContextOptions = {}): SchedulingContext => schedulingContext({ request: PROMPT, ...given });

const best = (scores: readonly number[]): number => scores.indexOf(Math.max(...scores));

/** Routes a prompt to an endpoint. */
function route(to: LatencyCostScorer, at: Endpoint, uncachedTokens: number, now: number): Call {
  const routed = call({
    request: request({ promptTokens: uncachedTokens, streaming: true }),
    primary: target({ endpoint: at, uncachedTokens }),
    routedAt: now,
  });
  to.routed(routed, now);
  return routed;
}

/** Teaches that endpoints compute prompts at these times a token, one prompt at a time. */
function teach(to: LatencyCostScorer, pods: readonly Endpoint[], msPerToken: readonly number[]): number {
  let now = 0;
  for (let i = 0; i < 100; i++) {
    for (const [p, pod] of pods.entries()) {
      const tokens = 500 * (1 + (i % 8));
      const routed = route(to, pod, tokens, now);
      now += 10 + tokens * (msPerToken[p] ?? 0);
      to.firstToken(routed, now);
      to.finished(Object.assign(routed, { outcome: 'completed', firstTokenAt: now }), now);
    }
  }
  return now;
}

test('prefers the endpoint that has the prompt in its cache', () => {
  expect(best(scoresOf(scorer(), endpoints(3), context({ matched: [0, 90, 50] })))).toBe(1);
});

test('gives the cheapest endpoint 1 and the others a part of it', () => {
  const scores = scoresOf(scorer(), endpoints(3), context({ matched: [0, 90, 50] }));

  expect(Math.max(...scores)).toBe(1);
  expect(scores.every((score) => score > 0 && score <= 1)).toBe(true);
});

test('leaves the endpoint that has the prefix when waiting there takes longer than computing it elsewhere', () => {
  const pods = endpoints(2);
  const cost = scorer();
  expect(best(scoresOf(cost, pods, context({ matched: [90] })))).toBe(0);

  for (let i = 0; i < 5; i++) route(cost, pods[0]!, 6400, 0);

  expect(best(scoresOf(cost, pods, context({ matched: [90] })))).toBe(1);
});

test('comes back when the prompts before are computed', () => {
  const pods = endpoints(2);
  const cost = scorer();
  const calls = Array.from({ length: 5 }, () => route(cost, pods[0]!, 6400, 0));

  for (const routed of calls) cost.firstToken(routed, 100);

  expect(best(scoresOf(cost, pods, context({ matched: [90], now: 100 })))).toBe(0);
});

test('counts down the prompt that is being computed', () => {
  const pods = endpoints(1);
  const cost = scorer();
  route(cost, pods[0]!, 6400, 0);

  const queueAt = (now: number): number => Number(cost.explain(context({ now }), pods[0]!)['queueMs']);

  expect(queueAt(200)).toBeLessThan(queueAt(0));
  expect(queueAt(1e6)).toBeLessThan(queueAt(200));
});

test('does not wait for the first token of an answer that is not streamed', () => {
  const [pod] = endpoints(1) as [Endpoint];
  const cost = scorer();
  const idle = Number(cost.explain(context(), pod)['queueMs']);
  for (let i = 0; i < 3; i++) {
    cost.routed(
      call({ request: request({ promptTokens: 1000 }), primary: target({ endpoint: pod, uncachedTokens: 1000 }) }),
      0,
    );
  }

  expect(cost.explain(context({ now: 60_000 }), pod)['queueMs']).toBeCloseTo(idle);
});

test('prefers the pod with the emptier KV cache when all else is equal', () => {
  const pods = endpoints([{ metrics: metrics({ kvCacheUsage: 0.8 }) }, { metrics: metrics({ kvCacheUsage: 0.1 }) }]);

  expect(best(scoresOf(scorer(), pods, context()))).toBe(1);
});

test('avoids a pod whose cache has no room for the prompt', () => {
  const pods = endpoints([{ metrics: metrics({ kvCacheUsage: 0.99 }) }, { metrics: metrics({ kvCacheUsage: 0.1 }) }]);

  expect(scorer().explain(context(), pods[0]!)['cacheWaitMs']).toBeGreaterThan(0);
  expect(scorer().explain(context({ request: request({ promptTokens: 100 }) }), pods[1]!)['cacheWaitMs']).toBeCloseTo(
    0,
  );
});

test('a long prompt stays away from pods where many requests would wait for it', () => {
  const pods = endpoints([{ load: load({ requests: 50 }) }, { load: load({ requests: 5 }) }]);

  expect(best(scoresOf(scorer(), pods, context()))).toBe(1);
});

test('sees requests of other pickers in the metrics', () => {
  const pods = endpoints([{ metrics: metrics({ running: 20, waiting: 10 }) }, { metrics: metrics() }]);

  expect(best(scoresOf(scorer(), pods, context()))).toBe(1);
});

test('learns that a pod is slower than the others', () => {
  const pods = endpoints(3);
  const cost = scorer();

  const now = teach(cost, pods, [0.05, 0.2, 0.05]);

  const ms = pods.map((pod) => Number(cost.explain(context({ now }), pod)['prefillMs']));
  expect(ms[1]! / ms[0]!).toBeGreaterThan(2);
  expect(ms[2]! / ms[0]!).toBeCloseTo(1, 0);
});

test('takes a pod of which nothing is known for one like the others', () => {
  const pods = endpoints(3);
  const cost = scorer();

  const now = teach(cost, pods.slice(0, 2), [0.02, 0.02]);

  const ms = pods.map((pod) => Number(cost.explain(context({ now }), pod)['prefillMs']));
  expect(ms[2]! / ms[0]!).toBeCloseTo(1, 1);
});

test('forgets that a pod was slow when it heard nothing of it for long', () => {
  const pods = endpoints(2);
  const cost = scorer();

  const now = teach(cost, pods, [0.05, 0.2]);

  const msAt = (at: number): number => Number(cost.explain(context({ now: at }), pods[1]!)['prefillMs']);
  expect(msAt(now + 300_000)).toBeLessThan(0.8 * msAt(now));
});

test('a pod that answers with errors at once is not taken for a fast one', () => {
  const pods = endpoints(2);
  const cost = scorer();
  for (let i = 0; i < 3; i++)
    cost.finished(Object.assign(route(cost, pods[0]!, 100, 0), { outcome: 'server-error' }), 5);

  expect(best(scoresOf(cost, pods, context({ matched: [50], now: 10 })))).toBe(1);
  expect(best(scoresOf(cost, pods, context({ matched: [50], now: 120_000 })))).toBe(0);
});

test('prefers the pod that has the adapter, also when no request uses it at the moment', () => {
  const reading = (adapters: readonly string[]) => metrics({ maxAdapters: 2, runningAdapters: new Set(adapters) });
  const pods = endpoints([{ metrics: reading([]) }, { metrics: reading(['sql']) }, { metrics: reading([]) }]);
  const cost = scorer();
  const of = request({ model: 'sql', promptTokens: 100, streaming: true });
  const routed = call({ request: of, primary: target({ endpoint: pods[1]!, uncachedTokens: 100 }) });
  cost.routed(routed, 0);
  cost.finished(Object.assign(routed, { outcome: 'completed' }), 1);
  pods[1]!.metrics = reading([]);

  expect(best(scoresOf(cost, pods, context({ request: of, now: 2 })))).toBe(1);
});

test('pickers that know nothing of each other send a new conversation to the same pod', () => {
  const pods = endpoints(8);
  const chosen = [scorer(0.02), scorer(0.02)].map((cost) => best(scoresOf(cost, pods, context({ matched: [5, 5] }))));

  expect(chosen[0]).toBe(chosen[1]);
});

test('near ties are spread over the pods', () => {
  const pods = endpoints(8);
  const cost = scorer(0.02);
  const chosen = Array.from({ length: 200 }, (_, i) => {
    const of = request({ promptTokens: 64, prompt: prompt([1000 + i]) });
    return best(scoresOf(cost, pods, context({ request: of })));
  });

  expect(new Set(chosen).size).toBe(8);
});

test('a slot that another pod got starts anew', () => {
  const [old] = endpoints(1) as [Endpoint];
  const cost = scorer();
  route(cost, old, 50_000, 0);

  cost.endpointRemoved(old);
  const next = endpoint({ slot: 0, generation: 9, podName: 'next' });

  const fresh = cost.explain(context(), next)['queueMs'];
  expect(fresh).toBe(scorer().explain(context(), next)['queueMs']);
});

test('gives the same scores from what it captured', () => {
  const pods = endpoints([{ metrics: metrics({ kvCacheUsage: 0.3 }) }, {}, {}]);
  const cost = scorer(0.02);
  const now = teach(cost, pods, [0.05, 0.1, 0.02]);
  route(cost, pods[2]!, 5000, now);
  const moment = context({ matched: [10, 20, 30], now });
  const state: unknown = JSON.parse(JSON.stringify(cost.capture(moment, pods)));

  const again = scorer(0.02);
  again.restore(state as Parameters<LatencyCostScorer['restore']>[0]);

  expect(scoresOf(again, pods, moment)).toEqual(scoresOf(cost, pods, moment));
});

test('a prompt that is cached further never costs more', () => {
  fc.assert(
    fc.property(fc.nat(100), fc.nat(100), fc.double({ min: 0, max: 1, noNaN: true }), (a, b, kvCacheUsage) => {
      const pods = endpoints([{ metrics: metrics({ kvCacheUsage }) }, { metrics: metrics({ kvCacheUsage }) }]);
      const [first = 0, second = 0] = scoresOf(scorer(), pods, context({ matched: [a, b] }));

      if (a >= b) expect(first).toBeGreaterThanOrEqual(second);
    }),
    { seed: 42 },
  );
});

test('takes weights from the configuration and refuses negative ones', () => {
  expect(make(LATENCY_COST, { runningWeight: -1, decodeWeight: 0, nearTie: 0.1 }).problems).toEqual([
    `runningWeight of plugin 'latency-cost-scorer' is -1: it takes a number of 0 or more; use such a value, or leave it out for ${DEFAULT_WEIGHTS.running}`,
  ]);
});

test('the follow-up of a conversation goes to the pod that gave the last answer', () => {
  const pods = endpoints(2);
  const cost = scorer();
  const first = request({ promptTokens: 640, prompt: prompt(BLOCKS.slice(0, 10)), streaming: true });
  const answered = call({ request: first, primary: target({ endpoint: pods[1]!, uncachedTokens: 640 }), routedAt: 0 });
  cost.routed(answered, 0);
  cost.firstToken(answered, 100);
  const usage = { promptTokens: 640, outputTokens: 600, cachedTokens: 0 };
  cost.finished(Object.assign(answered, { outcome: 'completed', firstTokenAt: 100, usage }), 5000);

  const followUp = request({ promptTokens: 1300, prompt: prompt(BLOCKS.slice(0, 21)), streaming: true });
  const equal = context({ request: followUp, matched: [10, 10], now: 5000 });

  expect(best(scoresOf(cost, pods, equal))).toBe(1);
  expect(Number(cost.explain(equal, pods[1]!)['prefillMs'])).toBeLessThan(
    Number(cost.explain(equal, pods[0]!)['prefillMs']) / 5,
  );
});
