/** What every generated workload takes. */
export interface WorkloadOptions {
  readonly seed: number;
  /** Requests a second over all pods, on average. */
  readonly rate: number;
  /** Name of the base model. */
  readonly model: string;
}
