import { Byte } from './json-cursor';

const NOT_FOUND = -1;

/**
 * Finds a name of a JSON object, quotes included, in text that comes in chunks. Between its quotes a name has no quote,
 * so no occurrence starts inside another one, and where a start turns out to be none the search goes on right there.
 */
export class NameFinder {
  readonly #name: Uint8Array;
  /** For each byte, how far the search may go on when it is under the last byte of the name. */
  readonly #skip = new Uint8Array(256);
  /** Bytes of the name at the end of the last chunk. */
  #started = 0;

  /** `name` is plain ASCII of less than 250 characters. */
  public constructor(name: string) {
    this.#name = new TextEncoder().encode(`"${name}"`);
    const size = this.#name.length;
    this.#skip.fill(size);
    this.#name.forEach((byte, i) => {
      if (i < size - 1) this.#skip[byte] = size - 1 - i;
    });
  }

  /** Bytes of the name with quotes. */
  public get size(): number {
    return this.#name.length;
  }

  /** Bytes at the end of the last chunk that may be the start of the name. */
  public get started(): number {
    return this.#started;
  }

  /** Index after the first name that ends in the chunk at `from` or later, or -1; then the next chunk may go on with it. */
  public next(chunk: Uint8Array, from: number): number {
    if (this.#started > 0) {
      const end = this.#continued(chunk, from);
      if (end !== NOT_FOUND || this.#started > 0) return end;
    }
    const end = this.#within(chunk, from);
    if (end === NOT_FOUND) this.#started = this.#startAtEnd(chunk, from);
    return end;
  }

  /** The end of a name that the chunks before began. */
  #continued(chunk: Uint8Array, from: number): number {
    const name = this.#name;
    let matched = this.#started;
    let at = from;
    while (at < chunk.length && matched < name.length && chunk[at] === name[matched]) {
      at++;
      matched++;
    }
    if (at === chunk.length && matched < name.length) {
      this.#started = matched;
      return NOT_FOUND;
    }
    this.#started = 0;
    return matched === name.length ? at : NOT_FOUND;
  }

  /** Horspool's search: mostly looks at one byte in as many as the name has. */
  #within(chunk: Uint8Array, from: number): number {
    const name = this.#name;
    const last = name.length - 1;
    const skip = this.#skip;
    for (let at = from + last; at < chunk.length;) {
      const byte = chunk[at] ?? 0;
      if (byte === Byte.QUOTE && this.#matches(chunk, at - last)) return at + 1;
      at += skip[byte] ?? 1;
    }
    return NOT_FOUND;
  }

  #matches(chunk: Uint8Array, start: number): boolean {
    const name = this.#name;
    for (let i = 0; i < name.length; i++) if (chunk[start + i] !== name[i]) return false;
    return true;
  }

  /** Length of the longest start of the name that the chunk ends with. */
  #startAtEnd(chunk: Uint8Array, from: number): number {
    const name = this.#name;
    for (let start = Math.max(from, chunk.length - name.length + 1); start < chunk.length; start++) {
      let i = 0;
      while (start + i < chunk.length && chunk[start + i] === name[i]) i++;
      if (start + i === chunk.length) return i;
    }
    return 0;
  }
}
