/** Types of frames, RFC 9113 section 6. */
export const FrameType = Object.freeze({
  DATA: 0,
  HEADERS: 1,
  PRIORITY: 2,
  RST_STREAM: 3,
  SETTINGS: 4,
  PUSH_PROMISE: 5,
  PING: 6,
  GOAWAY: 7,
  WINDOW_UPDATE: 8,
  CONTINUATION: 9,
});

export const Flag = Object.freeze({ END_STREAM: 1, ACK: 1, END_HEADERS: 4, PADDED: 8, PRIORITY: 0x20 });

/** Reasons for the end of a stream or connection, RFC 9113 section 7. */
export const ErrorCode = Object.freeze({
  NO_ERROR: 0,
  PROTOCOL_ERROR: 1,
  INTERNAL_ERROR: 2,
  FLOW_CONTROL_ERROR: 3,
  STREAM_CLOSED: 5,
  FRAME_SIZE_ERROR: 6,
  REFUSED_STREAM: 7,
  CANCEL: 8,
  COMPRESSION_ERROR: 9,
  ENHANCE_YOUR_CALM: 11,
});

export type ErrorCodeNumber = (typeof ErrorCode)[keyof typeof ErrorCode];

/** Settings by number, RFC 9113 section 6.5.2. */
export const Setting = Object.freeze({
  ENABLE_PUSH: 2,
  MAX_CONCURRENT_STREAMS: 3,
  INITIAL_WINDOW_SIZE: 4,
  MAX_FRAME_SIZE: 5,
  MAX_HEADER_LIST_SIZE: 6,
});

/** Bytes before the payload of a frame. */
export const FRAME_HEADER = 9;

/** Longest payload that we take, and that others take who do not say otherwise. */
export const MAX_FRAME = 16_384;

/** Window of streams and connections before anybody says otherwise. */
export const DEFAULT_WINDOW = 65_535;

/** Largest window that there can be. */
export const MAX_WINDOW = 2 ** 31 - 1;

/** A reason to end the whole connection. */
export class ConnectionError extends Error {
  public constructor(
    public readonly code: ErrorCodeNumber,
    message: string,
  ) {
    super(message);
    this.name = 'ConnectionError';
  }
}

/** Reads four bytes, the highest first. */
export function readUint32(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] ?? 0) * 0x1000000 + (((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0))
  );
}

/** Writes four bytes, the highest first. */
export function writeUint32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = (value >>> 16) & 0xff;
  bytes[at + 2] = (value >>> 8) & 0xff;
  bytes[at + 3] = value & 0xff;
}

/** A frame without payload bytes, with room for `room` of them; `length` goes into its header. */
export function frameHeader(
  frame: { readonly type: number; readonly flags: number; readonly stream: number; readonly length: number },
  room = 0,
): Uint8Array {
  const bytes = new Uint8Array(FRAME_HEADER + room);
  bytes[0] = frame.length >>> 16;
  bytes[1] = (frame.length >>> 8) & 0xff;
  bytes[2] = frame.length & 0xff;
  bytes[3] = frame.type;
  bytes[4] = frame.flags;
  writeUint32(bytes, 5, frame.stream);
  return bytes;
}

/** A frame with its payload. */
export function frameOf(type: number, flags: number, stream: number, payload: Uint8Array): Uint8Array {
  const bytes = frameHeader({ type, flags, stream, length: payload.length }, payload.length);
  bytes.set(payload, FRAME_HEADER);
  return bytes;
}

/** A frame whose payload is a number of 32 bits: RST_STREAM, WINDOW_UPDATE. */
export function numberFrame(type: number, stream: number, value: number): Uint8Array {
  const bytes = frameHeader({ type, flags: 0, stream, length: 4 }, 4);
  writeUint32(bytes, FRAME_HEADER, value);
  return bytes;
}

/** GOAWAY: streams above `last` are not served. */
export function goAwayFrame(last: number, code: number): Uint8Array {
  const bytes = frameHeader({ type: FrameType.GOAWAY, flags: 0, stream: 0, length: 8 }, 8);
  writeUint32(bytes, FRAME_HEADER, last);
  writeUint32(bytes, FRAME_HEADER + 4, code);
  return bytes;
}

/** SETTINGS with numbers and their values. */
export function settingsFrame(settings: readonly (readonly [number, number])[]): Uint8Array {
  const length = settings.length * 6;
  const bytes = frameHeader({ type: FrameType.SETTINGS, flags: 0, stream: 0, length }, length);
  settings.forEach(([id, value], i) => {
    const at = FRAME_HEADER + i * 6;
    bytes[at] = id >>> 8;
    bytes[at + 1] = id & 0xff;
    writeUint32(bytes, at + 2, value);
  });
  return bytes;
}
