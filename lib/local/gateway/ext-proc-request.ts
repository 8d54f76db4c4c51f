import {
  EntryField,
  FULL_DUPLEX_STREAMED,
  HeaderMapField,
  HeaderValueField,
  HttpBodyField,
  HttpHeadersField,
  ProtocolConfigField,
  RequestField,
  ValueField,
} from '../../picker/protocol/fields';
import { FRAME_PREFIX, writeFramePrefix } from '../../picker/protocol/frame';
import type { Direction } from '../../picker/protocol/requests';
import type { HeaderList } from '../../picker/protocol/responses';
import { nestedLength, WireWriter, writeLengthTag } from '../../picker/protocol/wire-writer';

/** A text in the gateway's dynamic metadata. */
export interface MetadataText {
  readonly namespace: string;
  readonly key: string;
  readonly value: string;
}

/** Headers of either direction, as the picker gets them. */
export interface HeadersPart {
  readonly headers: HeaderList;
  readonly endOfStream: boolean;
  readonly metadata?: MetadataText | undefined;
}

const HEADERS = { request: RequestField.REQUEST_HEADERS, response: RequestField.RESPONSE_HEADERS } as const;
const BODY = { request: RequestField.REQUEST_BODY, response: RequestField.RESPONSE_BODY } as const;

/** Serves one message after the other. */
const writer = new WireWriter();

/** A `ProcessingRequest` with headers as a gRPC frame. That of a request says how bodies are handed over. */
export function headersFrame(direction: Direction, { headers, endOfStream, metadata }: HeadersPart): Uint8Array {
  writer.clear();
  if (direction === 'request') writeProtocolConfig();
  if (metadata !== undefined) writeMetadata(metadata);
  const start = writer.size;
  if (endOfStream) writer.bool(HttpHeadersField.END_OF_STREAM, true);
  const map = writer.size;
  for (let i = headers.length - 1; i >= 0; i--) {
    const header = headers[i];
    if (header !== undefined) writeHeader(header);
  }
  writer.message(HttpHeadersField.HEADERS, map);
  writer.message(HEADERS[direction], start);
  const frame = Buffer.allocUnsafe(FRAME_PREFIX + writer.size);
  writer.copyTo(frame, FRAME_PREFIX);
  writeFramePrefix(frame);
  return frame;
}

/** A `ProcessingRequest` with a part of a body as a gRPC frame. */
export function bodyFrame(direction: Direction, body: Uint8Array, endOfStream: boolean): Uint8Array {
  const part = (body.length > 0 ? nestedLength(body.length) : 0) + (endOfStream ? 2 : 0);
  const frame = Buffer.allocUnsafe(FRAME_PREFIX + nestedLength(part));
  let at = writeLengthTag(frame, FRAME_PREFIX, BODY[direction], part);
  if (body.length > 0) {
    at = writeLengthTag(frame, at, HttpBodyField.BODY, body.length);
    frame.set(body, at);
    at += body.length;
  }
  if (endOfStream) {
    frame[at] = HttpBodyField.END_OF_STREAM * 8;
    frame[at + 1] = 1;
  }
  writeFramePrefix(frame);
  return frame;
}

function writeHeader([name, value]: HeaderList[number]): void {
  const start = writer.size;
  writer.bytes(HeaderValueField.RAW_VALUE, Buffer.from(value, 'latin1'));
  writer.text(HeaderValueField.KEY, name);
  writer.message(HeaderMapField.HEADERS, start);
}

function writeProtocolConfig(): void {
  writer.uint(ProtocolConfigField.RESPONSE_BODY_MODE, FULL_DUPLEX_STREAMED);
  writer.uint(ProtocolConfigField.REQUEST_BODY_MODE, FULL_DUPLEX_STREAMED);
  writer.message(RequestField.PROTOCOL_CONFIG, 0);
}

/** `Metadata.filter_metadata`, a map of structs: `{namespace: {key: value}}`. */
function writeMetadata({ namespace, key, value }: MetadataText): void {
  const start = writer.size;
  writer.text(ValueField.TEXT, value);
  writer.message(EntryField.VALUE, start);
  writer.text(EntryField.KEY, key);
  writer.message(ValueField.IN_STRUCT, start);
  writer.message(EntryField.VALUE, start);
  writer.text(EntryField.KEY, namespace);
  writer.message(ValueField.IN_STRUCT, start);
  writer.message(RequestField.METADATA_CONTEXT, start);
}
