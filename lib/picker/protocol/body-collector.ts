import type { RequestBody } from '../director/types';
import type { ByteBudget } from './byte-budget';
import type { Allocate } from './frame';

/** What became of a chunk. */
export type Collected = 'taken' | 'over-limit' | 'over-budget';

/** Chunks below this length are put together: a body sent byte by byte must not cost an object a byte. */
const SMALL_CHUNK = 4096;
const FIRST_SLAB = 4096;
const LARGEST_SLAB = 256 * 1024;

/** Keeps a request's body until it is complete, within a limit of its own and a budget that all streams share. */
export class BodyCollector {
  readonly #limit: number;
  readonly #budget: ByteBudget;
  readonly #allocate: Allocate;
  #chunks: Uint8Array[] = [];
  #bytes = 0;
  /** Where small chunks go. What is filled up to `slabStart` is in `chunks`. */
  #slab: Uint8Array | undefined;
  #slabStart = 0;
  #slabEnd = 0;

  public constructor(options: { readonly limit: number; readonly budget: ByteBudget; readonly allocate: Allocate }) {
    this.#limit = options.limit;
    this.#budget = options.budget;
    this.#allocate = options.allocate;
  }

  public get isEmpty(): boolean {
    return this.#bytes === 0;
  }

  /** The body so far. */
  public get body(): RequestBody {
    this.#cutSlab();
    return { chunks: this.#chunks, bytes: this.#bytes };
  }

  /** Keeps a chunk, or says why not and keeps nothing of it. */
  public add(chunk: Uint8Array): Collected {
    if (chunk.length === 0) return 'taken';
    if (this.#bytes + chunk.length > this.#limit) return 'over-limit';
    if (!this.#budget.take(chunk.length)) return 'over-budget';
    this.#bytes += chunk.length;
    // A small view on a large buffer would keep all of it alive.
    if (chunk.length < SMALL_CHUNK || chunk.length * 4 < chunk.buffer.byteLength) this.#copy(chunk);
    else {
      this.#cutSlab();
      this.#chunks.push(chunk);
    }
    return 'taken';
  }

  /** Forgets the body and gives its bytes back to the budget; a second call does nothing. */
  public release(): void {
    this.#budget.give(this.#bytes);
    this.#bytes = 0;
    this.#chunks = [];
    this.#slab = undefined;
    this.#slabStart = this.#slabEnd = 0;
  }

  #copy(chunk: Uint8Array): void {
    let from = 0;
    while (from < chunk.length) {
      const slab = this.#slab ?? this.#newSlab(chunk.length);
      const count = Math.min(slab.length - this.#slabEnd, chunk.length - from);
      slab.set(count === chunk.length ? chunk : chunk.subarray(from, from + count), this.#slabEnd);
      this.#slabEnd += count;
      from += count;
      if (this.#slabEnd < slab.length) continue;
      this.#cutSlab();
      this.#slab = undefined;
    }
  }

  /** Slabs grow with the body, so that what they waste stays in proportion to it. */
  #newSlab(atLeast: number): Uint8Array {
    const size = Math.max(FIRST_SLAB, Math.min(LARGEST_SLAB, Math.max(this.#bytes, atLeast)));
    this.#slab = this.#allocate(size);
    this.#slabStart = this.#slabEnd = 0;
    return this.#slab;
  }

  /** Makes a chunk of what was filled since the last cut; the rest of the slab is filled later. */
  #cutSlab(): void {
    if (this.#slab === undefined || this.#slabEnd === this.#slabStart) return;
    this.#chunks.push(this.#slab.subarray(this.#slabStart, this.#slabEnd));
    this.#slabStart = this.#slabEnd;
  }
}
