/** Where a simulated pod is in its life. Only a `ready` one gets traffic. */
export type PodPhase = 'loading' | 'ready' | 'draining' | 'gone';

/** A simulated model server, as the page shows it. */
export interface PodState {
  readonly name: string;
  readonly deployment: string;
  /** `host:port` of its HTTP server. */
  readonly endpoint: string;
  readonly phase: PodPhase;
  readonly waiting: number;
  readonly running: number;
  /** Part of the KV cache in use, 0 to 1. */
  readonly kvCacheUsage: number;
  /** Part of the prompt tokens of the last minute that were in its cache, 0 to 1. */
  readonly hitRatio: number;
  /** Adapters in GPU memory, with the requests that run with each. */
  readonly adapters: readonly { readonly name: string; readonly running: number }[];
  /** Requests that it answered. */
  readonly served: number;
}

/** Percentiles of a latency over the last seconds, ms; undefined without requests in that time. */
export interface Percentiles {
  readonly p50: number | undefined;
  readonly p90: number | undefined;
  readonly p99: number | undefined;
}

/** One scorer's part in the total of a candidate: `weight` x `score`. */
export interface ScorePart {
  readonly scorer: string;
  readonly weight: number;
  readonly score: number;
}

/** An endpoint that was considered, and why it was chosen or not. */
export interface CandidateState {
  readonly endpoint: string;
  readonly pod: string;
  readonly chosen: boolean;
  /** Sum of weight x score over `parts`. */
  readonly total: number;
  readonly parts: readonly ScorePart[];
  /** A sentence or two for people. */
  readonly why: string;
}

/** A decision of the picker, newest first in lists. */
export interface DecisionState {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly model: string;
  readonly promptTokens: number;
  readonly endpoint: string;
  readonly pod: string;
  /** Endpoints that a filter took out, and which. */
  readonly filtered: readonly { readonly endpoint: string; readonly by: string }[];
  readonly candidates: readonly CandidateState[];
  /** Time to first token of the answer, ms; undefined until it came. */
  readonly ttftMs: number | undefined;
}

/** One way of routing the same traffic: the picker's, or a plain Service's. */
export interface LaneState {
  readonly name: 'picker' | 'round-robin';
  /** Where clients send requests of this lane. */
  readonly url: string;
  readonly pods: readonly PodState[];
  /** Requests that are under way in the gateway. */
  readonly inFlight: number;
  readonly requestsPerSecond: number;
  readonly completed: number;
  readonly failed: number;
  /** Of the last 30 seconds. */
  readonly ttft: Percentiles;
  /** Part of the prompt tokens of the last minute that were cached where the request went, 0 to 1. */
  readonly hitRatio: number;
  /** Once a second: seconds since the start, and the percentiles of TTFT then. */
  readonly history: readonly (readonly [second: number, p50: number | null, p90: number | null])[];
  /** Empty for a lane without a picker. */
  readonly decisions: readonly DecisionState[];
}

/** A load that the page started. */
export interface LoadState {
  readonly workload: string;
  /** Requests a second. */
  readonly rate: number;
  readonly seconds: number;
  readonly elapsedSeconds: number;
  readonly sent: number;
  readonly completed: number;
  readonly failed: number;
}

/**
 * Everything that the page shows. `GET /api/state` gives it, `GET /api/events` sends it twice a second as server-sent
 * events, and `POST /api/pods {lane, deployment}`, `DELETE /api/pods/<name>`, `POST /api/load {workload, rate, seconds}`
 * and `DELETE /api/load` change it.
 */
export interface LocalState {
  /** Gateway and namespace that the stack plays. */
  readonly title: string;
  /** What stands between clients and pods: the Envoy on PATH or the Node proxy. */
  readonly gateway: 'envoy' | 'node-proxy';
  readonly model: string;
  /** Factor by which the simulated servers are faster than real ones; times are as they are measured here. */
  readonly speed: number;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly lanes: readonly LaneState[];
  readonly load: LoadState | undefined;
  /** Names of the workloads that a load can have. */
  readonly workloads: readonly string[];
}
