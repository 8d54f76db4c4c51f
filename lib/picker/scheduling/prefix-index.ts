import { BYTES_PER_BLOCK, NONE, PrefixBlocks } from './prefix-blocks';
import { BYTES_PER_HOLDING, PrefixHoldings } from './prefix-holdings';
import { PREFIX_INDEX_DEFAULTS } from './prefix-index-settings';
import { type Owner, PrefixOwners } from './prefix-owners';
import type { PromptBlocks } from './request';

/** Memory of an index unless configured, bytes. Only what is used of it becomes resident. */
export const DEFAULT_INDEX_BYTES = 256 * 1024 * 1024;

/** Holdings of removed endpoints that are freed with each prompt that is added. */
const SWEPT_AT_ONCE = 256;
/** Holdings that give way at once when memory is full. */
const EVICTED_AT_ONCE = 32;
/** Blocks of a prompt that are looked at. */
const MOST_BLOCKS = 1 << 20;

/** Bytes for a holding, and for a block that nobody else holds. */
const BYTES_PER_ROW = BYTES_PER_BLOCK + BYTES_PER_HOLDING;

/** Says what an addition changed, for `takeBack`. */
export type AddReceipt = number;

/** How much an index may remember. */
export interface PrefixIndexOptions {
  /**
   * Bound of the index's memory, bytes.
   * @default 268435456
   */
  readonly memoryBytes?: number;
  /**
   * Blocks that an endpoint is believed to keep.
   * @default - those of PREFIX_INDEX_DEFAULTS
   */
  readonly endpointBlocks?: number;
}

/** What an index did since it was made. */
export interface PrefixIndexStats {
  readonly lookups: number;
  /** Blocks of all prompts that were looked up. */
  readonly askedBlocks: number;
  /** Those of them that the endpoint with most of the prompt had. */
  readonly matchedBlocks: number;
  readonly addedBlocks: number;
  readonly evictedBlocks: number;
}

/**
 * Remembers which endpoint computed which blocks of prompts, and so probably has them in its cache. Each endpoint's
 * blocks are closed under prefixes: a block goes before the block that it follows goes, because use touches a prompt
 * from its tail to its head. So the endpoints of a block are among those of the block before it, and where their number
 * is the same, so are they: a match needs one look for each block and the endpoints only where one drops out.
 */
export class PrefixIndex {
  readonly #blocks: PrefixBlocks;
  readonly #holdings: PrefixHoldings;
  readonly #owners: PrefixOwners;
  /** Blocks of the prompt at hand, and an endpoint's holdings of them. */
  #path = new Int32Array(2048);
  #heldPath = new Int32Array(2048);
  #uses = 0;
  readonly #stats = { lookups: 0, askedBlocks: 0, matchedBlocks: 0, addedBlocks: 0, evictedBlocks: 0 };
  /** Most pairs of a block and an endpoint that fit into the memory. */
  public readonly capacity: number;
  /** Bytes of the index's tables once all of them is in use. */
  public readonly memoryBytes: number;

  public constructor(options: PrefixIndexOptions = {}) {
    const { memoryBytes = DEFAULT_INDEX_BYTES, endpointBlocks = PREFIX_INDEX_DEFAULTS.blocksPerEndpoint } = options;
    // Two rows of each table are its ends.
    this.capacity = Math.max(1, Math.floor(memoryBytes / BYTES_PER_ROW) - 2);
    this.#blocks = new PrefixBlocks(this.capacity);
    this.#holdings = new PrefixHoldings(this.capacity, this.#blocks);
    this.#owners = new PrefixOwners(Math.max(1, Math.floor(endpointBlocks)), this.#holdings);
    this.memoryBytes = (this.capacity + 2) * BYTES_PER_ROW;
  }

  public get stats(): PrefixIndexStats {
    return this.#stats;
  }

  /** Different blocks that some endpoint holds. */
  public get blocks(): number {
    return this.#blocks.count;
  }

  /** Pairs of a block and an endpoint, those of removed endpoints included until they are freed. */
  public get holdings(): number {
    return this.#holdings.count;
  }

  /** Blocks that the endpoint in a slot holds. */
  public blocksOf(slot: number): number {
    return this.#owners.at(slot)?.count ?? 0;
  }

  /**
   * Writes for each slot how many blocks at the head of the prompt its endpoint holds, without a gap, and returns the
   * most of them. Slots beyond the end of `out` are left out.
   */
  public match(prompt: PromptBlocks, out: Uint32Array | Int32Array): number {
    out.fill(0);
    const depth = this.#descend(prompt.hashes, prompt.hashes.length);
    const { first, holders } = this.#blocks;
    let seen = 0;
    let best = 0;
    for (let i = depth - 1; i >= 0; i--) {
      const block = this.#path[i] ?? NONE;
      if (holders[block] === seen) continue;
      seen = holders[block] ?? 0;
      const found = this.#mark(first[block] ?? NONE, i + 1, out);
      if (found && best === 0) best = i + 1;
    }
    this.#stats.lookups++;
    this.#stats.askedBlocks += prompt.hashes.length;
    this.#stats.matchedBlocks += best;
    return best;
  }

  /** The endpoint in a slot computes the prompt now: it has all blocks of it, as far as its capacity goes. */
  public add(slot: number, prompt: PromptBlocks): AddReceipt {
    this.#owners.sweep(SWEPT_AT_ONCE);
    const owner = this.#owners.ensure(slot);
    const length = Math.min(prompt.hashes.length, owner.capacity, this.capacity, MOST_BLOCKS - 1);
    this.#uses = (this.#uses + 1) >>> 0;
    const found = this.#holdingsOf(owner, prompt.hashes, length);
    const held = this.#note(found);
    this.#touch(owner, held);
    if (held === found) this.#extend(owner, prompt.hashes, held, length);
    return this.#uses * MOST_BLOCKS + held;
  }

  /**
   * Takes back what `add` changed for an endpoint that did not compute the prompt after all: the blocks that were new
   * then and that no other prompt used since.
   */
  public takeBack(slot: number, prompt: PromptBlocks, receipt: AddReceipt): void {
    const owner = this.#owners.at(slot);
    if (owner === undefined) return;
    const use = Math.floor(receipt / MOST_BLOCKS);
    for (let i = this.#holdingsOf(owner, prompt.hashes, prompt.hashes.length) - 1; i >= receipt % MOST_BLOCKS; i--) {
      const holding = this.#heldPath[i] ?? NONE;
      if (this.#holdings.usedBy[holding] !== use) return;
      this.#holdings.remove(holding, owner);
    }
  }

  /** Another endpoint computed the prompt than the one it was added for. Returns the receipt of the other. */
  public move(from: number, to: number, prompt: PromptBlocks, receipt: AddReceipt): AddReceipt {
    this.takeBack(from, prompt, receipt);
    return this.add(to, prompt);
  }

  /** The endpoint in a slot is gone. Takes no time: what it held is freed bit by bit with later additions. */
  public remove(slot: number): void {
    this.#owners.remove(slot);
  }

  /** Sets how many blocks the endpoint in a slot is believed to keep, from now on. */
  public setCapacity(slot: number, blocks: number): void {
    const owner = this.#owners.ensure(slot);
    owner.capacity = Math.max(1, Math.floor(blocks));
    while (owner.count > owner.capacity) this.#evict(owner);
  }

  /** Finds the blocks of a prompt up to the first that nobody holds, and returns their number. */
  #descend(hashes: Float64Array, length: number): number {
    this.#reserve(length);
    let block = NONE;
    for (let depth = 0; depth < length; depth++) {
      block = this.#blocks.find(hashes[depth] ?? 0, block);
      if (block === NONE) return depth;
      this.#path[depth] = block;
    }
    return length;
  }

  /** Finds an endpoint's holdings of a prompt up to the first block that it lacks, and returns their number. */
  #holdingsOf(owner: Owner, hashes: Float64Array, length: number): number {
    const known = this.#descend(hashes, length);
    let holding = NONE;
    for (let depth = 0; depth < known; depth++) {
      holding = this.#holdings.find(this.#path[depth] ?? NONE, owner.id, holding);
      if (holding === NONE) return depth;
      this.#heldPath[depth] = holding;
    }
    return known;
  }

  /** Writes a number for each endpoint in a block's list that has none yet. */
  #mark(holding: number, blocks: number, out: Uint32Array | Int32Array): boolean {
    const { later, owner } = this.#holdings;
    let found = false;
    for (let at = holding; at !== NONE; at = later[at] ?? NONE) {
      const slot = this.#owners.slotOf(owner[at] ?? NONE);
      if (slot < 0 || slot >= out.length || out[slot] !== 0) continue;
      out[slot] = blocks;
      found = true;
    }
    return found;
  }

  /** Touches the first holdings of a prompt, tail first. */
  #touch(owner: Owner, held: number): void {
    for (let i = held - 1; i >= 0; i--) this.#holdings.touch(this.#heldPath[i] ?? NONE, owner);
  }

  /** Notes the use of a prompt's holdings, up to the first that is there twice: two blocks of one hash, so no chain. */
  #note(held: number): number {
    const { usedBy } = this.#holdings;
    for (let i = 0; i < held; i++) {
      const holding = this.#heldPath[i] ?? NONE;
      if (usedBy[holding] === this.#uses) return i;
      usedBy[holding] = this.#uses;
    }
    return held;
  }

  /** Adds the blocks of a prompt from `held` on, each right after the one before it in order of use. */
  #extend(owner: Owner, hashes: Float64Array, held: number, length: number): void {
    const { first } = this.#blocks;
    let block = held === 0 ? NONE : (this.#path[held - 1] ?? NONE);
    let holding = held === 0 ? NONE : (this.#heldPath[held - 1] ?? NONE);
    let known = block;
    for (let i = held; i < length; i++) {
      if (owner.count >= owner.capacity) this.#evict(owner);
      else if (this.#holdings.full) this.#makeRoom(owner, i);
      const hash = hashes[i] ?? 0;
      // Nobody has what follows a block that nobody had.
      if (i === 0 || known !== NONE) known = this.#blocks.find(hash, block);
      // Only where two blocks have one hash: what follows could not be told apart.
      if (known !== NONE && this.#holdings.owner[first[known] ?? NONE] === owner.id) return;
      block = known === NONE ? this.#blocks.insert(hash, block) : known;
      holding = this.#holdings.insert(block, owner.id, owner, holding);
      this.#holdings.usedBy[holding] = this.#uses;
      this.#stats.addedBlocks++;
    }
  }

  #evict(owner: Owner): void {
    this.#holdings.remove(owner.oldest, owner);
    this.#stats.evictedBlocks++;
  }

  /** Makes room where memory is full: removed endpoints give way, then the one that holds most beside the prompt. */
  #makeRoom(owner: Owner, ofPrompt: number): void {
    this.#owners.sweep(EVICTED_AT_ONCE);
    if (!this.#holdings.full) return;
    const victim = this.#owners.largest(owner, ofPrompt);
    const most = victim === owner ? owner.count - ofPrompt : victim.count;
    for (let i = Math.min(EVICTED_AT_ONCE, most); i > 0; i--) this.#evict(victim);
  }

  #reserve(length: number): void {
    if (length <= this.#path.length) return;
    this.#path = new Int32Array(length * 2);
    this.#heldPath = new Int32Array(length * 2);
  }
}

/** Blocks of the index that a server's cache holds, whose own blocks have another size. */
export function blocksOfCache(serverBlocks: number, serverBlockTokens: number, blockTokens: number): number {
  return Math.max(1, Math.floor((serverBlocks * serverBlockTokens) / blockTokens));
}
