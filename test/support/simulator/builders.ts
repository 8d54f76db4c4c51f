import type { StepCost } from '../../../lib/core/serving-cost/step-cost';
import type { PodSettings } from '../../../lib/simulator/pod';
import type { NamedPolicy, RoutedRequest } from '../../../lib/simulator/policy';
import { Replica, type ReplicaSettings } from '../../../lib/simulator/replica/replica';
import { sequence, type Sequence } from '../../../lib/simulator/replica/sequence';
import type { Arrival, SimulatedRequest, Workload } from '../../../lib/simulator/request';
import { simulate, type SimulationSettings } from '../../../lib/simulator/simulation';
import { promptHashes, stream } from '../../../lib/simulator/tokens';
import type { SimulationResult } from '../../../lib/simulator/outcome';

/** A step takes 10 ms and 1 ms for each token of it: easy to add up by hand. */
export const SIMPLE_COST: StepCost = Object.freeze({
  computeMsPerToken: 1,
  sharedWeightsMs: 0,
  expertWeightsMs: 0,
  expertsPerToken: 1,
  attentionMsPerPair: 0,
  kvReadMsPerToken: 0,
  overheadMs: 10,
  sequenceMs: 0,
  windowedPart: 0,
  windowTokens: Infinity,
});

/** A replica with the simple cost: 100 blocks of 16 tokens, 64 tokens a step. */
export function replicaSettings(given: Partial<ReplicaSettings> = {}): ReplicaSettings {
  return {
    cost: SIMPLE_COST,
    blocks: 100,
    prefixCaching: true,
    limits: { tokens: 64, sequences: 8 },
    maxTokens: 1600,
    adapters: undefined,
    ...given,
  };
}

/** A request for the base model with a prompt that nobody else has. */
export function simulatedRequest(given: Partial<SimulatedRequest> = {}): SimulatedRequest {
  const { id = 1, promptTokens = 32, outputTokens = 4 } = given;
  return {
    id,
    session: id,
    model: 'base',
    adapter: false,
    promptTokens,
    outputTokens,
    maxOutputTokens: undefined,
    tokens: stream(id, promptTokens + outputTokens),
    ...given,
  };
}

/** What a replica did, in words: `3 first 42`. */
export interface Watched {
  readonly replica: Replica;
  readonly log: string[];
  /** Gives the replica a request now, after it did what was due before. */
  readonly send: (request: SimulatedRequest, at: number) => Sequence;
  /** Lets it work until nothing is left, or until a time. */
  readonly work: (until?: number) => void;
}

/** A replica that writes down what it did. */
export function watched(settings: ReplicaSettings = replicaSettings()): Watched {
  const log: string[] = [];
  const replica = new Replica(settings, {
    firstToken: ({ request }, at) => log.push(`${request.id} first ${round(at)}`),
    finished: ({ request }, at) => log.push(`${request.id} end ${round(at)}`),
  });
  const work = (until = Infinity): void => {
    while (replica.nextEventAt <= until && replica.nextEventAt !== Infinity) replica.advance();
  };
  return {
    replica,
    log,
    work,
    send(request, at) {
      while (replica.nextEventAt < at) replica.advance();
      const sent = sequence(request, request.id, at);
      replica.enqueue(sent, at);
      return sent;
    },
  };
}

const round = (ms: number): number => Math.round(ms * 1000) / 1000;

/** A workload of given arrivals. */
export function workloadOf(arrivals: readonly Arrival[], name = 'given'): Workload {
  return { name, requests: arrivals.length, sessions: () => arrivals[Symbol.iterator](), next: () => undefined };
}

/** A simulation on replicas with the simple cost, one router and no staleness worth mentioning. */
export function simulated(
  policy: NamedPolicy,
  given: Partial<SimulationSettings> & Pick<SimulationSettings, 'workload'>,
): SimulationResult {
  const pod: PodSettings = { replica: replicaSettings(), pace: 1 };
  return simulate({
    seed: 1,
    pods: [pod, pod],
    policy: policy.make,
    routers: 1,
    scrape: { intervalMs: 50, jitter: 0.2, latencyMs: 1, missing: new Set() },
    events: [],
    retry: true,
    until: Infinity,
    hashBlockTokens: 64,
    ...given,
  });
}

/** A request at a router. */
export function routed(request: SimulatedRequest, tag = request.id): RoutedRequest {
  return { tag, request, hashes: promptHashes(request.tokens, request.promptTokens, 64), blockTokens: 64 };
}
