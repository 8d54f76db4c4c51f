import { BODY_CHUNK_BYTES } from '../../core/picker/ext-proc';
import type { ResponseWatcher } from '../director/types';
import { BodyCursor } from './body-cursor';
import type { ProcessingRequest } from './requests';
import type { HeaderList, ResponseEncoder } from './responses';

const EMPTY = new Uint8Array(0);
const NO_HEADERS: HeaderList = [];

/** A message that has no place where it came. */
export class SequenceError extends Error {
  public constructor(message: string) {
    super(message);
    this.name = 'SequenceError';
  }
}

/**
 * Hands an answer on, each chunk as soon as it came, and lets a watcher see it. Without a watcher the answer is the
 * gateway's own, to a request that it never let go.
 */
export class ResponseRelay {
  readonly #encoder: ResponseEncoder;
  readonly #send: (frame: Uint8Array) => void;
  #next: 'headers' | 'body' | 'nothing' = 'headers';

  public constructor(encoder: ResponseEncoder, send: (frame: Uint8Array) => void) {
    this.#encoder = encoder;
    this.#send = send;
  }

  public get hasStarted(): boolean {
    return this.#next !== 'headers';
  }

  /** Whether the answer ended and all of it was handed on. */
  public get isComplete(): boolean {
    return this.#next === 'nothing';
  }

  /** Takes a message about the response and sends what it calls for. Throws a `SequenceError`. */
  public take(message: ProcessingRequest, watcher: ResponseWatcher | undefined): void {
    switch (message.kind) {
      case 'headers': {
        if (this.hasStarted) throw new SequenceError('response headers came twice');
        this.#next = message.endOfStream ? 'nothing' : 'body';
        const set = watcher?.headers(message.headers, message.hints.served) ?? NO_HEADERS;
        this.#send(this.#encoder.headers('response', set));
        return;
      }
      case 'body': {
        this.#expectBody('body');
        if (message.endOfStream) this.#next = 'nothing';
        const body = watcher?.body(message.body, message.endOfStream) ?? message.body;
        this.#sendBody(body, message.endOfStream);
        return;
      }
      case 'trailers':
        this.#expectBody('trailers');
        this.#next = 'nothing';
        // What the watcher still holds belongs before the trailers, which end the stream.
        this.#sendBody(watcher?.body(EMPTY, true) ?? EMPTY, false);
        this.#send(this.#encoder.trailers('response'));
        return;
      case 'unknown':
        return;
    }
  }

  #expectBody(what: string): void {
    if (this.#next === 'headers') throw new SequenceError(`response ${what} came before response headers`);
    if (this.#next === 'nothing') throw new SequenceError(`response ${what} came after the end of the response`);
  }

  #sendBody(body: Uint8Array, endOfStream: boolean): void {
    if (body.length === 0 && !endOfStream) return;
    const cursor = new BodyCursor([body]);
    do {
      const count = Math.min(BODY_CHUNK_BYTES, cursor.left);
      this.#send(this.#encoder.body('response', cursor, count, endOfStream && count === cursor.left));
    } while (cursor.left > 0);
  }
}
