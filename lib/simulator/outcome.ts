import type { SimulatedRequest } from './request';

/** What became of a request. Times in ms from the start of the simulation. */
export interface RequestOutcome {
  readonly request: SimulatedRequest;
  readonly arrivedAt: number;
  /** Slot of the pod that served it, or tried last; undefined when none was chosen. */
  slot: number | undefined;
  firstTokenAt: number | undefined;
  finishedAt: number | undefined;
  /** Prompt tokens that the pod had in its cache. */
  cachedTokens: number;
  /** Pods that it was sent to. */
  attempts: number;
  preemptions: number;
  /** `pending` until the end of the simulation at the latest. */
  status: 'pending' | 'completed' | 'lost' | 'rejected';
}

/** Sums over one pod. */
export interface PodTotals {
  readonly slot: number;
  /** When it was ready, ms, and when it was gone or the simulation ended. */
  readonly from: number;
  readonly to: number;
  readonly busyMs: number;
  readonly steps: number;
  readonly computedTokens: number;
  readonly preemptions: number;
}

/** Everything that a simulation measured. */
export interface SimulationResult {
  readonly policy: string;
  readonly workload: string;
  /** Whether it was given up because too much was under way; what was is then lost. */
  readonly overloaded: boolean;
  readonly outcomes: readonly RequestOutcome[];
  readonly pods: readonly PodTotals[];
  /** Time of the last event, ms. */
  readonly endedAt: number;
  /** Time of decisions is not simulated; this is their number. */
  readonly decisions: number;
}
