import type { Endpoint } from './endpoint';
import type { ProfileTrace } from './outcome';
import type { FaultReport } from './plugin-fault';
import type { SchedulingContext } from './plugin';
import type { Profile, WeightedScorer } from './profile';

/** Where the records of a decision's profiles go. */
export interface DecisionTrace {
  /** Whether plugins are asked what they make of each candidate, which costs an object for each. */
  readonly explain: boolean;
  /** Receives a record for each profile that ran. */
  readonly profiles: ProfileTrace[];
}

type ScorerTrace = ProfileTrace['scorers'][number];

/** Writes down how one profile comes to its pick. */
export class ProfileRecorder {
  readonly #filters: { readonly plugin: string; readonly kept: readonly Endpoint[] }[] = [];
  readonly #scorers: ScorerTrace[] = [];
  readonly #faults: FaultReport[] = [];
  #candidates: readonly Endpoint[] = [];
  #totals = new Float64Array(0);

  public constructor(
    private readonly profile: Profile,
    private readonly trace: DecisionTrace,
  ) {}

  public filtered(plugin: string, kept: readonly Endpoint[]): void {
    this.#filters.push({ plugin, kept: kept.slice() });
  }

  /** What the scorer's scores depend on beside the context; asked before it scores. */
  public capture(
    { scorer }: WeightedScorer,
    context: SchedulingContext,
    candidates: readonly Endpoint[],
  ): ScorerTrace['state'] {
    return scorer.capture?.(context, candidates);
  }

  /** Scores are clamped already. */
  public scored(
    { scorer, weight }: WeightedScorer,
    state: ScorerTrace['state'],
    scores: Float64Array,
    context: SchedulingContext,
    candidates: readonly Endpoint[],
  ): void {
    const explanations = this.trace.explain
      ? candidates.map((endpoint) => scorer.explain?.(context, endpoint) ?? {})
      : [];
    this.#scorers.push({
      plugin: scorer.name,
      weight,
      scores: scores.slice(0, candidates.length),
      state,
      explanations,
    });
  }

  public fault(report: FaultReport): void {
    this.#faults.push(report);
  }

  public totals(candidates: readonly Endpoint[], totals: Float64Array): void {
    this.#candidates = candidates.slice();
    this.#totals = totals.slice(0, candidates.length);
  }

  public finish(picked: readonly Endpoint[]): void {
    this.trace.profiles.push({
      profile: this.profile.name,
      shadow: this.profile.shadow,
      filters: this.#filters,
      candidates: this.#candidates,
      scorers: this.#scorers,
      totals: this.#totals,
      picker: this.profile.picker.name,
      picked,
      faults: this.#faults,
    });
  }
}
