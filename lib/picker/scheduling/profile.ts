import type { Filter, Picker, Scorer } from './plugin';

/** A scorer and what its scores are multiplied by. */
export interface WeightedScorer {
  readonly scorer: Scorer;
  readonly weight: number;
}

/** Filters, scorers and the picker that run for a request, in order. */
export interface Profile {
  readonly name: string;
  /** Runs beside the decision and changes nothing. */
  readonly shadow: boolean;
  readonly filters: readonly Filter[];
  readonly scorers: readonly WeightedScorer[];
  readonly picker: Picker;
}
