/*
 * Field numbers of Envoy's external_processor.proto and the messages in it. The picker reads requests and writes
 * responses by them, a gateway the other way round.
 */

/** `ProcessingRequest`. */
export const RequestField = Object.freeze({
  REQUEST_HEADERS: 2,
  RESPONSE_HEADERS: 3,
  REQUEST_BODY: 4,
  RESPONSE_BODY: 5,
  REQUEST_TRAILERS: 6,
  RESPONSE_TRAILERS: 7,
  METADATA_CONTEXT: 8,
  OBSERVABILITY_MODE: 10,
  PROTOCOL_CONFIG: 11,
});

/** `ProcessingResponse`, the parts of both directions by direction. */
export const ResponseField = Object.freeze({
  HEADERS: { request: 1, response: 2 },
  BODY: { request: 3, response: 4 },
  TRAILERS: { request: 5, response: 6 },
  IMMEDIATE: 7,
  DYNAMIC_METADATA: 8,
});

/** `HttpHeaders`. */
export const HttpHeadersField = Object.freeze({ HEADERS: 1, END_OF_STREAM: 3 });

/** `HttpBody`; `StreamedBodyResponse` has the same. */
export const HttpBodyField = Object.freeze({ BODY: 1, END_OF_STREAM: 2 });

/** `ProtocolConfiguration`. */
export const ProtocolConfigField = Object.freeze({ REQUEST_BODY_MODE: 1, RESPONSE_BODY_MODE: 2 });

/** `config.core.v3.HeaderMap`. */
export const HeaderMapField = Object.freeze({ HEADERS: 1 });

/** `config.core.v3.HeaderValue`. */
export const HeaderValueField = Object.freeze({ KEY: 1, VALUE: 2, RAW_VALUE: 3 });

/** `config.core.v3.HeaderValueOption`. */
export const HeaderOptionField = Object.freeze({ HEADER: 1, APPEND_ACTION: 3, KEEP_EMPTY_VALUE: 4 });

/** `HeaderMutation`. */
export const HeaderMutationField = Object.freeze({ SET_HEADERS: 1, REMOVE_HEADERS: 2 });

/** `CommonResponse`, which `HeadersResponse` and `BodyResponse` have as field 1. */
export const CommonField = Object.freeze({
  IN_RESPONSE: 1,
  HEADER_MUTATION: 2,
  BODY_MUTATION: 3,
  CLEAR_ROUTE_CACHE: 5,
});

/** `BodyMutation`. */
export const BodyMutationField = Object.freeze({ STREAMED_RESPONSE: 3 });

/** `ImmediateResponse`; its status is an `HttpStatus` with the code as field 1. */
export const ImmediateField = Object.freeze({ STATUS: 1, STATUS_CODE: 1, HEADERS: 2, BODY: 3, DETAILS: 5 });

/** A map's entry. */
export const EntryField = Object.freeze({ KEY: 1, VALUE: 2 });

/** `google.protobuf.Value`; a `Struct` has its map as field 1, as `Metadata` has its own. */
export const ValueField = Object.freeze({ NUMBER: 2, TEXT: 3, STRUCT: 5, LIST: 6, IN_STRUCT: 1 });

/** `HeaderValueOption.HeaderAppendAction`. */
export const AppendAction = Object.freeze({
  APPEND_IF_EXISTS_OR_ADD: 0,
  ADD_IF_ABSENT: 1,
  OVERWRITE_IF_EXISTS_OR_ADD: 2,
  OVERWRITE_IF_EXISTS: 3,
});

/** `ProcessingMode.BodySendMode` that the picker needs in both directions. */
export const FULL_DUPLEX_STREAMED = 4;
