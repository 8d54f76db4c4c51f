import { occupiedBlocks } from '../tokens';
import type { AdapterSlots } from './adapter-slots';
import type { KvBlocks } from './kv-blocks';
import { missingTokens, type Sequence } from './sequence';

/** Limits of a batch. */
export interface BatchLimits {
  /** Tokens of one step (`--max-num-batched-tokens`). */
  readonly tokens: number;
  /** Sequences of one batch (`--max-num-seqs`). */
  readonly sequences: number;
}

/**
 * Which sequences run and which wait: the scheduler of vLLM's engine. Running sequences come first, in the order of
 * their admission; what is left of the step's tokens goes to waiting ones, first come first served, so that a long
 * prompt takes several steps beside others' decoding. When blocks run out, the sequence admitted last starts over.
 */
export class Batch {
  readonly #running: Sequence[] = [];
  readonly #waiting: Sequence[] = [];
  /** Running sequences of each adapter. */
  readonly #adapters = new Map<string, number>();
  #preemptions = 0;

  public constructor(
    private readonly kv: KvBlocks,
    private readonly limits: BatchLimits,
    private readonly slots: AdapterSlots | undefined,
  ) {}

  public get running(): readonly Sequence[] {
    return this.#running;
  }

  public get waiting(): readonly Sequence[] {
    return this.#waiting;
  }

  /** How often a sequence lost its blocks. */
  public get preemptions(): number {
    return this.#preemptions;
  }

  /** Adapters of the running sequences. */
  public get adapters(): ReadonlyMap<string, number> {
    return this.#adapters;
  }

  public enqueue(sequence: Sequence): void {
    this.#waiting.push(sequence);
  }

  /** Fills `scheduled` of every running sequence for one step. Returns the delay by adapters to load, ms. */
  public schedule(): number {
    for (const sequence of this.#running) sequence.scheduled = 0;
    const before = this.#preemptions;
    const left = this.#continueRunning(this.limits.tokens);
    return this.#preemptions > before ? 0 : this.#admit(left);
  }

  /** Takes a finished sequence out. */
  public finish(sequence: Sequence): void {
    const index = this.#running.indexOf(sequence);
    if (index < 0) return;
    this.#running.splice(index, 1);
    this.#leave(sequence);
  }

  /** Takes a sequence out whose client is gone, whether it runs or waits. */
  public cancel(sequence: Sequence): void {
    const index = this.#waiting.indexOf(sequence);
    if (index < 0) this.finish(sequence);
    else this.#waiting.splice(index, 1);
  }

  /** Takes everything out and returns it: the replica is gone. */
  public drop(): readonly Sequence[] {
    const all = [...this.#running, ...this.#waiting];
    for (const sequence of this.#running) this.#leave(sequence);
    this.#running.length = 0;
    this.#waiting.length = 0;
    return all;
  }

  #continueRunning(budget: number): number {
    let left = budget;
    for (let i = 0; i < this.#running.length && left > 0; i++) {
      const sequence = this.#running[i];
      if (sequence === undefined) break;
      const count = Math.min(missingTokens(sequence), left);
      if (!this.#makeRoom(sequence, count)) break;
      sequence.scheduled = count;
      left -= count;
    }
    return left;
  }

  /** Gets blocks for a running sequence, at the cost of those admitted last. False when it had to go itself. */
  #makeRoom(sequence: Sequence, count: number): boolean {
    while (!this.kv.grow(sequence.held, sequence.request.tokens, sequence.computed + count)) {
      const victim = this.#running.pop();
      if (victim === undefined) return false;
      this.#leave(victim);
      victim.computed = 0;
      victim.scheduled = 0;
      victim.preemptions++;
      this.#preemptions++;
      this.#waiting.unshift(victim);
      if (victim === sequence) return false;
    }
    return true;
  }

  #admit(budget: number): number {
    let left = budget;
    let delay = 0;
    for (let i = 0; i < this.#waiting.length && left > 0 && this.#running.length < this.limits.sequences;) {
      const sequence = this.#waiting[i];
      if (sequence === undefined) break;
      if (!this.#hasSlot(sequence)) {
        i++;
        continue;
      }
      const count = this.#tryAdmit(sequence, left);
      if (count === 0) break;
      this.#waiting.splice(i, 1);
      this.#running.push(sequence);
      delay += this.#join(sequence);
      left -= count;
    }
    return delay;
  }

  /** Whether the batch may mix in the sequence's adapter. */
  #hasSlot({ request }: Sequence): boolean {
    if (!request.adapter || this.slots === undefined || this.#adapters.has(request.model)) return true;
    return this.#adapters.size < this.slots.limits.slots;
  }

  /**
   * Gives a waiting sequence its cached blocks and new ones for its first tokens. Returns 0, and changes nothing, unless
   * the cache has room for everything that it has so far (`--scheduler-reserve-full-isl`, vLLM's default).
   */
  #tryAdmit(sequence: Sequence, budget: number): number {
    const { tokens } = sequence.request;
    const total = missingTokens(sequence);
    // The last token is always computed: the next one comes from it.
    const matched = this.kv.matchedTokens(tokens, total - 1);
    const needed = occupiedBlocks(total) - occupiedBlocks(matched);
    if (needed + this.kv.idleBlocks(tokens, matched) > this.kv.available) return 0;
    const count = Math.min(total - matched, budget);
    this.kv.take(sequence.held, tokens, matched);
    this.kv.grow(sequence.held, tokens, matched + count);
    sequence.computed = matched;
    sequence.scheduled = count;
    sequence.cachedTokens ??= matched;
    return count;
  }

  #join({ request }: Sequence): number {
    if (!request.adapter) return 0;
    const delay = this.slots?.load(request.model, this.#adapters) ?? 0;
    this.#adapters.set(request.model, (this.#adapters.get(request.model) ?? 0) + 1);
    return delay;
  }

  #leave({ request, held }: Sequence): void {
    this.kv.release(held);
    if (!request.adapter) return;
    const left = (this.#adapters.get(request.model) ?? 1) - 1;
    if (left === 0) this.#adapters.delete(request.model);
    else this.#adapters.set(request.model, left);
  }
}
