import { DESTINATION_ENDPOINT_HEADER } from '../../core/headers';
import { MetadataNamespaces } from '../../core/picker/ext-proc';
import {
  AppendAction,
  BodyMutationField,
  CommonField,
  HeaderMutationField,
  HeaderOptionField,
  HttpBodyField,
  ImmediateField,
  ResponseField,
  ValueField,
} from '../../picker/protocol/fields';
import { readHeaderValue } from '../../picker/protocol/headers';
import { eachEntry, readTexts } from '../../picker/protocol/metadata';
import type { Direction } from '../../picker/protocol/requests';
import { isAscii } from '../../picker/protocol/text';
import { WireReader } from '../../picker/protocol/wire-reader';
import type { HeaderChange, HeaderMutation } from './header-list';

/** What the picker says of headers. */
export interface HeadersAnswer {
  readonly kind: 'headers';
  readonly direction: Direction;
  readonly mutation: HeaderMutation;
  /** Endpoints of its choice as its metadata names them, best first; undefined without any. */
  readonly destination: readonly string[] | undefined;
}

/** The next part of a body. */
export interface BodyAnswer {
  readonly kind: 'body';
  readonly direction: Direction;
  /** A view on the message. */
  readonly body: Uint8Array;
  readonly endOfStream: boolean;
}

/** Answers the client in the place of a model server. */
export interface ImmediateResponse {
  readonly kind: 'immediate';
  readonly status: number;
  readonly mutation: HeaderMutation;
  readonly body: Uint8Array;
}

/** `envoy.service.ext_proc.v3.ProcessingResponse`: what the picker says. */
export type ProcessingResponse =
  | HeadersAnswer
  | BodyAnswer
  | ImmediateResponse
  | { readonly kind: 'trailers'; readonly direction: Direction }
  | { readonly kind: 'unknown' };

/** `CommonResponse`. */
interface Common {
  readonly mutation: HeaderMutation;
  readonly body: Uint8Array;
  readonly endOfStream: boolean;
}

const EMPTY = new Uint8Array(0);
const NO_MUTATION: HeaderMutation = Object.freeze({ set: [], remove: [] });
const NOTHING: Common = Object.freeze({ mutation: NO_MUTATION, body: EMPTY, endOfStream: false });

/** Reads a message. Bodies are views on `bytes`. Throws a `WireError` for bytes that are no protobuf. */
export function decodeProcessingResponse(bytes: Uint8Array): ProcessingResponse {
  const reader = new WireReader(bytes);
  let answer: ProcessingResponse = { kind: 'unknown' };
  let destination: readonly string[] | undefined;
  while (reader.next()) {
    if (reader.field === ResponseField.DYNAMIC_METADATA) destination = readDestination(reader);
    else answer = readPart(reader) ?? answer;
  }
  return answer.kind === 'headers' ? { ...answer, destination } : answer;
}

function readPart(reader: WireReader): ProcessingResponse | undefined {
  switch (reader.field) {
    case ResponseField.HEADERS.request:
      return headers('request', readCommon(reader));
    case ResponseField.HEADERS.response:
      return headers('response', readCommon(reader));
    case ResponseField.BODY.request:
      return body('request', readCommon(reader));
    case ResponseField.BODY.response:
      return body('response', readCommon(reader));
    case ResponseField.TRAILERS.request:
      reader.skip();
      return { kind: 'trailers', direction: 'request' };
    case ResponseField.TRAILERS.response:
      reader.skip();
      return { kind: 'trailers', direction: 'response' };
    case ResponseField.IMMEDIATE:
      return readImmediate(reader);
    default:
      reader.skip();
      return undefined;
  }
}

function headers(direction: Direction, { mutation }: Common): HeadersAnswer {
  return { kind: 'headers', direction, mutation, destination: undefined };
}

function body(direction: Direction, common: Common): BodyAnswer {
  return { kind: 'body', direction, body: common.body, endOfStream: common.endOfStream };
}

/** The `CommonResponse` in a `HeadersResponse` or `BodyResponse`. */
function readCommon(reader: WireReader): Common {
  let common = NOTHING;
  eachField(reader, () => {
    if (reader.field !== CommonField.IN_RESPONSE) return false;
    eachField(reader, () => {
      if (reader.field === CommonField.HEADER_MUTATION) common = { ...common, mutation: readMutation(reader) };
      else if (reader.field === CommonField.BODY_MUTATION) common = { ...common, ...readStreamed(reader) };
      else return false;
      return true;
    });
    return true;
  });
  return common;
}

/** The one `BodyMutation` that full duplex streaming knows. */
function readStreamed(reader: WireReader): Pick<Common, 'body' | 'endOfStream'> {
  let part: Uint8Array = EMPTY;
  let endOfStream = false;
  eachField(reader, () => {
    if (reader.field !== BodyMutationField.STREAMED_RESPONSE) return false;
    eachField(reader, () => {
      if (reader.field === HttpBodyField.BODY) part = reader.bytes();
      else if (reader.field === HttpBodyField.END_OF_STREAM) endOfStream = reader.bool();
      else return false;
      return true;
    });
    return true;
  });
  return { body: part, endOfStream };
}

function readMutation(reader: WireReader): HeaderMutation {
  const set: HeaderChange[] = [];
  const remove: string[] = [];
  eachField(reader, () => {
    if (reader.field === HeaderMutationField.SET_HEADERS) set.push(readChange(reader));
    else if (reader.field === HeaderMutationField.REMOVE_HEADERS) remove.push(reader.text().toLowerCase());
    else return false;
    return true;
  });
  return { set, remove };
}

function readChange(reader: WireReader): HeaderChange {
  let header: readonly [string, string] = ['', ''];
  let action: number = AppendAction.APPEND_IF_EXISTS_OR_ADD;
  eachField(reader, () => {
    if (reader.field === HeaderOptionField.HEADER) header = readHeaderValue(reader);
    else if (reader.field === HeaderOptionField.APPEND_ACTION) action = reader.uint();
    else return false;
    return true;
  });
  return { name: header[0], value: asHeaderValue(header[1]), action };
}

/** Node.js writes header values as Latin-1: one character for each byte. */
function asHeaderValue(text: string): string {
  return isAscii(text) ? text : Buffer.from(text, 'utf8').toString('latin1');
}

function readImmediate(reader: WireReader): ImmediateResponse {
  let status = 200;
  let mutation = NO_MUTATION;
  let text: Uint8Array = EMPTY;
  eachField(reader, () => {
    if (reader.field === ImmediateField.STATUS) status = readStatus(reader);
    else if (reader.field === ImmediateField.HEADERS) mutation = readMutation(reader);
    else if (reader.field === ImmediateField.BODY) text = reader.bytes();
    else return false;
    return true;
  });
  return { kind: 'immediate', status, mutation, body: text };
}

function readStatus(reader: WireReader): number {
  let status = 200;
  eachField(reader, () => {
    if (reader.field !== ImmediateField.STATUS_CODE) return false;
    status = reader.uint();
    return true;
  });
  return status;
}

/** The destination in a struct of namespaces. */
function readDestination(reader: WireReader): readonly string[] | undefined {
  let destination: readonly string[] | undefined;
  eachEntry(reader, [MetadataNamespaces.ENDPOINTS], () => {
    eachField(reader, () => {
      if (reader.field !== ValueField.STRUCT) return false;
      eachEntry(reader, [DESTINATION_ENDPOINT_HEADER], () => {
        destination = readTexts(reader);
      });
      return true;
    });
  });
  return destination;
}

/** Walks the message that is the value; skips each field that `visit` does not take. */
function eachField(reader: WireReader, visit: () => boolean): void {
  const outer = reader.enter();
  while (reader.next()) {
    if (!visit()) reader.skip();
  }
  reader.leave(outer);
}
