import { DESTINATION_ENDPOINT_HEADER, ENDPOINT_SCORES_KEY } from '../../core/headers';
import { MetadataNamespaces } from '../../core/picker/ext-proc';
import type { BodyCursor } from './body-cursor';
import {
  AppendAction,
  BodyMutationField,
  CommonField,
  EntryField,
  HeaderMutationField,
  HeaderOptionField,
  HeaderValueField,
  HttpBodyField,
  ImmediateField,
  ResponseField,
  ValueField,
} from './fields';
import { FRAME_PREFIX, writeFramePrefix, type Allocate } from './frame';
import type { Direction } from './requests';
import { nestedLength, varintLength, WireWriter, writeLengthTag } from './wire-writer';

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
    writer.bool(CommonField.CLEAR_ROUTE_CACHE, true);
    const mutation = writer.size;
    for (const name of answer.removeHeaders) writer.text(HeaderMutationField.REMOVE_HEADERS, name);
    this.#setHeaders(answer.setHeaders);
    this.#setHeader(DESTINATION_ENDPOINT_HEADER, answer.destination);
    writer.message(CommonField.HEADER_MUTATION, mutation);
    writer.message(CommonField.IN_RESPONSE, start);
    writer.message(ResponseField.HEADERS.request, start);
    return this.#frame();
  }

  /** The answer to headers that sets some and lets the message go on. */
  public headers(direction: Direction, setHeaders: HeaderList): Uint8Array {
    const writer = this.#writer;
    writer.clear();
    if (setHeaders.length > 0) {
      this.#setHeaders(setHeaders);
      writer.message(CommonField.HEADER_MUTATION, 0);
    }
    writer.message(CommonField.IN_RESPONSE, 0);
    writer.message(ResponseField.HEADERS[direction], 0);
    return this.#frame();
  }

  /** The next bytes of a body, `count` of them from the cursor. */
  public body(direction: Direction, source: BodyCursor, count: number, endOfStream: boolean): Uint8Array {
    const streamed = (count > 0 ? 1 + varintLength(count) + count : 0) + (endOfStream ? 2 : 0);
    const mutation = nestedLength(streamed);
    const common = nestedLength(mutation);
    const answer = nestedLength(common);
    const frame = this.#allocate(FRAME_PREFIX + nestedLength(answer));
    let at = writeLengthTag(frame, FRAME_PREFIX, ResponseField.BODY[direction], answer);
    at = writeLengthTag(frame, at, CommonField.IN_RESPONSE, common);
    at = writeLengthTag(frame, at, CommonField.BODY_MUTATION, mutation);
    at = writeLengthTag(frame, at, BodyMutationField.STREAMED_RESPONSE, streamed);
    if (count > 0) {
      at = writeLengthTag(frame, at, HttpBodyField.BODY, count);
      source.copyTo(frame, at, count);
      at += count;
    }
    if (endOfStream) {
      frame[at] = HttpBodyField.END_OF_STREAM * 8;
      frame[at + 1] = 1;
    }
    writeFramePrefix(frame);
    return frame;
  }

  /** The answer to trailers that changes nothing. */
  public trailers(direction: Direction): Uint8Array {
    this.#writer.clear();
    this.#writer.message(ResponseField.TRAILERS[direction], 0);
    return this.#frame();
  }

  public immediate(answer: ImmediateAnswer): Uint8Array {
    const writer = this.#writer;
    writer.clear();
    writer.text(ImmediateField.DETAILS, answer.details);
    writer.text(ImmediateField.BODY, answer.body);
    if (answer.headers.length > 0) {
      const mutation = writer.size;
      this.#setHeaders(answer.headers);
      writer.message(ImmediateField.HEADERS, mutation);
    }
    const status = writer.size;
    writer.uint(ImmediateField.STATUS_CODE, answer.status);
    writer.message(ImmediateField.STATUS, status);
    writer.message(ResponseField.IMMEDIATE, 0);
    return this.#frame();
  }

  /** `HeaderMutation.set_headers`, in the order of the list. */
  #setHeaders(headers: HeaderList): void {
    for (let i = headers.length - 1; i >= 0; i--) {
      const header = headers[i];
      if (header !== undefined) this.#setHeader(header[0], header[1]);
    }
  }

  /** `HeaderValueOption` with a raw value that replaces every value that the header has. */
  #setHeader(name: string, value: string): void {
    const writer = this.#writer;
    const option = writer.size;
    if (value === '') writer.bool(HeaderOptionField.KEEP_EMPTY_VALUE, true);
    writer.uint(HeaderOptionField.APPEND_ACTION, AppendAction.OVERWRITE_IF_EXISTS_OR_ADD);
    const header = writer.size;
    writer.text(HeaderValueField.RAW_VALUE, value);
    writer.text(HeaderValueField.KEY, name);
    writer.message(HeaderOptionField.HEADER, header);
    writer.message(HeaderMutationField.SET_HEADERS, option);
  }

  /** A struct of one namespace: `{"envoy.lb": {destination, scores}}`. */
  #destinationMetadata({ destination, scores }: RouteAnswer): void {
    const writer = this.#writer;
    const namespaceValue = writer.size;
    if (scores !== undefined) {
      const value = writer.size;
      for (const endpoint of Object.keys(scores)) {
        const entry = writer.size;
        writer.double(ValueField.NUMBER, scores[endpoint] ?? 0);
        this.#entry(endpoint, entry);
      }
      writer.message(ValueField.STRUCT, value);
      this.#entry(ENDPOINT_SCORES_KEY, value);
    }
    const value = writer.size;
    writer.text(ValueField.TEXT, destination);
    this.#entry(DESTINATION_ENDPOINT_HEADER, value);
    writer.message(ValueField.STRUCT, namespaceValue);
    this.#entry(MetadataNamespaces.ENDPOINTS, namespaceValue);
    writer.message(ResponseField.DYNAMIC_METADATA, 0);
  }

  /** Makes an entry of `Struct.fields` of the `Value` content written since `size` was `before`. */
  #entry(key: string, before: number): void {
    this.#writer.message(EntryField.VALUE, before);
    this.#writer.text(EntryField.KEY, key);
    this.#writer.message(ValueField.IN_STRUCT, before);
  }

  #frame(): Uint8Array {
    const frame = this.#allocate(FRAME_PREFIX + this.#writer.size);
    this.#writer.copyTo(frame, FRAME_PREFIX);
    writeFramePrefix(frame);
    return frame;
  }
}
