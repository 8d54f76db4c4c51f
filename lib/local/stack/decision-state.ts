import type { DecisionRecord, ProfileRecord, SchedulingRecord } from '../../picker/director/decision-record';
import { inexact, inexactOrUndefined } from '../../picker/director/exact-number';
import type { CandidateState, DecisionState, ScorePart } from '../admin/state';

/** A decision as the page shows it; undefined for one that chose nobody. */
export function decisionState(record: DecisionRecord): DecisionState | undefined {
  const { scheduling, request, call } = record;
  if (scheduling?.result.kind !== 'scheduled') return undefined;
  const { result } = scheduling;
  const profile = scheduling.profiles.find((one) => one.profile === result.primaryProfile);
  const [chosen] = result.endpoints;
  if (profile === undefined || chosen === undefined) return undefined;
  const pods = new Map(scheduling.candidates.map(({ id, podName }) => [id, podName]));
  const addresses = new Map(scheduling.candidates.map(({ id, hostPort }) => [id, hostPort]));
  return {
    id: record.id,
    at: Date.parse(record.time),
    model: request.model,
    promptTokens: inexact(request.promptTokens),
    endpoint: addresses.get(chosen) ?? chosen,
    pod: pods.get(chosen) ?? chosen,
    filtered: filteredOf(profile, scheduling).map(({ id, by }) => ({ endpoint: addresses.get(id) ?? id, by })),
    candidates: candidatesOf(profile, chosen).map(({ id, ...candidate }) => ({
      ...candidate,
      endpoint: addresses.get(id) ?? id,
      pod: pods.get(id) ?? id,
    })),
    ttftMs: ttftOf(call),
  };
}

/** Only of a stream does the first byte come with the first token. */
function ttftOf(call: DecisionRecord['call']): number | undefined {
  return call?.streamed === true ? inexactOrUndefined(call.ttftMs) : undefined;
}

function filteredOf(
  { filters }: ProfileRecord,
  { candidates }: SchedulingRecord,
): readonly { readonly id: string; readonly by: string }[] {
  let before: readonly string[] = candidates.map(({ id }) => id);
  return filters.flatMap(({ plugin, kept }) => {
    const gone = before.filter((id) => !kept.includes(id));
    before = kept;
    return gone.map((id) => ({ id, by: plugin }));
  });
}

type Candidate = Omit<CandidateState, 'endpoint' | 'pod'> & { readonly id: string };

/** Best first. */
function candidatesOf(profile: ProfileRecord, chosen: string): readonly Candidate[] {
  const all = profile.candidates.map((id, i) => ({
    id,
    index: i,
    total: inexact(profile.totals[i] ?? 0),
    parts: profile.scorers.map(({ plugin, weight, scores }): ScorePart => {
      return { scorer: plugin, weight: inexact(weight), score: inexact(scores[i] ?? 0) };
    }),
  }));
  const sorted = all.toSorted((a, b) => b.total - a.total);
  const winner = all.find(({ id }) => id === chosen);
  return sorted.map(({ index, ...candidate }) => ({
    ...candidate,
    chosen: candidate.id === chosen,
    why: `${comparison(candidate, winner, sorted)}${factsOf(profile, index)}`,
  }));
}

interface Scored {
  readonly id: string;
  readonly total: number;
  readonly parts: readonly ScorePart[];
}

function comparison(candidate: Scored, winner: Scored | undefined, sorted: readonly Scored[]): string {
  if (winner === undefined) return 'Scored, and not chosen.';
  if (candidate.id !== winner.id) return behind(candidate, winner);
  const next = sorted.find(({ id }) => id !== winner.id);
  if (next === undefined) return 'Chosen: no other pod was left.';
  const lead = winner.total - next.total;
  if (lead === 0) return 'Chosen among pods with the same total.';
  // Pickers that draw may take one that is not the best.
  if (lead < 0) return `Drawn, although another one is ${number(-lead)} ahead.`;
  return `Chosen: ${number(lead)} ahead of the next${mainReason(winner, next)}.`;
}

function behind(candidate: Scored, winner: Scored): string {
  const gap = winner.total - candidate.total;
  if (gap === 0) return 'The same total as the chosen one.';
  if (gap < 0) return `${number(-gap)} ahead of the chosen one, which was drawn.`;
  return `${number(gap)} behind the chosen one${mainReason(winner, candidate)}.`;
}

/** The scorer that sets two candidates apart most, with what it gave each. */
function mainReason(better: Scored, worse: Scored): string {
  const gaps = better.parts.map(({ scorer, weight, score }, i) => {
    const other = worse.parts[i]?.score ?? 0;
    return { scorer, gap: weight * (score - other), score, other };
  });
  const [most] = gaps.toSorted((a, b) => b.gap - a.gap);
  if (most === undefined || most.gap <= 0) return '';
  return `, mostly by ${most.scorer} (${number(most.score)} against ${number(most.other)})`;
}

/** What scorers say of their scores, such as the blocks that matched. */
function factsOf({ scorers }: ProfileRecord, index: number): string {
  const facts = scorers.flatMap(({ plugin, explanations }) => {
    const said = Object.entries(explanations[index] ?? {}).map(([name, value]) => `${name} ${value}`);
    return said.length === 0 ? [] : [`${plugin}: ${said.join(', ')}`];
  });
  return facts.length === 0 ? '' : ` ${facts.join('; ')}.`;
}

function number(value: number): string {
  return String(Number(value.toFixed(3)));
}
