import { kvTokensRead, linearMs, promptAttentionMs, type StepCost } from '../../core/serving-cost/step-cost';
import type { Sequence } from './sequence';

/** Time of one step with what each sequence is scheduled for, ms. `delay` is what comes on top, such as an adapter. */
export function stepMs(cost: StepCost, scheduled: readonly Sequence[], delay = 0): number {
  let tokens = 0;
  let sequences = 0;
  let attention = 0;
  let read = 0;
  for (const sequence of scheduled) {
    const count = sequence.scheduled;
    if (count === 0) continue;
    tokens += count;
    sequences++;
    if (count === 1) read += kvTokensRead(cost, sequence.computed + 1);
    else attention += promptAttentionMs(cost, count, sequence.computed);
  }
  const rest = attention + read * cost.kvReadMsPerToken + cost.overheadMs + sequences * cost.sequenceMs;
  return linearMs(cost, tokens) + rest + delay;
}

/** A run of steps that each give every sequence one token. */
export interface DecodeRun {
  /** Part of each step that stays the same, ms. */
  readonly fixedMs: number;
  /** Reading the KV cache in the first step, ms. */
  readonly readMs: number;
  /** By how much that grows with each step, ms. */
  readonly growthMs: number;
}

/** The run of a batch, as long as no sequence leaves it or reaches the end of a sliding window. */
export function decodeRun(cost: StepCost, running: readonly Sequence[]): DecodeRun {
  let read = 0;
  let growth = 0;
  for (const { computed } of running) {
    read += kvTokensRead(cost, computed + 1);
    growth += computed + 1 < cost.windowTokens ? 1 : 1 - cost.windowedPart;
  }
  return {
    fixedMs: linearMs(cost, running.length) + cost.overheadMs + running.length * cost.sequenceMs,
    readMs: read * cost.kvReadMsPerToken,
    growthMs: growth * cost.kvReadMsPerToken,
  };
}

/** Time of the first `steps` steps of a run, ms. */
export function runMs(run: DecodeRun, steps: number): number {
  return steps * (run.fixedMs + run.readMs) + (run.growthMs * steps * (steps - 1)) / 2;
}

/** Steps after which a decoding sequence's cost changes its slope: it fills its sliding window. */
export function stepsToWindow(cost: StepCost, computed: number): number {
  return computed + 1 < cost.windowTokens ? cost.windowTokens - computed - 1 : Infinity;
}

/** Steps of a run that are over after `ms`, counting the one that is under way then. */
export function stepsBegun(run: DecodeRun, ms: number, most: number): number {
  let low = 1;
  let high = most;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (runMs(run, middle) >= ms) high = middle;
    else low = middle + 1;
  }
  return low;
}
