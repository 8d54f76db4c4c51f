import { HttpBodyField, HttpHeadersField, ProtocolConfigField, RequestField } from './fields';
import { readHeaderMap } from './headers';
import { NO_HINTS, readEndpointHints, type EndpointHints } from './metadata';
import { WireReader } from './wire-reader';

/** Which half of the HTTP exchange a message belongs to. */
export type Direction = 'request' | 'response';

/** How the gateway was told to hand over bodies, `ProcessingMode.BodySendMode` by number. */
export interface ProtocolConfig {
  readonly requestBodyMode: number;
  readonly responseBodyMode: number;
}

interface Common {
  readonly direction: Direction;
  readonly hints: EndpointHints;
  /** The gateway ignores answers. */
  readonly observed: boolean;
}

export interface HeadersMessage extends Common {
  readonly kind: 'headers';
  readonly headers: ReadonlyMap<string, string>;
  readonly endOfStream: boolean;
  /** Sent with the first message of a stream by gateways that know the field. */
  readonly protocol: ProtocolConfig | undefined;
}

export interface BodyMessage extends Common {
  readonly kind: 'body';
  /** A view on the message. */
  readonly body: Uint8Array;
  readonly endOfStream: boolean;
}

export interface TrailersMessage extends Common {
  readonly kind: 'trailers';
}

/** A kind of message that was added to the protocol later. */
export interface UnknownMessage extends Common {
  readonly kind: 'unknown';
}

/** `envoy.service.ext_proc.v3.ProcessingRequest`: what the gateway says. */
export type ProcessingRequest = HeadersMessage | BodyMessage | TrailersMessage | UnknownMessage;

const EMPTY = new Uint8Array(0);

/** Reads a message. Bodies are views on `bytes`. Throws a `WireError` for bytes that are no protobuf. */
export function decodeProcessingRequest(bytes: Uint8Array): ProcessingRequest {
  const reader = new WireReader(bytes);
  let kind: ProcessingRequest['kind'] = 'unknown';
  let direction: Direction = 'request';
  let part = NOTHING;
  let hints = NO_HINTS;
  let observed = false;
  let protocol: ProtocolConfig | undefined;
  while (reader.next()) {
    switch (reader.field) {
      case RequestField.REQUEST_HEADERS:
      case RequestField.RESPONSE_HEADERS:
        kind = 'headers';
        direction = reader.field === RequestField.REQUEST_HEADERS ? 'request' : 'response';
        part = readHttpHeaders(reader);
        break;
      case RequestField.REQUEST_BODY:
      case RequestField.RESPONSE_BODY:
        kind = 'body';
        direction = reader.field === RequestField.REQUEST_BODY ? 'request' : 'response';
        part = readHttpBody(reader);
        break;
      case RequestField.REQUEST_TRAILERS:
      case RequestField.RESPONSE_TRAILERS:
        kind = 'trailers';
        direction = reader.field === RequestField.REQUEST_TRAILERS ? 'request' : 'response';
        reader.skip();
        break;
      case RequestField.METADATA_CONTEXT:
        hints = readEndpointHints(reader);
        break;
      case RequestField.OBSERVABILITY_MODE:
        observed = reader.bool();
        break;
      case RequestField.PROTOCOL_CONFIG:
        protocol = readProtocolConfig(reader);
        break;
      default:
        reader.skip();
    }
  }
  const { headers, body, endOfStream } = part;
  switch (kind) {
    case 'headers':
      return { kind, direction, headers, endOfStream, protocol, hints, observed };
    case 'body':
      return { kind, direction, body, endOfStream, hints, observed };
    case 'trailers':
    case 'unknown':
      return { kind, direction, hints, observed };
  }
}

interface Part {
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
  readonly endOfStream: boolean;
}

const NO_HEADERS: ReadonlyMap<string, string> = new Map();
const NOTHING: Part = Object.freeze({ headers: NO_HEADERS, body: EMPTY, endOfStream: false });

function readHttpHeaders(reader: WireReader): Part {
  const headers = new Map<string, string>();
  let endOfStream = false;
  const outer = reader.enter();
  while (reader.next()) {
    if (reader.field === HttpHeadersField.HEADERS) readHeaderMap(reader, headers);
    else if (reader.field === HttpHeadersField.END_OF_STREAM) endOfStream = reader.bool();
    else reader.skip();
  }
  reader.leave(outer);
  return { headers, body: EMPTY, endOfStream };
}

function readHttpBody(reader: WireReader): Part {
  let body: Uint8Array = EMPTY;
  let endOfStream = false;
  const outer = reader.enter();
  while (reader.next()) {
    if (reader.field === HttpBodyField.BODY) body = reader.bytes();
    else if (reader.field === HttpBodyField.END_OF_STREAM) endOfStream = reader.bool();
    else reader.skip();
  }
  reader.leave(outer);
  return { headers: NO_HEADERS, body, endOfStream };
}

function readProtocolConfig(reader: WireReader): ProtocolConfig {
  let requestBodyMode = 0;
  let responseBodyMode = 0;
  const outer = reader.enter();
  while (reader.next()) {
    if (reader.field === ProtocolConfigField.REQUEST_BODY_MODE) requestBodyMode = reader.uint();
    else if (reader.field === ProtocolConfigField.RESPONSE_BODY_MODE) responseBodyMode = reader.uint();
    else reader.skip();
  }
  reader.leave(outer);
  return { requestBodyMode, responseBodyMode };
}
