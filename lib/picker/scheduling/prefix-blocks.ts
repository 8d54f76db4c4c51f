/** No block, no holding: the end of every list. Numbers start at 1, so that fresh memory is full of it. */
export const NONE = 0;

/** In the place of the next entry of a bucket: the entry is in no bucket, because its neighbour leads to it. */
export const UNLISTED = -1;

/** Bytes of memory for a block at most: its hash, its place in the table, and the first and the number of its holdings. */
export const BYTES_PER_BLOCK = 8 + 4 + 8 + 4 + 4;

/** In the place of the hash of a number that is free. */
const NO_HASH = -1;

/** Most buckets of a table. */
const MOST_BUCKETS = 1 << 24;

/**
 * Blocks by their hash, in columns that are never allocated again. Most blocks of a prompt have numbers next to each
 * other, in either direction: the list of free numbers keeps them so. So a block is first looked for beside the one
 * before it, in memory that is at hand, and the table is for blocks that are not beside theirs.
 */
export class PrefixBlocks {
  readonly #hashes: Float64Array;
  readonly #next: Int32Array;
  readonly #buckets: Int32Array;
  readonly #mask: number;
  #free = NONE;
  #used = 0;
  #count = 0;
  /** Most recent holding of each block. */
  public readonly first: Int32Array;
  /** Holdings of each block. */
  public readonly holders: Int32Array;

  public constructor(capacity: number) {
    const buckets = bucketsFor(capacity);
    // One more at each end, so that every number has two neighbours.
    this.#hashes = new Float64Array(capacity + 2);
    this.#hashes[0] = NO_HASH;
    this.#next = new Int32Array(capacity + 2);
    this.#buckets = new Int32Array(buckets);
    this.#mask = buckets - 1;
    this.first = new Int32Array(capacity + 2);
    this.holders = new Int32Array(capacity + 2);
  }

  /** Blocks that some endpoint holds. */
  public get count(): number {
    return this.#count;
  }

  /** The block of a hash that follows a block, or is the first of a prompt with `NONE` before it; `NONE` if unknown. */
  public find(hash: number, before: number): number {
    const hashes = this.#hashes;
    if (before !== NONE) {
      // Of a number that was never used the hash is 0, which no number below the used ones has.
      if (hashes[before + 1] === hash && before < this.#used) return before + 1;
      if (hashes[before - 1] === hash) return before - 1;
    }
    let block = this.#buckets[this.#bucket(hash)] ?? NONE;
    while (block !== NONE && hashes[block] !== hash) block = this.#next[block] ?? NONE;
    return block;
  }

  /** A new block without holdings. There must be room. */
  public insert(hash: number, before: number): number {
    const block = this.#take();
    this.#hashes[block] = hash;
    if (before !== NONE && (block === before + 1 || block === before - 1)) {
      this.#next[block] = UNLISTED;
    } else {
      const bucket = this.#bucket(hash);
      this.#next[block] = this.#buckets[bucket] ?? NONE;
      this.#buckets[bucket] = block;
    }
    this.first[block] = NONE;
    this.holders[block] = 0;
    this.#count++;
    return block;
  }

  /** Forgets a block without holdings. Those that follow it must be gone. */
  public remove(block: number): void {
    const after = this.#next[block] ?? NONE;
    if (after !== UNLISTED) unlist(this.#buckets, this.#bucket(this.#hashes[block] ?? 0), this.#next, block);
    this.#hashes[block] = NO_HASH;
    this.#next[block] = this.#free;
    this.#free = block;
    this.#count--;
  }

  #take(): number {
    const block = this.#free;
    if (block === NONE) return ++this.#used;
    this.#free = this.#next[block] ?? NONE;
    return block;
  }

  #bucket(hash: number): number {
    const high = (hash / 0x1_0000_0000) | 0;
    return (Math.imul(hash ^ high, 0x9e3779b1) >>> 7) & this.#mask;
  }
}

/** Takes an entry out of its bucket. */
export function unlist(buckets: Int32Array, bucket: number, next: Int32Array, entry: number): void {
  const after = next[entry] ?? NONE;
  let at = buckets[bucket] ?? NONE;
  if (at === entry) {
    buckets[bucket] = after;
    return;
  }
  while (next[at] !== entry) at = next[at] ?? NONE;
  next[at] = after;
}

/** Buckets for a table of so many entries: a power of two, so that at most one entry is in a bucket on average. */
export function bucketsFor(capacity: number): number {
  let buckets = 1;
  while (buckets < capacity && buckets < MOST_BUCKETS) buckets *= 2;
  return buckets;
}
