import type { Endpoint } from './endpoint';
import { faultReport, type FaultReport } from './plugin-fault';
import type { SchedulingContext } from './plugin';
import type { Profile, WeightedScorer } from './profile';
import { takeTop } from './pickers/take-top';
import type { ProfileRecorder } from './profile-recorder';

const NONE: readonly Endpoint[] = Object.freeze([]);

/**
 * Runs profiles: filters, then weighted sums of scores, then the picker. A plugin that fails takes no part in the
 * decision, which then goes on without it. Arrays are kept from one decision to the next.
 */
export class ProfileRunner {
  #scores = new Float64Array(64);
  #totals = new Float64Array(64);

  public constructor(private readonly onFault: (fault: FaultReport) => void) {}

  /** The profile's choice, best first; empty when the filters left nothing. */
  public run(
    profile: Profile,
    context: SchedulingContext,
    candidates: readonly Endpoint[],
    recorder?: ProfileRecorder,
  ): readonly Endpoint[] {
    const left = this.#filter(profile, context, candidates, recorder);
    if (left.length > this.#totals.length) this.#grow(left.length);
    this.#totals.fill(0, 0, left.length);
    for (const weighted of left.length > 0 ? profile.scorers : []) this.#score(weighted, context, left, recorder);
    recorder?.totals(left, this.#totals);
    const picked = left.length > 0 ? this.#pick(profile, context, left, recorder) : NONE;
    recorder?.finish(picked);
    return picked;
  }

  #filter(
    { filters }: Profile,
    context: SchedulingContext,
    candidates: readonly Endpoint[],
    recorder: ProfileRecorder | undefined,
  ): readonly Endpoint[] {
    let left = candidates;
    for (const filter of filters) {
      try {
        left = filter.filter(context, left);
      } catch (error) {
        this.#fault(faultReport(filter.name, error), recorder);
      }
      recorder?.filtered(filter.name, left);
      if (left.length === 0) break;
    }
    return left;
  }

  #score(
    weighted: WeightedScorer,
    context: SchedulingContext,
    candidates: readonly Endpoint[],
    recorder: ProfileRecorder | undefined,
  ): void {
    const { scorer, weight } = weighted;
    const count = candidates.length;
    const scores = this.#scores.fill(0, 0, count);
    const totals = this.#totals;
    let state;
    try {
      state = recorder?.capture(weighted, context, candidates);
      scorer.score(context, candidates, scores);
    } catch (error) {
      scores.fill(0, 0, count);
      this.#fault(faultReport(scorer.name, error), recorder);
    }
    for (let i = 0; i < count; i++) {
      const score = scores[i] ?? 0;
      // Written so that NaN counts as 0.
      const clamped = score > 0 ? (score < 1 ? score : 1) : 0;
      scores[i] = clamped;
      totals[i] = (totals[i] ?? 0) + clamped * weight;
    }
    recorder?.scored(weighted, state, scores, context, candidates);
  }

  #pick(
    { picker }: Profile,
    context: SchedulingContext,
    candidates: readonly Endpoint[],
    recorder: ProfileRecorder | undefined,
  ): readonly Endpoint[] {
    try {
      return picker.pick(context, candidates, this.#totals);
    } catch (error) {
      this.#fault(faultReport(picker.name, error), recorder);
      return takeTop(candidates, this.#totals, 1, context.random);
    }
  }

  #fault(report: FaultReport, recorder: ProfileRecorder | undefined): void {
    recorder?.fault(report);
    this.onFault(report);
  }

  #grow(count: number): void {
    this.#scores = new Float64Array(2 * count);
    this.#totals = new Float64Array(2 * count);
  }
}
