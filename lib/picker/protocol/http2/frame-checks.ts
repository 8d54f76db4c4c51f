import type { Frame } from './frame-parser';
import { ConnectionError, ErrorCode, Flag } from './frames';

/** A frame that has no meaning where it came. */
export function misplaced({ type, stream }: Frame): ConnectionError {
  return new ConnectionError(
    ErrorCode.PROTOCOL_ERROR,
    `a frame of type ${type} on stream ${stream} has no place there`,
  );
}

/** A frame whose payload cannot be what its type says. */
export function wrongLength({ type, payload }: Frame): ConnectionError {
  return new ConnectionError(ErrorCode.FRAME_SIZE_ERROR, `a frame of type ${type} has ${payload.length} bytes`);
}

/** A window that nobody may open so far. */
export function windowTooLarge(): ConnectionError {
  return new ConnectionError(ErrorCode.FLOW_CONTROL_ERROR, 'a window is larger than 2^31-1');
}

/** Throws unless the payload has this length. */
export function expectLength(frame: Frame, length: number): void {
  if (frame.payload.length !== length) throw wrongLength(frame);
}

/** The payload without padding, whose length is its first byte. */
export function withoutPadding(frame: Frame): Uint8Array {
  const { flags, payload } = frame;
  if ((flags & Flag.PADDED) === 0) return payload;
  const padding = payload[0] ?? 0;
  if (padding >= payload.length) throw misplaced(frame);
  return payload.subarray(1, payload.length - padding);
}
