import type { SimulatedRequest } from '../request';

/** A sequence of a forecast. */
export interface FutureSequence {
  readonly request: SimulatedRequest;
  /** Whether it is the request that a pod is wanted for. */
  readonly isNew: boolean;
  computed: number;
  /** Tokens to compute before the next one comes out. */
  missing: number;
  /** Tokens of the answer that are to come. */
  left: number;
  blocks: number;
  /** Tokens of it that are cached now, and the blocks of them that nobody uses; of one that waits. */
  readonly cached: number;
  readonly idle: number;
  /** Those of its blocks that others use too, and that do not become free with its end. */
  shared: number;
  scheduled: number;
  /** Whether its first token has come out. */
  started: boolean;
}

/** Whether the step gives it one token after another and nothing else. */
export function decodingStep(future: FutureSequence): boolean {
  return future.started && future.missing === 1 && future.scheduled === 1;
}
