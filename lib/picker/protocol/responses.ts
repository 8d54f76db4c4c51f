import { DESTINATION_ENDPOINT_HEADER, ENDPOINT_SCORES_KEY } from '../../core/headers';
import { MetadataNamespaces } from '../../core/picker/ext-proc';
import type { BodyCursor } from './body-cursor';
import { FRAME_PREFIX, writeFramePrefix, type Allocate } from './frame';
import type { Direction } from './requests';
import { varintLength, WireWriter, writeVarint } from './wire-writer';

/** Headers with their values, lower case. */
export type HeaderList = readonly (readonly [string, string])[];

/** Lets the request go to an endpoint. */
export interface RouteAnswer {
  readonly destination: string;
  readonly scores: Readonly<Record<string, number>> | undefined;
  readonly setHeaders: HeaderList;
  readonly removeHeaders: readonly string[];
}

/** Answers the client in the place of a model server. */
export interface ImmediateAnswer {
  readonly status: number;
  readonly headers: HeaderList;
  readonly body: string;
  /** For the gateway's access log. */
  readonly details: string;
}

/** `ProcessingResponse` by direction; immediate_response is 7 and dynamic_metadata 8. */
const Field = Object.freeze({
  HEADERS: { request: 1, response: 2 },
  BODY: { request: 3, response: 4 },
  TRAILERS: { request: 5, response: 6 },
  IMMEDIATE: 7,
  DYNAMIC_METADATA: 8,
});

/** `HeaderValueOption.HeaderAppendAction`: replaces every value that the header has. */
const OVERWRITE_IF_EXISTS_OR_ADD = 2;

/** Writes what the picker says as gRPC frames: `ProcessingResponse` messages with their prefix. */
export class ResponseEncoder {
  readonly #allocate: Allocate;
  readonly #writer = new WireWriter();

  public constructor(allocate: Allocate) {
    this.#allocate = allocate;
  }

  /** The answer to request headers: destination as header and as metadata, which must agree. */
  public route(answer: RouteAnswer): Uint8Array {
    const writer = this.#writer;
    writer.clear();
    this.#destinationMetadata(answer);
    const start = writer.size;
    writer.bool(5, true); // clear_route_cache
    const mutation = writer.size;
    for (const name of answer.removeHeaders) writer.text(2, name);
    this.#setHeaders(answer.setHeaders);
    this.#setHeader(DESTINATION_ENDPOINT_HEADER, answer.destination);
    writer.message(2, mutation);
    writer.message(1, start); // CommonResponse in HeadersResponse
    writer.message(Field.HEADERS.request, start);
    return this.#frame();
  }

  /** The answer to headers that sets some and lets the message go on. */
  public headers(direction: Direction, setHeaders: HeaderList): Uint8Array {
    const writer = this.#writer;
    writer.clear();
    if (setHeaders.length > 0) {
      this.#setHeaders(setHeaders);
      writer.message(2, 0);
    }
    writer.message(1, 0);
    writer.message(Field.HEADERS[direction], 0);
    return this.#frame();
  }

  /** The next bytes of a body, `count` of them from the cursor. */
  public body(direction: Direction, source: BodyCursor, count: number, endOfStream: boolean): Uint8Array {
    const streamed = (count > 0 ? 1 + varintLength(count) + count : 0) + (endOfStream ? 2 : 0);
    const mutation = nested(streamed);
    const common = nested(mutation);
    const answer = nested(common);
    const frame = this.#allocate(FRAME_PREFIX + nested(answer));
    let at = writeTag(frame, FRAME_PREFIX, Field.BODY[direction], answer);
    at = writeTag(frame, at, 1, common); // BodyResponse.response
    at = writeTag(frame, at, 3, mutation); // CommonResponse.body_mutation
    at = writeTag(frame, at, 3, streamed); // BodyMutation.streamed_response
    if (count > 0) {
      at = writeTag(frame, at, 1, count);
      source.copyTo(frame, at, count);
      at += count;
    }
    if (endOfStream) {
      frame[at] = 0x10; // end_of_stream, field 2
      frame[at + 1] = 1;
    }
    writeFramePrefix(frame);
    return frame;
  }

  /** The answer to trailers that changes nothing. */
  public trailers(direction: Direction): Uint8Array {
    this.#writer.clear();
    this.#writer.message(Field.TRAILERS[direction], 0);
    return this.#frame();
  }

  public immediate(answer: ImmediateAnswer): Uint8Array {
    const writer = this.#writer;
    writer.clear();
    writer.text(5, answer.details);
    writer.text(3, answer.body);
    if (answer.headers.length > 0) {
      const mutation = writer.size;
      this.#setHeaders(answer.headers);
      writer.message(2, mutation);
    }
    const status = writer.size;
    writer.uint(1, answer.status);
    writer.message(1, status);
    writer.message(Field.IMMEDIATE, 0);
    return this.#frame();
  }

  /** `HeaderMutation.set_headers` 1, in the order of the list. */
  #setHeaders(headers: HeaderList): void {
    for (let i = headers.length - 1; i >= 0; i--) {
      const header = headers[i];
      if (header !== undefined) this.#setHeader(header[0], header[1]);
    }
  }

  /** `HeaderValueOption`: header 1 {key 1, raw_value 3}, append_action 3, keep_empty_value 4. */
  #setHeader(name: string, value: string): void {
    const writer = this.#writer;
    const option = writer.size;
    if (value === '') writer.bool(4, true);
    writer.uint(3, OVERWRITE_IF_EXISTS_OR_ADD);
    const header = writer.size;
    writer.text(3, value);
    writer.text(1, name);
    writer.message(1, header);
    writer.message(1, option);
  }

  /** A struct of one namespace: `{"envoy.lb": {destination, scores}}`. */
  #destinationMetadata({ destination, scores }: RouteAnswer): void {
    const writer = this.#writer;
    const namespaceValue = writer.size;
    if (scores !== undefined) {
      const value = writer.size;
      for (const endpoint of Object.keys(scores)) {
        const entry = writer.size;
        writer.double(2, scores[endpoint] ?? 0);
        this.#entry(endpoint, entry);
      }
      writer.message(5, value);
      this.#entry(ENDPOINT_SCORES_KEY, value);
    }
    const value = writer.size;
    writer.text(3, destination);
    this.#entry(DESTINATION_ENDPOINT_HEADER, value);
    writer.message(5, namespaceValue);
    this.#entry(MetadataNamespaces.ENDPOINTS, namespaceValue);
    writer.message(Field.DYNAMIC_METADATA, 0);
  }

  /** Makes an entry of `Struct.fields` of the `Value` content written since `size` was `before`. */
  #entry(key: string, before: number): void {
    this.#writer.message(2, before);
    this.#writer.text(1, key);
    this.#writer.message(1, before);
  }

  #frame(): Uint8Array {
    const frame = this.#allocate(FRAME_PREFIX + this.#writer.size);
    this.#writer.copyTo(frame, FRAME_PREFIX);
    writeFramePrefix(frame);
    return frame;
  }
}

/** Bytes of a message of this length within another, for field numbers up to 15. */
function nested(length: number): number {
  return 1 + varintLength(length) + length;
}

function writeTag(target: Uint8Array, offset: number, field: number, length: number): number {
  target[offset] = field * 8 + 2;
  return writeVarint(target, offset + 1, length);
}
