import { laneA, laneB, scramble, spread } from './hash-mix';
import { bytesBefore, plainEnd, specialMarks } from './json-cursor';

const SEED_A = 0x3c6ef372;
const SEED_B = 0x510e527f | 0;

/**
 * Cuts a stream of bytes into blocks of words of four and makes a 64-bit digest of each. A digest knows nothing of the
 * blocks before: chaining comes last, when everything that stands at the head of the prompt was seen.
 */
export class BlockHasher {
  /** Two words for each block. */
  readonly #digests: Uint32Array;
  readonly #blockWords: number;
  readonly #capacity: number;
  #blocks = 0;
  /** Words that the current block still takes. */
  #room: number;
  #a = SEED_A;
  #b = SEED_B;
  /** Bytes of a word that is not complete, and eight times their number. */
  #pending = 0;
  #shift = 0;

  /** Blocks are of `blockWords` words; what comes after the last of `capacity` blocks is not hashed. */
  public constructor(blockWords: number, capacity: number) {
    this.#blockWords = blockWords;
    this.#capacity = capacity;
    this.#room = blockWords;
    this.#digests = new Uint32Array(capacity * 2);
  }

  public start(): void {
    this.#blocks = 0;
    this.#clear();
  }

  /** Ends the stream, with a block that may be partial, and returns the number of blocks. */
  public finish(): number {
    this.align();
    if (this.#room < this.#blockWords) this.#seal();
    return this.#blocks;
  }

  /** Copies the digests of the first blocks to `target`, from a block of it on. */
  public copyTo(target: Uint32Array, block: number, blocks: number): void {
    for (let i = 0; i < blocks * 2; i++) target[block * 2 + i] = this.#digests[i] ?? 0;
  }

  /** Whether nothing more is hashed. */
  public get full(): boolean {
    return this.#blocks >= this.#capacity;
  }

  /** Words that fit before nothing more is hashed. */
  public get remaining(): number {
    return this.full ? 0 : (this.#capacity - this.#blocks - 1) * this.#blockWords + this.#room;
  }

  /**
   * Takes the plain characters of a string from `from` on, up to a quote, a backslash, a control character or `end`, and
   * returns where it stopped: finding the end and hashing are one pass.
   */
  public plain(view: DataView, from: number, end: number): number {
    let at = from;
    while (!this.full) {
      const stop = Math.min(end - 3, at + this.#room * 4);
      at = this.#words(view, at, stop);
      if (this.#room === 0) this.#seal();
      else if (at < stop) return this.#partial(view, at);
      else if (at >= end - 3) return this.#bytes(view, at, plainEnd(view, at, end));
    }
    return plainEnd(view, at, end);
  }

  /** Takes bytes as they are. */
  public bytes(view: DataView, from: number, end: number): void {
    this.#bytes(view, from, end);
  }

  public byte(value: number): void {
    this.#pending |= value << this.#shift;
    this.#shift += 8;
    if (this.#shift < 32) return;
    const word = this.#pending;
    this.#pending = 0;
    this.#shift = 0;
    this.#word(word);
  }

  /** Takes the UTF-8 bytes of a code point; those of half a surrogate pair as if it were a character. */
  public character(code: number): void {
    if (code < 0x80) {
      this.byte(code);
      return;
    }
    if (code < 0x800) {
      this.byte(0xc0 | (code >> 6));
    } else {
      if (code < 0x10000) {
        this.byte(0xe0 | (code >> 12));
      } else {
        this.byte(0xf0 | (code >> 18));
        this.byte(0x80 | ((code >> 12) & 0x3f));
      }
      this.byte(0x80 | ((code >> 6) & 0x3f));
    }
    this.byte(0x80 | (code & 0x3f));
  }

  /** Fills a word that is not complete with zeros. */
  public align(): void {
    while (this.#shift !== 0) this.byte(0);
  }

  /** Takes a word; the stream must be aligned. */
  public word(value: number): void {
    this.#word(value);
  }

  /** Takes the plain bytes of a word that has others too, and returns where they end. */
  #partial(view: DataView, at: number): number {
    const word = view.getInt32(at, true);
    const plain = bytesBefore(specialMarks(word));
    const bytes = word & ((1 << (plain * 8)) - 1);
    const shift = this.#shift + plain * 8;
    const filled = this.#pending | (bytes << this.#shift);
    if (shift < 32) {
      this.#pending = filled;
      this.#shift = shift;
    } else {
      this.#pending = (bytes >>> 1) >>> (31 - this.#shift);
      this.#shift = shift - 32;
      this.#word(filled);
    }
    return at + plain;
  }

  #bytes(view: DataView, from: number, end: number): number {
    for (let at = from; at < end; at++) this.byte(view.getUint8(at));
    return end;
  }

  #word(word: number): void {
    if (this.full) return;
    const mixed = spread(word);
    this.#a = laneA(this.#a, mixed);
    this.#b = laneB(this.#b, mixed);
    if (--this.#room === 0) this.#seal();
  }

  /** Takes whole words of plain characters that start before `stop`, at most as many as the block has room for. */
  #words(view: DataView, from: number, stop: number): number {
    let at = from;
    let a = this.#a;
    let b = this.#b;
    let pending = this.#pending;
    const shift = this.#shift;
    const back = 31 - shift;
    for (; at < stop; at += 4) {
      const word = view.getInt32(at, true);
      if (specialMarks(word) !== 0) break;
      const mixed = spread(pending | (word << shift));
      // Two shifts, because one by 32 would be one by 0.
      pending = (word >>> 1) >>> back;
      a = laneA(a, mixed);
      b = laneB(b, mixed);
    }
    this.#a = a;
    this.#b = b;
    this.#pending = pending;
    this.#room -= (at - from) >> 2;
    return at;
  }

  #seal(): void {
    const at = this.#blocks * 2;
    const a = scramble(this.#a ^ (this.#blockWords - this.#room));
    const b = scramble(this.#b + a);
    this.#digests[at] = a + b;
    this.#digests[at + 1] = b;
    this.#blocks++;
    this.#room = this.#blockWords;
    this.#a = SEED_A;
    this.#b = SEED_B;
  }

  #clear(): void {
    this.#room = this.#blockWords;
    this.#a = SEED_A;
    this.#b = SEED_B;
    this.#pending = 0;
    this.#shift = 0;
  }
}
