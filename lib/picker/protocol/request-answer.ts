import { BODY_CHUNK_BYTES } from '../../core/picker/ext-proc';
import type { RouteVerdict } from '../director/types';
import { BodyCursor } from './body-cursor';
import type { RequestHead } from '../director/types';
import type { HeaderList, ResponseEncoder } from './responses';

/** How the gateway ended the request: what the picker sends must end the same way. */
export type RequestEnd = 'headers' | 'body' | 'trailers';

const CONTENT_LENGTH = 'content-length';

/**
 * The messages that let a request go, made one by one as the gateway takes them: headers, the body in chunks, trailers.
 * Trailers are sent only to a client's own: Envoy ignores others (envoyproxy/envoy#40046).
 */
export class RequestAnswer {
  readonly #encoder: ResponseEncoder;
  readonly #head: RequestHead;
  readonly #verdict: RouteVerdict;
  readonly #end: RequestEnd;
  readonly #body: BodyCursor;
  #next: RequestEnd | 'nothing' = 'headers';

  public constructor(parts: {
    readonly encoder: ResponseEncoder;
    readonly head: RequestHead;
    readonly verdict: RouteVerdict;
    readonly end: RequestEnd;
  }) {
    this.#encoder = parts.encoder;
    this.#head = parts.head;
    this.#verdict = parts.verdict;
    this.#end = parts.end;
    this.#body = new BodyCursor(parts.end === 'headers' ? [] : (parts.verdict.body?.chunks ?? []));
  }

  /** The next message as a frame; undefined when all were made. */
  public next(): Uint8Array | undefined {
    switch (this.#next) {
      case 'headers':
        return this.#headers();
      case 'body':
        return this.#bodyChunk();
      case 'trailers':
        this.#next = 'nothing';
        return this.#encoder.trailers('request');
      case 'nothing':
        return undefined;
    }
  }

  #headers(): Uint8Array {
    if (this.#end === 'headers') this.#next = 'nothing';
    else this.#next = this.#end === 'trailers' && this.#body.left === 0 ? 'trailers' : 'body';
    const { destination, scores, setHeaders, removeHeaders } = this.#verdict;
    return this.#encoder.route({
      destination,
      scores,
      setHeaders: this.#withLength(setHeaders),
      // The gateway looks each name up: those that the client did not send need not travel.
      removeHeaders: removeHeaders.filter((name) => this.#head.headers.has(name)),
    });
  }

  /** A request with trailers has a length only if its client gave one: HTTP/1.1 sends trailers after chunks alone. */
  #withLength(headers: HeaderList): HeaderList {
    const length = this.#body.left;
    const wanted = this.#end === 'body' ? length > 0 : this.#head.headers.has(CONTENT_LENGTH);
    if (this.#end === 'headers' || !wanted) return headers;
    return [[CONTENT_LENGTH, String(length)], ...headers];
  }

  #bodyChunk(): Uint8Array {
    const count = Math.min(BODY_CHUNK_BYTES, this.#body.left);
    const last = count === this.#body.left;
    const frame = this.#encoder.body('request', this.#body, count, last && this.#end === 'body');
    if (last) this.#next = this.#end === 'trailers' ? 'trailers' : 'nothing';
    return frame;
  }
}
