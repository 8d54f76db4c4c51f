import type { Usage } from '../scheduling/call';
import { EventCounter } from './event-counter';
import { Byte } from './json-cursor';
import { NameFinder } from './name-finder';
import { mergeUsage, usageOf } from './usage';

/** Bytes of an object with token counts; servers write a few hundred. */
const MOST_BYTES = 8192;

/** What an answer is searched for. */
export interface ResponseFormat {
  /** Whether it is a stream of server-sent events. */
  readonly events: boolean;
  /** Member with token counts, at any depth. */
  readonly usage: string;
}

type State = 'search' | 'colon' | 'value' | 'object';

/**
 * Finds token counts in an answer as it passes, plain or streamed, however it is cut into chunks. A chunk without the
 * member's name is only searched for it; nothing is parsed but the object with the counts.
 */
export class ResponseScanner {
  readonly #finder: NameFinder;
  readonly #counter: EventCounter | undefined;
  #state: State = 'search';
  /** The object so far. */
  readonly #object = new Uint8Array(MOST_BYTES);
  #size = 0;
  #depth = 0;
  #inString = false;
  #afterBackslash = false;
  #usage: Usage | undefined;

  public constructor({ events, usage }: ResponseFormat) {
    this.#finder = new NameFinder(usage);
    this.#counter = events ? new EventCounter() : undefined;
  }

  /** Token counts found so far. */
  public get usage(): Usage | undefined {
    return this.#usage;
  }

  /** Events so far, about one a token. */
  public get events(): number {
    return this.#counter?.count ?? 0;
  }

  public feed(chunk: Uint8Array): void {
    this.#counter?.feed(chunk);
    let at = 0;
    while (at < chunk.length) {
      if (this.#state === 'search') {
        at = this.#finder.next(chunk, at);
        if (at < 0) return;
        this.#state = 'colon';
      } else {
        at = this.#step(chunk[at] ?? 0) ? at + 1 : at;
      }
    }
  }

  /** Takes a byte after the name; says false for one that belongs to the search again. */
  #step(byte: number): boolean {
    if (this.#state === 'object') {
      this.#collect(byte);
      return true;
    }
    if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) return true;
    if (this.#state === 'colon' && byte === Byte.COLON) {
      this.#state = 'value';
      return true;
    }
    if (this.#state === 'value' && byte === Byte.OPEN_BRACE) {
      this.#state = 'object';
      this.#size = 0;
      this.#depth = 0;
      this.#inString = false;
      this.#afterBackslash = false;
      this.#collect(byte);
      return true;
    }
    this.#state = 'search';
    return false;
  }

  #collect(byte: number): void {
    if (this.#size === MOST_BYTES) {
      this.#state = 'search';
      return;
    }
    this.#object[this.#size++] = byte;
    if (this.#inString) this.#stringByte(byte);
    else if (byte === Byte.QUOTE) this.#inString = true;
    else if (byte === Byte.OPEN_BRACE) this.#depth++;
    else if (byte === Byte.CLOSE_BRACE && --this.#depth === 0) this.#complete();
  }

  #stringByte(byte: number): void {
    if (this.#afterBackslash) this.#afterBackslash = false;
    else if (byte === Byte.BACKSLASH) this.#afterBackslash = true;
    else if (byte === Byte.QUOTE) this.#inString = false;
  }

  #complete(): void {
    this.#state = 'search';
    const found = usageOf(parsed(this.#object.subarray(0, this.#size)));
    if (found !== undefined) this.#usage = mergeUsage(this.#usage, found);
  }
}

const decoder = new TextDecoder();

function parsed(text: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(text));
  } catch {
    return undefined;
  }
}
