import { KV_BLOCK_TOKENS } from '../../core/serving-cost/engine';
import { kvTokensRead, linearMs, promptAttentionMs, type StepCost } from '../../core/serving-cost/step-cost';
import { FutureAdapters } from './future-adapters';
import { decodingStep, type FutureSequence } from './future-sequence';
import type { Replica } from '../replica/replica';
import { missingTokens, type Sequence } from '../replica/sequence';
import type { SimulatedRequest } from '../request';
import { commonTokens, fullBlocks, occupiedBlocks } from '../tokens';

/**
 * Time to a new request's first token, ms, when nothing else arrives. Plays the replica's future step by step with exact
 * costs, answer lengths and cached prefixes. Not exact: blocks are counted, not followed one by one, a sequence that
 * would be preempted only waits, and adapters are never evicted. Infinity for a time above `mostMs`: who looks for the
 * shortest need not play a longer one to its end.
 */
export function forecastFirstToken(
  replica: Replica,
  request: SimulatedRequest,
  now: number,
  mostMs = Infinity,
): number {
  return new Future(replica, request, now).play(mostMs);
}

class Future {
  readonly #cost: StepCost;
  readonly #running: FutureSequence[] = [];
  readonly #waiting: FutureSequence[] = [];
  /** What had or has some of its prompt to compute, in the order of its admission, ended or not. */
  readonly #computing: FutureSequence[] = [];
  readonly #adapters: FutureAdapters;
  #at: number;
  #blocks: number;
  #firstTokenMs = Infinity;

  public constructor(
    private readonly replica: Replica,
    request: SimulatedRequest,
    private readonly now: number,
  ) {
    replica.settle(now);
    this.#cost = replica.settings.cost;
    this.#blocks = replica.kv.available;
    this.#adapters = new FutureAdapters(replica);
    this.#at = replica.stepEndAfter(now);
    const decoding = replica.inDecodeRun;
    for (const sequence of replica.batch.running) this.#running.push(this.#underWay(sequence, decoding));
    for (const sequence of replica.batch.waiting)
      this.#waiting.push(this.#waitingFuture(sequence.request, sequence, false));
    this.#waiting.push(this.#waitingFuture(request, undefined, true));
  }

  public play(mostMs: number): number {
    this.#leaveFinished();
    while (this.#firstTokenMs === Infinity && this.#at - this.now <= mostMs && this.#step());
    return this.#firstTokenMs;
  }

  /** A running sequence after the step under way. */
  #underWay(sequence: Sequence, decoding: boolean): FutureSequence {
    const running = future(sequence.request, sequence);
    const count = decoding ? 1 : sequence.scheduled;
    running.computed = sequence.computed + count;
    running.missing = missingTokens(sequence) - count;
    running.blocks = occupiedBlocks(sequence.held.tokens);
    running.shared = this.replica.kv.sharedBlocks(sequence.held);
    this.#hold(running, running.computed);
    // What others compute of their prompts is for all to find; what a decoding one has is in the cache already.
    if (running.missing > 0) this.#computing.push(running);
    else this.#giveToken(running);
    return running;
  }

  #waitingFuture(request: SimulatedRequest, sequence: Sequence | undefined, isNew: boolean): FutureSequence {
    const { kv } = this.replica;
    const cached = kv.matchedTokens(request.tokens, request.promptTokens + (sequence?.generated ?? 0) - 1);
    return { ...future(request, sequence), isNew, cached, idle: kv.idleBlocks(request.tokens, cached) };
  }

  /** Takes blocks for its first tokens. */
  #hold(sequence: FutureSequence, tokens: number): void {
    const blocks = occupiedBlocks(tokens);
    this.#blocks -= blocks - sequence.blocks;
    sequence.blocks = blocks;
  }

  #giveToken(future: FutureSequence): void {
    future.left--;
    future.missing = 1;
    if (future.started) return;
    future.started = true;
    if (future.isNew) this.#firstTokenMs = this.#at - this.now;
  }

  /** One step, or as many alike as there are. False when nothing can go on. */
  #step(): boolean {
    let left = this.replica.settings.limits.tokens;
    for (const future of this.#running) {
      future.scheduled = Math.min(future.missing, left);
      left -= future.scheduled;
    }
    const delay = this.#admit(left);
    if (this.#running.length === 0) return false;
    const steps = this.#stepsAlike();
    this.#at += (this.#costOf(steps) + delay) * this.replica.pace;
    for (const future of this.#running) this.#progress(future, steps);
    this.#leaveFinished();
    return true;
  }

  /** Admits what there is room for, and returns the delay by adapters to load, ms. */
  #admit(budget: number): number {
    let left = budget;
    let delay = 0;
    const { sequences } = this.replica.settings.limits;
    for (let i = 0; left > 0 && this.#running.length < sequences;) {
      const next = this.#waiting[i];
      if (next === undefined) break;
      if (!this.#adapters.hasSlot(next.request)) {
        i++;
        continue;
      }
      const matched = this.#matched(next);
      // What others compute now is theirs, and so in use as well.
      const shared = occupiedBlocks(matched) - next.idle;
      if (occupiedBlocks(next.missing) - shared > this.#blocks && this.#running.length > 0) break;
      this.#waiting.splice(i, 1);
      next.shared = shared;
      next.blocks = shared;
      next.computed = matched;
      next.missing -= matched;
      next.scheduled = Math.min(next.missing, left);
      left -= next.scheduled;
      delay += this.#adapters.join(next.request);
      this.#hold(next, matched + next.scheduled);
      this.#running.push(next);
      this.#computing.push(next);
    }
    return delay;
  }

  /** Tokens that will be cached when a sequence is admitted: those that are, and what others compute before. */
  #matched({ request: { tokens }, missing, cached }: FutureSequence): number {
    if (!this.replica.kv.prefixCaching) return 0;
    let most = cached;
    for (const { request, computed, scheduled } of this.#computing) {
      const theirs = Math.min(computed + scheduled, missing - 1);
      if (theirs > most) most = Math.max(most, Math.min(theirs, commonTokens(tokens, request.tokens)));
    }
    return fullBlocks(most) * KV_BLOCK_TOKENS;
  }

  #stepsAlike(): number {
    let steps = Infinity;
    for (const future of this.#running) {
      if (!decodingStep(future)) return 1;
      steps = Math.min(steps, future.left);
    }
    return Math.max(1, steps);
  }

  #costOf(steps: number): number {
    const cost = this.#cost;
    let tokens = 0;
    let attention = 0;
    let read = 0;
    let sequences = 0;
    for (const { scheduled, computed } of this.#running) {
      if (scheduled === 0) continue;
      tokens += scheduled;
      sequences++;
      if (scheduled === 1) read += kvTokensRead(cost, computed + (steps + 1) / 2);
      else attention += promptAttentionMs(cost, scheduled, computed);
    }
    const rest = cost.overheadMs + sequences * cost.sequenceMs + read * cost.kvReadMsPerToken + attention;
    return steps * (linearMs(cost, tokens) + rest);
  }

  #progress(future: FutureSequence, steps: number): void {
    const { scheduled } = future;
    if (scheduled === 0) return;
    future.scheduled = 0;
    future.computed += steps > 1 ? steps : scheduled;
    this.#hold(future, future.computed);
    if (steps > 1) {
      future.left -= steps;
      return;
    }
    future.missing -= scheduled;
    if (future.missing === 0) this.#giveToken(future);
  }

  #leaveFinished(): void {
    for (let i = this.#running.length - 1; i >= 0; i--) {
      const future = this.#running[i];
      if (future === undefined || future.left > 0) continue;
      this.#running.splice(i, 1);
      this.#blocks += future.blocks - future.shared;
      this.#adapters.leave(future.request);
    }
  }
}

/** A sequence of which nothing is computed. */
function future(request: SimulatedRequest, sequence: Sequence | undefined): FutureSequence {
  const generated = sequence?.generated ?? 0;
  return {
    request,
    isNew: false,
    computed: 0,
    missing: request.promptTokens + generated,
    left: request.outputTokens - generated,
    cached: 0,
    idle: 0,
    blocks: 0,
    shared: 0,
    scheduled: 0,
    started: sequence?.firstTokenAt !== undefined,
  };
}
