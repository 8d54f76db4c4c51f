import type { Allocate } from '../frame';
import { ConnectionError, ErrorCode, FRAME_HEADER, MAX_FRAME, readUint32 } from './frames';

/** One frame. The payload is valid as long as the bytes that it came in. */
export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Uint8Array;
}

/** Cuts the bytes of a connection into frames, wherever the transport cut them. */
export class FrameParser {
  readonly #allocate: Allocate;
  readonly #header = new Uint8Array(FRAME_HEADER);
  #headerBytes = 0;
  /** A payload that came in part. */
  #payload: Uint8Array | undefined;
  #payloadBytes = 0;

  public constructor(allocate: Allocate) {
    this.#allocate = allocate;
  }

  /** Delivers frames that are complete. Payloads that lie in `bytes` are views on them. Throws a `ConnectionError`. */
  public push(bytes: Uint8Array, deliver: (frame: Frame) => void): void {
    let at = 0;
    while (at < bytes.length) {
      if (this.#headerBytes < FRAME_HEADER) {
        at = this.#readHeader(bytes, at);
        if (this.#headerBytes < FRAME_HEADER) return;
      }
      const length = this.#length();
      const payload = this.#payload;
      if (payload === undefined && bytes.length - at >= length) {
        at += length;
        this.#deliver(bytes.subarray(at - length, at), deliver);
        continue;
      }
      const target = payload ?? this.#allocate(length);
      this.#payload = target;
      const count = Math.min(length - this.#payloadBytes, bytes.length - at);
      target.set(bytes.subarray(at, at + count), this.#payloadBytes);
      this.#payloadBytes += count;
      at += count;
      if (this.#payloadBytes < length) return;
      this.#deliver(target, deliver);
    }
    // A frame without payload is complete with its header.
    if (this.#headerBytes === FRAME_HEADER && this.#length() === 0) this.#deliver(bytes.subarray(at), deliver);
  }

  #readHeader(bytes: Uint8Array, start: number): number {
    let at = start;
    while (this.#headerBytes < FRAME_HEADER && at < bytes.length) this.#header[this.#headerBytes++] = bytes[at++] ?? 0;
    if (this.#headerBytes === FRAME_HEADER && this.#length() > MAX_FRAME) {
      throw new ConnectionError(ErrorCode.FRAME_SIZE_ERROR, `a frame of ${this.#length()} bytes is too long`);
    }
    return at;
  }

  #length(): number {
    const header = this.#header;
    return ((header[0] ?? 0) << 16) | ((header[1] ?? 0) << 8) | (header[2] ?? 0);
  }

  #deliver(payload: Uint8Array, deliver: (frame: Frame) => void): void {
    const header = this.#header;
    this.#headerBytes = 0;
    this.#payload = undefined;
    this.#payloadBytes = 0;
    deliver({
      type: header[3] ?? 0,
      flags: header[4] ?? 0,
      stream: readUint32(header, 5) % 0x80000000,
      payload,
    });
  }
}
