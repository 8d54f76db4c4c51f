import { Byte } from './json-cursor';
import { NameFinder } from './name-finder';

/** Names of one model: what the server calls it and what the client does. */
export interface ModelRename {
  readonly from: string;
  readonly to: string;
}

const encoder = new TextEncoder();

/**
 * Puts the client's model name in the place of the server's wherever an answer has `"model":"<server's name>"`, with any
 * spaces of JSON in it and at any depth, plain or streamed. Bytes that may be the start of the server's name are held
 * back to the next chunk, so never more than that name.
 */
export class ModelNameRewriter {
  readonly #finder = new NameFinder('model');
  /** The server's name with quotes. */
  readonly #from: Uint8Array;
  readonly #to: Uint8Array;
  #state: 'search' | 'colon' | 'value' = 'search';
  /** Bytes of the server's name that were seen last. */
  #matched = 0;
  /** Those of them that earlier chunks ended with: held back. */
  #held = 0;

  public constructor({ from, to }: ModelRename) {
    this.#from = encoder.encode(JSON.stringify(from));
    this.#to = encoder.encode(JSON.stringify(to));
  }

  /** What the client gets for a chunk: the same object unless something in it is replaced or held back. */
  public rewrite(chunk: Uint8Array, last: boolean): Uint8Array {
    const parts: Uint8Array[] = [];
    const given = this.#scan(chunk, parts);
    if (last) this.#giveUp(parts);
    const end = chunk.length - (this.#matched - this.#held);
    this.#held = this.#matched;
    if (parts.length === 0 && given === 0 && end === chunk.length) return chunk;
    parts.push(chunk.subarray(given, end));
    return joined(parts);
  }

  /** Gives out what comes before and in the place of each name in the chunk, and returns where the rest starts. */
  #scan(chunk: Uint8Array, parts: Uint8Array[]): number {
    let given = 0;
    for (let at = 0; at < chunk.length;) {
      if (this.#state === 'search') {
        at = this.#finder.next(chunk, at);
        if (at < 0) break;
        this.#state = 'colon';
      } else if (this.#step(chunk[at] ?? 0)) {
        at++;
        if (this.#matched < this.#from.length) continue;
        parts.push(chunk.subarray(given, at - this.#from.length + this.#held), this.#to);
        given = at;
        this.#held = 0;
        this.#giveUp(parts);
      } else {
        this.#giveUp(parts);
      }
    }
    return given;
  }

  /** Takes a byte after the member's name; says false when it shows that there is nothing to replace. */
  #step(byte: number): boolean {
    if (this.#state === 'value' && byte === this.#from[this.#matched]) {
      this.#matched++;
      return true;
    }
    if (this.#matched > 0) return false;
    if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) return true;
    if (this.#state !== 'colon' || byte !== Byte.COLON) return false;
    this.#state = 'value';
    return true;
  }

  /** Searches for the member's name again, and gives out what was held back. */
  #giveUp(parts: Uint8Array[]): void {
    if (this.#held > 0) parts.push(this.#from.subarray(0, this.#held));
    this.#state = 'search';
    this.#matched = 0;
    this.#held = 0;
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
