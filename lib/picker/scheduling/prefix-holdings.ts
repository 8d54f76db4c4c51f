import { bucketsFor, NONE, type PrefixBlocks, unlist, UNLISTED } from './prefix-blocks';

/** Bytes of memory for a holding at most: eight columns and its place in the table. */
export const BYTES_PER_HOLDING = 8 * 4 + 8;

/** The holdings of one endpoint, the one used last first. */
export interface HoldingList {
  newest: number;
  oldest: number;
  count: number;
}

/**
 * Who holds which block: one entry for each pair of a block and an owner, in the list of its block and in that of its
 * owner in order of use. As with blocks, the holdings of one prompt mostly have numbers next to each other, and only
 * those that have not are in the table.
 */
export class PrefixHoldings {
  readonly #blocks: PrefixBlocks;
  readonly #capacity: number;
  readonly #buckets: Int32Array;
  readonly #mask: number;
  readonly #next: Int32Array;
  readonly #newer: Int32Array;
  readonly #older: Int32Array;
  readonly #earlier: Int32Array;
  #free = NONE;
  #used = 0;
  #count = 0;
  public readonly block: Int32Array;
  public readonly owner: Int32Array;
  /** Next holding of the same block. */
  public readonly later: Int32Array;
  /** Number of the use that touched a holding last. */
  public readonly usedBy: Uint32Array;

  public constructor(capacity: number, blocks: PrefixBlocks) {
    const buckets = bucketsFor(capacity);
    this.#blocks = blocks;
    this.#capacity = capacity;
    this.#buckets = new Int32Array(buckets);
    this.#mask = buckets - 1;
    this.#next = new Int32Array(capacity + 2);
    this.#newer = new Int32Array(capacity + 2);
    this.#older = new Int32Array(capacity + 2);
    this.#earlier = new Int32Array(capacity + 2);
    this.block = new Int32Array(capacity + 2);
    this.owner = new Int32Array(capacity + 2);
    this.later = new Int32Array(capacity + 2);
    this.usedBy = new Uint32Array(capacity + 2);
  }

  public get count(): number {
    return this.#count;
  }

  public get full(): boolean {
    return this.#count >= this.#capacity;
  }

  /** The holding of a block by an owner, whose holding of the block before is `before`; `NONE` if there is none. */
  public find(block: number, owner: number, before: number): number {
    if (before !== NONE) {
      if (this.block[before + 1] === block && this.owner[before + 1] === owner) return before + 1;
      if (this.block[before - 1] === block && this.owner[before - 1] === owner) return before - 1;
    }
    let holding = this.#buckets[this.#bucket(block, owner)] ?? NONE;
    while (holding !== NONE && (this.block[holding] !== block || this.owner[holding] !== owner)) {
      holding = this.#next[holding] ?? NONE;
    }
    return holding;
  }

  /** Adds a holding that is not there. In order of use it comes after that of the block before, or first. */
  public insert(block: number, owner: number, list: HoldingList, before: number): number {
    const holding = this.#take();
    this.block[holding] = block;
    this.owner[holding] = owner;
    this.#enterBucket(holding, before);
    this.#enterBlock(holding);
    this.#link(holding, list, before);
    this.#count++;
    return holding;
  }

  /** Makes a holding the one used last. */
  public touch(holding: number, list: HoldingList): void {
    if (list.newest === holding) return;
    this.#unlink(holding, list);
    this.#link(holding, list, NONE);
  }

  /** Removes a holding, and its block when it was the last one. */
  public remove(holding: number, list: HoldingList): void {
    this.#unlink(holding, list);
    this.#leaveBucket(holding);
    this.#leaveBlock(holding);
    this.block[holding] = NONE;
    this.usedBy[holding] = 0;
    this.#next[holding] = this.#free;
    this.#free = holding;
    this.#count--;
  }

  #take(): number {
    const holding = this.#free;
    if (holding === NONE) return ++this.#used;
    this.#free = this.#next[holding] ?? NONE;
    return holding;
  }

  #link(holding: number, list: HoldingList, after: number): void {
    const older = after === NONE ? list.newest : (this.#older[after] ?? NONE);
    this.#newer[holding] = after;
    this.#older[holding] = older;
    if (after === NONE) list.newest = holding;
    else this.#older[after] = holding;
    if (older === NONE) list.oldest = holding;
    else this.#newer[older] = holding;
    list.count++;
  }

  #unlink(holding: number, list: HoldingList): void {
    const newer = this.#newer[holding] ?? NONE;
    const older = this.#older[holding] ?? NONE;
    if (newer === NONE) list.newest = older;
    else this.#older[newer] = older;
    if (older === NONE) list.oldest = newer;
    else this.#newer[older] = newer;
    list.count--;
  }

  #enterBlock(holding: number): void {
    const block = this.block[holding] ?? NONE;
    const first = this.#blocks.first[block] ?? NONE;
    this.later[holding] = first;
    this.#earlier[holding] = NONE;
    if (first !== NONE) this.#earlier[first] = holding;
    this.#blocks.first[block] = holding;
    this.#blocks.holders[block] = (this.#blocks.holders[block] ?? 0) + 1;
  }

  #leaveBlock(holding: number): void {
    const block = this.block[holding] ?? NONE;
    const earlier = this.#earlier[holding] ?? NONE;
    const later = this.later[holding] ?? NONE;
    if (earlier === NONE) this.#blocks.first[block] = later;
    else this.later[earlier] = later;
    if (later !== NONE) this.#earlier[later] = earlier;
    const left = (this.#blocks.holders[block] ?? 0) - 1;
    this.#blocks.holders[block] = left;
    if (left === 0) this.#blocks.remove(block);
  }

  #enterBucket(holding: number, before: number): void {
    if (before !== NONE && (holding === before + 1 || holding === before - 1)) {
      this.#next[holding] = UNLISTED;
      return;
    }
    const bucket = this.#bucket(this.block[holding] ?? NONE, this.owner[holding] ?? NONE);
    this.#next[holding] = this.#buckets[bucket] ?? NONE;
    this.#buckets[bucket] = holding;
  }

  #leaveBucket(holding: number): void {
    if (this.#next[holding] === UNLISTED) return;
    const bucket = this.#bucket(this.block[holding] ?? NONE, this.owner[holding] ?? NONE);
    unlist(this.#buckets, bucket, this.#next, holding);
  }

  #bucket(block: number, owner: number): number {
    return (Math.imul(block ^ Math.imul(owner, 0x85ebca6b), 0x9e3779b1) >>> 7) & this.#mask;
  }
}
