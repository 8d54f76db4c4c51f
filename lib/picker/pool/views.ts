import type { Random } from '../time';
import type { Endpoint } from '../scheduling/endpoint';

/** The ready endpoints of a pool. Readers take `endpoints` once a decision; the array is replaced, never changed. */
export interface PoolView {
  readonly name: string;
  readonly namespace: string;
  readonly endpoints: readonly Endpoint[];
  /** Whether the pool and its pods are known: true from the first complete list on, false while the pool is gone. */
  readonly synced: boolean;
  /** Whether metrics of at least one endpoint were read, or there is no endpoint to read. */
  readonly measured: boolean;
}

/** Where a rule sends a model's requests. */
export interface RewriteTarget {
  /** Model name for the server. */
  readonly model: string;
  /** Name of the InferenceModelRewrite or InferenceModel. */
  readonly rule: string;
}

/** Priorities and model names, from InferenceObjective, InferenceModelRewrite and the old InferenceModel. */
export interface ModelRules {
  /** Priority of an objective by its name; undefined where there is none of that name. */
  priorityOf(objective: string): number | undefined;
  /** Priority that a model name brings by itself (InferenceModel's criticality); undefined where it brings none. */
  priorityOfModel(model: string): number | undefined;
  /** Target for a model name; undefined where no rule names it. `empty` when a rule names it and has no target. */
  rewrite(model: string, random: Random): RewriteTarget | 'empty' | undefined;
  /** Every priority that some object names, in descending order. */
  readonly priorities: readonly number[];
}
