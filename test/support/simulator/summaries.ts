import type { RequestOutcome, SimulationResult } from '../../../lib/simulator/outcome';
import type { Distribution, Summary } from '../../../lib/simulator/summary';
import { simulatedRequest } from './builders';

/** A distribution whose numbers are all the same. */
export function always(value: number): Distribution {
  return { mean: value, p50: value, p90: value, p99: value };
}

/** What a simulation came to in which every request took as long and nothing went wrong. */
export function summary(given: Partial<Summary> = {}): Summary {
  return {
    policy: 'random',
    workload: 'chat',
    requests: 10,
    completed: 10,
    lost: 0,
    rejected: 0,
    ttft: always(50),
    tpot: always(20),
    e2e: always(1000),
    hitRatio: 0.5,
    goodPart: 1,
    goodput: 2,
    outputTokensPerSecond: 100,
    tokensPerSecond: 500,
    gpuHoursPerMillionTokens: 0.5,
    preemptions: 0,
    retried: 0,
    imbalance: 1,
    ...given,
  };
}

/** A result with a request for each pair of arrival and time to first token, in ms; without the latter it was lost. */
export function resultOf(times: readonly (readonly [arrivedAt: number, ttft: number | undefined])[]): SimulationResult {
  const outcomes = times.map(([arrivedAt, ttft], id): RequestOutcome => {
    const at = ttft === undefined ? undefined : arrivedAt + ttft;
    return {
      request: simulatedRequest({ id }),
      arrivedAt,
      slot: 0,
      firstTokenAt: at,
      finishedAt: at,
      cachedTokens: 0,
      attempts: 1,
      preemptions: 0,
      status: at === undefined ? 'lost' : 'completed',
    };
  });
  return {
    policy: 'random',
    workload: 'chat',
    overloaded: false,
    outcomes,
    pods: [],
    endedAt: 0,
    decisions: outcomes.length,
  };
}
