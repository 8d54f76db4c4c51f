import type { ProfileRecord, ResultRecord, SchedulingRecord, ScorerRecord } from './decision-record';

/** The first step at which two runs of one decision part. */
export interface Difference {
  /** The step, such as `profile default: queue-scorer's score of pod-1-rank-0`. */
  readonly where: string;
  /** Value in the record. */
  readonly recorded: string;
  /** Value of the replay. */
  readonly replayed: string;
}

/** What of a decision is compared. */
export type Run = Pick<SchedulingRecord, 'profiles' | 'result'>;

/** Compares two runs step by step and bit by bit, in the order in which a decision is made. */
export function firstDifference(recorded: Run, replayed: Run): Difference | undefined {
  const names = (run: Run): string => run.profiles.map(({ profile }) => profile).join(', ');
  return (
    differs('profiles that ran', names(recorded), names(replayed)) ??
    first(recorded.profiles, (profile, i) => inProfile(profile, replayed.profiles[i])) ??
    inResult(recorded.result, replayed.result)
  );
}

function inProfile(recorded: ProfileRecord, replayed: ProfileRecord | undefined): Difference | undefined {
  if (replayed === undefined) return undefined;
  const at = (what: string): string => `profile ${recorded.profile}: ${what}`;
  const plugins = (profile: ProfileRecord): string =>
    [...profile.filters, ...profile.scorers].map(({ plugin }) => plugin).join(', ');
  return (
    differs(at('plugins'), plugins(recorded), plugins(replayed)) ??
    first(recorded.filters, ({ plugin, kept }, i) =>
      differs(at(`endpoints that ${plugin} kept`), kept, replayed.filters[i]?.kept),
    ) ??
    differs(at('candidates'), recorded.candidates, replayed.candidates) ??
    first(recorded.scorers, (scorer, i) => inScorer(recorded, scorer, replayed.scorers[i])) ??
    first(recorded.totals, (total, i) =>
      differs(at(`total of ${recorded.candidates[i] ?? ''}`), total, replayed.totals[i]),
    ) ??
    differs(at(`pick of ${recorded.picker}`), recorded.picked, replayed.picked)
  );
}

function inScorer(
  { profile, candidates }: ProfileRecord,
  { plugin, weight, scores }: ScorerRecord,
  replayed: ScorerRecord | undefined,
): Difference | undefined {
  return (
    differs(`profile ${profile}: weight of ${plugin}`, weight, replayed?.weight) ??
    first(scores, (score, i) =>
      differs(`profile ${profile}: ${plugin}'s score of ${candidates[i] ?? ''}`, score, replayed?.scores[i]),
    )
  );
}

function inResult(recorded: ResultRecord, replayed: ResultRecord): Difference | undefined {
  return differs('result', recorded, replayed);
}

function first<T>(
  items: readonly T[],
  compare: (item: T, index: number) => Difference | undefined,
): Difference | undefined {
  for (const [index, item] of items.entries()) {
    const found = compare(item, index);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Records are plain JSON whose members always have one order, so equal texts mean equal values. */
function differs(where: string, recorded: unknown, replayed: unknown): Difference | undefined {
  const [before, after] = [recorded, replayed].map(text);
  if (before === after || before === undefined || after === undefined) return undefined;
  return { where, recorded: before, replayed: after };
}

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
