/** Bytes before each gRPC message: a flag for compression, and the length, big endian. */
export const FRAME_PREFIX = 5;

/** A gRPC message that is not taken. */
export class FrameError extends Error {
  public constructor(
    public readonly problem: 'compressed' | 'flag' | 'too-long',
    message: string,
  ) {
    super(message);
    this.name = 'FrameError';
  }
}

/** Where memory for bytes comes from; its content may be anything. */
export type Allocate = (bytes: number) => Uint8Array;

/** Fills the first bytes of a frame whose message is already in it. */
export function writeFramePrefix(frame: Uint8Array): void {
  const length = frame.length - FRAME_PREFIX;
  frame[0] = 0;
  frame[1] = length >>> 24;
  frame[2] = (length >>> 16) & 0xff;
  frame[3] = (length >>> 8) & 0xff;
  frame[4] = length & 0xff;
}

/** Cuts the bytes of a gRPC stream into messages, wherever the transport cut them. */
export class FrameReader {
  readonly #longest: number;
  readonly #allocate: Allocate;
  readonly #prefix = new Uint8Array(FRAME_PREFIX);
  #prefixBytes = 0;
  /** The message that came in part; undefined between messages. */
  #message: Uint8Array | undefined;
  #messageBytes = 0;

  /** `longest` is the most bytes of a message that are taken. */
  public constructor(longest: number, allocate: Allocate) {
    this.#longest = longest;
    this.#allocate = allocate;
  }

  /** Whether the stream stands inside a message. */
  public get isInside(): boolean {
    return this.#prefixBytes > 0 || this.#message !== undefined;
  }

  /**
   * Calls `deliver` for every message that is complete. A message that lies in `bytes` is a view on them, others are
   * put together. Stops when `deliver` returns false. Throws a `FrameError`.
   */
  public push(bytes: Uint8Array, deliver: (message: Uint8Array) => boolean): void {
    let at = 0;
    while (at < bytes.length) {
      if (this.#message !== undefined) {
        at = this.#fill(this.#message, bytes, at);
        if (this.#messageBytes < this.#message.length) return;
        const message = this.#message;
        this.#message = undefined;
        if (!deliver(message)) return;
        continue;
      }
      const length = this.#readPrefix(bytes, at);
      if (length === undefined) return;
      at = this.#afterPrefix;
      if (bytes.length - at >= length) {
        at += length;
        if (!deliver(bytes.subarray(at - length, at))) return;
      } else {
        this.#message = this.#allocate(length);
        this.#messageBytes = 0;
      }
    }
  }

  #afterPrefix = 0;

  /** Length of the message whose prefix ends here; undefined when the prefix is incomplete. */
  #readPrefix(bytes: Uint8Array, start: number): number | undefined {
    let at = start;
    while (this.#prefixBytes < FRAME_PREFIX) {
      if (at >= bytes.length) return undefined;
      this.#prefix[this.#prefixBytes++] = bytes[at++] ?? 0;
    }
    this.#prefixBytes = 0;
    this.#afterPrefix = at;
    const [flag = 0, a = 0, b = 0, c = 0, d = 0] = this.#prefix;
    if (flag === 1) throw new FrameError('compressed', 'compressed messages are not taken');
    if (flag !== 0) throw new FrameError('flag', `a message starts with the flag ${flag}`);
    const length = a * 0x1000000 + (b << 16) + (c << 8) + d;
    if (length > this.#longest) {
      throw new FrameError('too-long', `a message of ${length} bytes is longer than the limit of ${this.#longest}`);
    }
    return length;
  }

  #fill(message: Uint8Array, bytes: Uint8Array, at: number): number {
    const count = Math.min(message.length - this.#messageBytes, bytes.length - at);
    message.set(bytes.subarray(at, at + count), this.#messageBytes);
    this.#messageBytes += count;
    return at + count;
  }
}
