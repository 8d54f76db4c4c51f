import { GrpcStatus, type GrpcStatusCode } from './grpc-status';
import { encodeHeaders } from './http2/hpack-encoder';
import { encodeText } from './text';

/** How a call ended. */
export interface CallEnd {
  readonly status: GrpcStatusCode;
  readonly message: string;
}

const CONTENT_TYPE = 'application/grpc';
const START: readonly (readonly [string, string])[] = [
  [':status', '200'],
  ['content-type', CONTENT_TYPE],
];
const START_BLOCK = encodeHeaders(START);
const OK_BLOCK = encodeHeaders([['grpc-status', '0']]);

/** Header block before the first message. */
export function callStart(): Uint8Array {
  return START_BLOCK;
}

/** Header block after the last message, which is the only one of a call that sent none. */
export function callEnd(end: CallEnd, hasStarted: boolean): Uint8Array {
  if (hasStarted && end.status === GrpcStatus.OK && end.message === '') return OK_BLOCK;
  const fields: (readonly [string, string])[] = [['grpc-status', String(end.status)]];
  if (end.message !== '') fields.push(['grpc-message', percentEncoded(end.message)]);
  // Tells a client whose message was compressed what would do.
  if (end.status === GrpcStatus.UNIMPLEMENTED) fields.push(['grpc-accept-encoding', 'identity']);
  return encodeHeaders(hasStarted ? fields : [...START, ...fields]);
}

/** Header block that refuses what is no gRPC call. */
export function httpRefusal(status: number): Uint8Array {
  return encodeHeaders([[':status', String(status)]]);
}

const METHOD_NOT_ALLOWED = 405;
const UNSUPPORTED_MEDIA_TYPE = 415;

/** HTTP status for a request that is no gRPC call; undefined when it is one. */
export function refusedStatus(headers: ReadonlyMap<string, string>): number | undefined {
  if (headers.get(':method') !== 'POST') return METHOD_NOT_ALLOWED;
  const type = headers.get('content-type') ?? '';
  const isGrpc = type.startsWith(CONTENT_TYPE) && /^($|[+;])/.test(type.slice(CONTENT_TYPE.length));
  return isGrpc ? undefined : UNSUPPORTED_MEDIA_TYPE;
}

/** Text of a status as gRPC writes it: printable ASCII, other bytes and `%` percent-encoded. */
function percentEncoded(text: string): string {
  let encoded = '';
  for (const byte of encodeText(text)) {
    const plain = byte >= 0x20 && byte <= 0x7e && byte !== 0x25;
    encoded += plain ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return encoded;
}
