import type { Json } from '../../../../core/picker/config';

/** What a decision takes from the books of one pod. */
export interface PodView {
  /** Prompt work of own requests that is left. */
  readonly backlog: number;
  /** Time to first token with nothing to compute, ms. */
  readonly baseMs: number;
  readonly msPerWork: number;
  /** Time between two tokens of an answer over what the pool's pods take at the same load. */
  readonly pace: number;
  /** Requests that failed lately, fading. */
  readonly failures: number;
  /** Whether own requests brought the adapter into its memory. */
  readonly adapter: boolean;
  /** Tokens that it has from the prompt's start on because it gave the conversation's last answer; 0 when it did not. */
  readonly answered: number;
  /** Tokens of own prompts without a first token. */
  readonly pendingTokens: number;
}

/** What a decision takes from the averages of the pool. */
export interface PoolView {
  output: number;
  residenceMs: number;
  stepMs: number;
  work: number;
  cacheTokens: number;
  adapterMs: number;
  /** Whether the request's model is known to be an adapter. */
  isAdapter: boolean;
}

/** State of a decision in a record: numbers, in the order of the fields. */
export interface RecordedState {
  readonly pool: PoolView;
  readonly pods: readonly PodView[];
}

/** What a decision was made from, for its record. */
export function toJson(pool: PoolView, pods: readonly PodView[]): Json {
  return {
    pool: { ...pool },
    pods: pods.map(({ backlog, baseMs, msPerWork, pace, failures, adapter, answered, pendingTokens }) => [
      backlog,
      baseMs,
      msPerWork,
      pace,
      failures,
      adapter ? 1 : 0,
      answered,
      pendingTokens,
    ]),
  };
}

/** Undefined for what `toJson` did not write. */
export function fromJson(state: Json): RecordedState | undefined {
  const { pool, pods } = state as { readonly pool?: PoolView; readonly pods?: readonly (readonly number[])[] };
  if (pool === undefined || !Array.isArray(pods)) return undefined;
  return {
    pool,
    pods: (pods as readonly (readonly number[])[]).map(
      ([
        backlog = 0,
        baseMs = 0,
        msPerWork = 0,
        pace = 1,
        failures = 0,
        adapter = 0,
        answered = 0,
        pendingTokens = 0,
      ]) => ({
        backlog,
        baseMs,
        msPerWork,
        pace,
        failures,
        adapter: adapter === 1,
        answered,
        pendingTokens,
      }),
    ),
  };
}
