import type { RequestOutcome, SimulationResult } from './outcome';

/** A distribution in a few numbers. NaN for an empty one. */
export interface Distribution {
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
}

/** What a request must keep to count as good. */
export interface Objective {
  /** Time to first token, ms. */
  readonly ttftMs: number;
  /** Time per output token, ms. */
  readonly tpotMs: number;
}

/** What a simulation comes to. */
export interface Summary {
  readonly policy: string;
  readonly workload: string;
  /** Requests that were measured: those that came after the warm-up. */
  readonly requests: number;
  readonly completed: number;
  readonly lost: number;
  readonly rejected: number;
  /** Time to first token, ms. */
  readonly ttft: Distribution;
  /** Time per output token after the first, ms; of answers with at least two. */
  readonly tpot: Distribution;
  /** Time to the end of the answer, ms. */
  readonly e2e: Distribution;
  /** Part of the prompt tokens that came from a pod's cache, 0 to 1. */
  readonly hitRatio: number;
  /** Part of the requests that kept the objective, 0 to 1. */
  readonly goodPart: number;
  /** Requests a second that kept it. */
  readonly goodput: number;
  /** Tokens of answers a second. */
  readonly outputTokensPerSecond: number;
  /** Tokens of prompts and answers a second. */
  readonly tokensPerSecond: number;
  /** GPU-hours for a million tokens of prompts and answers. */
  readonly gpuHoursPerMillionTokens: number;
  readonly preemptions: number;
  /** Requests that were sent to more than one pod. */
  readonly retried: number;
  /** Busiest pod's requests over the mean of all pods. */
  readonly imbalance: number;
}

/** How to measure. */
export interface Measuring {
  /** Requests that came before are left out, ms. */
  readonly warmupMs: number;
  readonly objective: Objective;
  /** GPUs of one pod. */
  readonly gpus: number;
}

/** The numbers of a simulation. */
export function summarize(result: SimulationResult, { warmupMs, objective, gpus }: Measuring): Summary {
  const measured = result.outcomes.filter(({ arrivedAt }) => arrivedAt >= warmupMs);
  const done = measured.filter(({ status }) => status === 'completed');
  const ttfts = done.map(ttftOf);
  const tpots = done.filter(({ request }) => request.outputTokens > 1).map(tpotOf);
  const good = done.filter((outcome) => isGood(outcome, objective)).length;
  const prompt = sum(done, ({ request }) => request.promptTokens);
  const output = sum(done, ({ request }) => request.outputTokens);
  const seconds = spanMs(measured) / 1000;
  const gpuHours = (result.pods.length * gpus * seconds) / 3600;
  return {
    policy: result.policy,
    workload: result.workload,
    requests: measured.length,
    completed: done.length,
    lost: measured.filter(({ status }) => status === 'lost').length,
    rejected: measured.filter(({ status }) => status === 'rejected').length,
    ttft: distribution(ttfts),
    tpot: distribution(tpots),
    e2e: distribution(done.map((outcome) => (outcome.finishedAt ?? NaN) - outcome.arrivedAt)),
    hitRatio: prompt === 0 ? 0 : sum(done, ({ cachedTokens }) => cachedTokens) / prompt,
    goodPart: measured.length === 0 ? 0 : good / measured.length,
    goodput: seconds === 0 ? 0 : good / seconds,
    outputTokensPerSecond: seconds === 0 ? 0 : output / seconds,
    tokensPerSecond: seconds === 0 ? 0 : (prompt + output) / seconds,
    gpuHoursPerMillionTokens: prompt + output === 0 ? NaN : (gpuHours * 1e6) / (prompt + output),
    preemptions: sum(measured, ({ preemptions }) => preemptions),
    retried: measured.filter(({ attempts }) => attempts > 1).length,
    imbalance: imbalance(measured, result.pods.length),
  };
}

/** Time to first token, ms; NaN without one. */
export function ttftOf({ firstTokenAt, arrivedAt }: RequestOutcome): number {
  return (firstTokenAt ?? NaN) - arrivedAt;
}

/** Time per output token after the first, ms; 0 for an answer of one token. */
export function tpotOf({ request, finishedAt, firstTokenAt }: RequestOutcome): number {
  if (request.outputTokens < 2) return 0;
  return ((finishedAt ?? NaN) - (firstTokenAt ?? NaN)) / (request.outputTokens - 1);
}

function isGood(outcome: RequestOutcome, { ttftMs, tpotMs }: Objective): boolean {
  return ttftOf(outcome) <= ttftMs && tpotOf(outcome) <= tpotMs;
}

/** Time from the first measured arrival to the last end, ms. */
function spanMs(outcomes: readonly RequestOutcome[]): number {
  const first = outcomes[0]?.arrivedAt ?? 0;
  return Math.max(0, outcomes.reduce((last, { finishedAt }) => Math.max(last, finishedAt ?? 0), first) - first);
}

function imbalance(outcomes: readonly RequestOutcome[], pods: number): number {
  const counts = new Map<number, number>();
  for (const { slot } of outcomes) if (slot !== undefined) counts.set(slot, (counts.get(slot) ?? 0) + 1);
  return outcomes.length === 0 ? 1 : (Math.max(0, ...counts.values()) * pods) / outcomes.length;
}

function sum<T>(values: readonly T[], of: (value: T) => number): number {
  return values.reduce((total, value) => total + of(value), 0);
}

/** Mean and percentiles (nearest rank) of some numbers. */
export function distribution(values: readonly number[]): Distribution {
  if (values.length === 0) return { mean: NaN, p50: NaN, p90: NaN, p99: NaN };
  const sorted = Float64Array.from(values).sort();
  const at = (part: number): number => sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? NaN;
  return { mean: sum(values, (value) => value) / values.length, p50: at(0.5), p90: at(0.9), p99: at(0.99) };
}
