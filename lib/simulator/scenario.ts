import type { SimulationResult } from './outcome';
import type { PodSettings } from './pod';
import type { PodEvent } from './pod-event';
import type { NamedPolicy } from './policy';
import type { ReplicaSettings } from './replica/replica';
import type { Workload } from './request';
import type { ScrapeSettings } from './scrapes';
import { simulate } from './simulation';
import { type Objective, summarize, type Summary } from './summary';
import { PIECE_TOKENS } from './tokens';

/** How often metrics are read unless told otherwise: the picker's own pace under load, and a way there and back. */
export const DEFAULT_SCRAPE: ScrapeSettings = Object.freeze({
  intervalMs: 50,
  jitter: 0.2,
  latencyMs: 2,
  missing: new Set<number>(),
});

/** An answer that begins within two seconds and then comes faster than people read. */
export const DEFAULT_OBJECTIVE: Objective = Object.freeze({ ttftMs: 2000, tpotMs: 100 });

/** A question to the simulator: these servers, this workload, over this time. */
export interface Scenario {
  readonly seed: number;
  readonly server: ReplicaSettings;
  /** GPUs of one replica. */
  readonly gpus: number;
  readonly replicas: number;
  readonly workload: Workload;
  /** No request comes after that, ms; Infinity for a workload that ends by itself. */
  readonly untilMs: number;
  /** Requests that come before are not measured, ms. */
  readonly warmupMs: number;
  /** @default - an answer that begins within 2 s and brings 10 tokens a second */
  readonly objective?: Objective | undefined;
  readonly scrape?: Partial<ScrapeSettings> | undefined;
  readonly events?: readonly PodEvent[] | undefined;
  /** Factors of the time of steps by slot; 1 where none is given. */
  readonly paces?: readonly number[] | undefined;
  /** Routers that do not know of each other. @default 1 */
  readonly routers?: number | undefined;
  /** Requests in the servers' queues together above which it is given up. @default Infinity */
  readonly mostWaiting?: number | undefined;
  readonly progress?: ((now: number, finished: number) => void) | undefined;
}

/** What a policy made of a scenario. */
export interface Played {
  readonly summary: Summary;
  readonly result: SimulationResult;
}

/** Plays a scenario with a policy. */
export function play(scenario: Scenario, policy: NamedPolicy): Played {
  const { seed, workload, gpus, warmupMs } = scenario;
  const pods = Array.from({ length: scenario.replicas }, (_, slot): PodSettings => {
    return { replica: scenario.server, pace: scenario.paces?.[slot] ?? 1 };
  });
  const result = simulate({
    seed,
    workload,
    pods,
    policy: policy.make,
    routers: scenario.routers ?? 1,
    scrape: { ...DEFAULT_SCRAPE, ...scenario.scrape },
    events: scenario.events ?? [],
    retry: true,
    until: scenario.untilMs,
    hashBlockTokens: policy.blockTokens ?? PIECE_TOKENS,
    mostWaiting: scenario.mostWaiting,
    progress: scenario.progress,
  });
  const objective = scenario.objective ?? DEFAULT_OBJECTIVE;
  return { result, summary: summarize(result, { warmupMs, objective, gpus }) };
}
