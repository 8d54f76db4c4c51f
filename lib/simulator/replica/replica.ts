import type { StepCost } from '../../core/serving-cost/step-cost';
import { occupiedBlocks } from '../tokens';
import { AdapterSlots, type AdapterLimits } from './adapter-slots';
import { Batch, type BatchLimits } from './batch';
import { KvBlocks } from './kv-blocks';
import { isDecoding, missingTokens, type Sequence } from './sequence';
import { type DecodeRun, decodeRun, runMs, stepMs, stepsBegun, stepsToWindow } from './step';

/** What a replica is. */
export interface ReplicaSettings {
  readonly cost: StepCost;
  /** Blocks of the KV cache. */
  readonly blocks: number;
  readonly prefixCaching: boolean;
  readonly limits: BatchLimits;
  /** Longest prompt and answer together, tokens. */
  readonly maxTokens: number;
  /** Undefined for a server without adapters. */
  readonly adapters: AdapterLimits | undefined;
}

/** Who is told what a replica did. */
export interface ReplicaListener {
  firstToken(sequence: Sequence, at: number): void;
  finished(sequence: Sequence, at: number): void;
}

/**
 * A model server, one engine step after the other. Steps in which nothing but decoding happens are taken together, as
 * many as there are until a sequence ends; an arrival cuts that short at the end of the step under way.
 */
export class Replica {
  public readonly kv: KvBlocks;
  public readonly batch: Batch;
  readonly #listener: ReplicaListener;
  readonly #slots: AdapterSlots | undefined;
  /** Start of the step, or of the run of steps, that is under way. */
  #startedAt = 0;
  #endsAt = Infinity;
  #run: DecodeRun | undefined;
  /** Steps of the run, and how many of them were carried over to the sequences. */
  #planned = 0;
  #done = 0;
  #pace = 1;
  #busyMs = 0;
  #steps = 0;
  #computedTokens = 0;

  public constructor(
    public readonly settings: ReplicaSettings,
    listener: ReplicaListener,
  ) {
    this.#listener = listener;
    this.kv = new KvBlocks(settings.blocks, settings.prefixCaching);
    this.#slots = settings.adapters === undefined ? undefined : new AdapterSlots(settings.adapters);
    this.batch = new Batch(this.kv, settings.limits, this.#slots);
  }

  /** End of the step under way, ms; Infinity while there is nothing to do. */
  public get nextEventAt(): number {
    return this.#endsAt;
  }

  /** Whether what is under way is steps of decoding alone. */
  public get inDecodeRun(): boolean {
    return this.#run !== undefined;
  }

  /** End of the engine step under way at `now`: when an arrival can be admitted. `now` for an idle replica. */
  public stepEndAfter(now: number): number {
    if (this.#endsAt === Infinity) return now;
    if (this.#run === undefined) return this.#endsAt;
    const steps = stepsBegun(this.#run, (now - this.#startedAt) / this.#pace, this.#planned);
    return this.#startedAt + runMs(this.#run, steps) * this.#pace;
  }

  /** Factor of the time of every step: 2 for a replica that is half as fast. */
  public get pace(): number {
    return this.#pace;
  }

  /** How long loading an adapter would delay a step, ms. */
  public adapterDelayMs(adapter: string): number {
    return this.#slots?.delayMs(adapter) ?? 0;
  }

  /** Time with something to do, ms. */
  public get busyMs(): number {
    return this.#busyMs;
  }

  public get steps(): number {
    return this.#steps;
  }

  /** Tokens that were computed, repeated ones included. */
  public get computedTokens(): number {
    return this.#computedTokens;
  }

  /** Whether a request could ever be served here. */
  public accepts(promptTokens: number, outputTokens: number): boolean {
    const tokens = promptTokens + outputTokens;
    return tokens <= this.settings.maxTokens && occupiedBlocks(tokens) <= this.kv.capacity;
  }

  public enqueue(sequence: Sequence, now: number): void {
    this.batch.enqueue(sequence);
    if (this.#endsAt === Infinity) this.#begin(now);
    else this.#cutRun(now);
  }

  /** Ends the step under way, tells who got tokens, and begins the next one. */
  public advance(): void {
    const at = this.#endsAt;
    this.#busyMs += at - this.#startedAt;
    if (this.#run === undefined) this.#endStep(at);
    else this.#endRun(at);
    this.#begin(at);
  }

  /** Brings what is seen of the sequences and the cache up to `now`. */
  public settle(now: number): void {
    if (this.#run === undefined || this.#endsAt <= now) return;
    const ms = (now - this.#startedAt) / this.#pace;
    const begun = stepsBegun(this.#run, ms, this.#planned);
    this.#carryOver(runMs(this.#run, begun) <= ms ? begun : begun - 1);
  }

  /** Changes the speed, from the next step on. */
  public setPace(pace: number, now: number): void {
    this.#cutRun(now);
    this.#pendingPace = pace;
    if (this.#endsAt === Infinity) this.#pace = pace;
  }

  #pendingPace = 1;

  /** Gives up a sequence whose client is gone. The step under way still takes its time; nobody is told. */
  public abort(sequence: Sequence, now: number): void {
    this.settle(now);
    this.#cutRun(now);
    this.batch.cancel(sequence);
  }

  /** Stops for good, and returns what was not finished. */
  public kill(now: number): readonly Sequence[] {
    if (this.#endsAt !== Infinity) this.#busyMs += Math.max(0, now - this.#startedAt);
    this.#endsAt = Infinity;
    this.#run = undefined;
    return this.batch.drop();
  }

  /** Lets the run end with the step under way. */
  #cutRun(now: number): void {
    if (this.#run === undefined) return;
    const steps = stepsBegun(this.#run, (now - this.#startedAt) / this.#pace, this.#planned);
    this.#planned = Math.max(steps, this.#done);
    this.#endsAt = this.#startedAt + runMs(this.#run, this.#planned) * this.#pace;
  }

  #begin(at: number): void {
    this.#pace = this.#pendingPace;
    this.#startedAt = at;
    this.#run = undefined;
    const before = this.batch.preemptions;
    const delay = this.batch.schedule();
    const { running } = this.batch;
    if (running.length === 0) {
      this.#endsAt = Infinity;
      return;
    }
    const { cost } = this.settings;
    const onlyDecodes = delay === 0 && this.batch.preemptions === before && running.every(isScheduledDecode);
    if (!onlyDecodes) {
      this.#endsAt = at + stepMs(cost, running, delay) * this.#pace;
      return;
    }
    this.#run = decodeRun(cost, running);
    this.#planned = this.#stepsTogether();
    this.#done = 0;
    this.#endsAt = at + runMs(this.#run, this.#planned) * this.#pace;
  }

  /** Steps until a sequence ends, leaves the window's slope, or might find no block. */
  #stepsTogether(): number {
    const { running } = this.batch;
    let most = Infinity;
    for (const { request, generated, computed } of running) {
      most = Math.min(most, request.outputTokens - generated, stepsToWindow(this.settings.cost, computed));
    }
    if (running.length * Math.ceil((most - 1) / 16) <= this.kv.available) return most;
    let low = 1;
    let high = most;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.#blocksFor(middle) <= this.kv.available) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Blocks that so many steps of decoding take beyond those of the first. */
  #blocksFor(steps: number): number {
    let blocks = 0;
    for (const { computed } of this.batch.running) {
      blocks += occupiedBlocks(computed + steps) - occupiedBlocks(computed + 1);
    }
    return blocks;
  }

  /** Writes the first `steps` steps of the run into the sequences. */
  #carryOver(steps: number): void {
    const more = steps - this.#done;
    if (more <= 0) return;
    const underWay = steps < this.#planned ? 1 : 0;
    for (const sequence of this.batch.running) {
      sequence.computed += more;
      sequence.generated += more;
      this.kv.grow(sequence.held, sequence.request.tokens, sequence.computed + underWay);
    }
    this.#done = steps;
    this.#steps += more;
    this.#computedTokens += more * this.batch.running.length;
  }

  #endRun(at: number): void {
    this.#carryOver(this.#planned);
    for (const sequence of [...this.batch.running]) this.#finishIfComplete(sequence, at);
  }

  #endStep(at: number): void {
    this.#steps++;
    for (const sequence of [...this.batch.running]) {
      sequence.computed += sequence.scheduled;
      this.#computedTokens += sequence.scheduled;
      if (sequence.scheduled === 0 || missingTokens(sequence) > 0) continue;
      sequence.generated++;
      if (sequence.firstTokenAt === undefined) {
        sequence.firstTokenAt = at;
        this.#listener.firstToken(sequence, at);
      }
      this.#finishIfComplete(sequence, at);
    }
  }

  #finishIfComplete(sequence: Sequence, at: number): void {
    if (sequence.generated < sequence.request.outputTokens) return;
    this.batch.finish(sequence);
    this.#listener.finished(sequence, at);
  }
}

function isScheduledDecode(sequence: Sequence): boolean {
  return sequence.scheduled === 1 && isDecoding(sequence);
}
