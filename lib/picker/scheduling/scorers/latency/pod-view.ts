import type { Json } from '../../../../core/picker/config';

/** What a decision takes from the books of one pod. */
export interface PodView {
  /** Prompt work of own requests that is left. */
  backlog: number;
  baseMs: number;
  msPerWork: number;
  pace: number;
  failures: number;
  /** Whether own requests under way use the adapter. */
  adapter: boolean;
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

export function toJson({ pool, pods }: RecordedState): Json {
  return {
    pool: { ...pool },
    pods: pods.map(({ backlog, baseMs, msPerWork, pace, failures, adapter }) => [
      backlog,
      baseMs,
      msPerWork,
      pace,
      failures,
      adapter ? 1 : 0,
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
      ([backlog = 0, baseMs = 0, msPerWork = 0, pace = 1, failures = 0, adapter = 0]) => ({
        backlog,
        baseMs,
        msPerWork,
        pace,
        failures,
        adapter: adapter === 1,
      }),
    ),
  };
}
