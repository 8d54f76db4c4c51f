import type {
  CallRecord,
  CandidateRecord,
  DecisionRecord,
  ProfileRecord,
  RequestRecord,
  SchedulingRecord,
} from './decision-record';
import { type ExactNumber, inexact } from './exact-number';

/** Says in sentences how a decision came about: what each filter left, and how each total adds up. */
export function whyOf(record: DecisionRecord): readonly string[] {
  const { scheduling, refusal, call, ignored } = record;
  return [
    `decision ${record.id} of ${record.time} for pool ${record.pool}: ${describeRequest(record.request)}`,
    ...ignored.map(({ what, why }) => `ignored: ${what}; ${why}`),
    ...(inexact(record.waitedMs) > 0 ? [`waited ${number(record.waitedMs)} ms at the door`] : []),
    ...(scheduling === null ? [] : schedulingLines(scheduling)),
    ...(refusal === null ? [] : [refusalLine(refusal)]),
    ...(call === null ? [] : [callLine(call)]),
  ];
}

function describeRequest(request: RequestRecord): string {
  const { model, incomingModel, rule, prompt } = request;
  const renamed = model === incomingModel ? '' : ` (the client said ${incomingModel || 'nothing'}${by(rule)})`;
  return (
    `request ${request.id}, model ${model || 'none'}${renamed}, priority ${request.priority}, ` +
    `flow ${request.fairnessId}, ${number(request.promptTokens)} prompt tokens in ${counted(prompt.hashes.length, 'block')}`
  );
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function by(rule: string | null): string {
  return rule === null ? '' : `, changed by ${rule}`;
}

function schedulingLines({ candidates, unreachable, profiles, result }: SchedulingRecord): readonly string[] {
  const stale = candidates.filter(({ fresh }) => !fresh).map(({ id }) => id);
  return [
    counted(candidates.length, 'candidate'),
    ...(unreachable.length === 0 ? [] : [`left out, since they refuse connections: ${unreachable.join(', ')}`]),
    ...(stale.length === 0 ? [] : [`metrics too old to be believed, or none: ${stale.join(', ')}`]),
    ...profiles.flatMap((profile) => profileLines(profile, candidates)),
    result.kind === 'unschedulable'
      ? `no endpoint: ${result.message}`
      : `profile ${result.primaryProfile} serves the request: ${result.endpoints.join(', ')}`,
  ];
}

function profileLines(profile: ProfileRecord, all: readonly CandidateRecord[]): readonly string[] {
  const { filters, candidates, totals, picked, faults } = profile;
  const before = [all.length, ...filters.map(({ kept }) => kept.length)];
  const order = candidates.map((_, i) => i).sort((a, b) => inexact(totals[b] ?? 0) - inexact(totals[a] ?? 0));
  return [
    profile.shadow ? `shadow profile ${profile.profile}, which changes nothing:` : `profile ${profile.profile}:`,
    ...filters.map(
      ({ plugin, kept }, i) => `  ${plugin} kept ${kept.length} of ${before[i] ?? 0}${named(kept, before[i] ?? 0)}`,
    ),
    ...order.map((i) => `  ${candidates[i] ?? ''}: ${sum(profile, i)}${explained(profile, i)}`),
    ...faults.map(({ plugin, message }) => `  ${plugin} failed and did not count: ${message}`),
    picked.length === 0 ? '  nothing was left to pick from' : `  ${profile.picker} picked ${picked.join(', ')}`,
  ];
}

function named(kept: readonly string[], before: number): string {
  return kept.length === before || kept.length === 0 ? '' : `: ${kept.join(', ')}`;
}

/** `1.9 = queue-scorer 2 x 0.5 + prefix-cache-scorer 3 x 0.3` */
function sum({ scorers, totals }: ProfileRecord, index: number): string {
  const terms = scorers.map(
    ({ plugin, weight, scores }) => `${plugin} ${number(weight)} x ${number(scores[index] ?? 0)}`,
  );
  return `${number(totals[index] ?? 0)} = ${terms.length === 0 ? 'no scorer' : terms.join(' + ')}`;
}

function explained({ scorers }: ProfileRecord, index: number): string {
  const facts = scorers.flatMap(({ explanations }) =>
    Object.entries(explanations[index] ?? {}).map(([name, value]) => `${name} ${value}`),
  );
  return facts.length === 0 ? '' : ` (${facts.join(', ')})`;
}

function refusalLine({ status, message, reason }: NonNullable<DecisionRecord['refusal']>): string {
  return `refused with ${status}${reason === null ? '' : ` ${reason}`}: ${message}`;
}

function callLine(call: CallRecord): string {
  const { endpoint, outcome, status, ttftMs, durationMs, usage } = call;
  if (outcome === null) return `${endpoint} is at work`;
  const facts = [
    `${endpoint} answered: ${outcome}`,
    ...(status === null ? [] : [`status ${status}`]),
    ...(ttftMs === null ? [] : [`first byte after ${number(ttftMs)} ms`]),
    ...(durationMs === null ? [] : [`end after ${number(durationMs)} ms`]),
    ...(usage?.outputTokens == null ? [] : [`${usage.outputTokens} tokens`]),
  ];
  return facts.join(', ');
}

/** At most four decimals: what people compare. The record has every digit. */
function number(value: ExactNumber): string {
  return String(Number(inexact(value).toFixed(4)));
}
