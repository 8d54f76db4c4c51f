import { Flag, FrameType, frameHeader, frameOf, MAX_FRAME, numberFrame } from './frames';

/** Bytes that a client may send on a stream before they are consumed. */
export const STREAM_WINDOW = 1024 * 1024;

/** What becomes of a stream's events. After `reset` and after the server ended it, nothing is called. */
export interface StreamHandler {
  /** Takes a part of the body; it may be kept. */
  data(bytes: Uint8Array): void;
  /** The client ended its side. */
  end(): void;
  /** The client, or the connection, broke the stream off. */
  reset(): void;
  /** Everything that was written is on its way. */
  drained(): void;
}

/** What a stream needs of its connection. */
export interface StreamTransport {
  /** Bytes that the connection takes now. */
  readonly sendable: number;
  /** Adds frames to what goes out; `body` of their bytes count for the window. */
  emit(parts: readonly Uint8Array[], body: number): void;
  /** Calls `pump` once the connection takes more. */
  wait(stream: Http2Stream): void;
  /** The stream is over. */
  forget(stream: Http2Stream): void;
}

/** The server's side of a stream. What does not fit into the windows waits in a queue. */
export class Http2Stream {
  readonly #transport: StreamTransport;
  #handler: StreamHandler | undefined;
  #sendWindow: number;
  #receiveWindow = STREAM_WINDOW;
  #isPaused = false;
  /** Parts of the body that wait, from `first` on, the first without its `offset` bytes. */
  #queue: Uint8Array[] = [];
  #first = 0;
  #offset = 0;
  #queued = 0;
  #trailers: Uint8Array | undefined;
  #isClientDone = false;
  #isOver = false;

  public constructor(
    public readonly id: number,
    transport: StreamTransport,
    sendWindow: number,
  ) {
    this.#transport = transport;
    this.#sendWindow = sendWindow;
  }

  /** Bytes that wait to be sent. */
  public get queued(): number {
    return this.#queued;
  }

  /** Neither side sends any more. */
  public get isOver(): boolean {
    return this.#isOver;
  }

  public get isClientDone(): boolean {
    return this.#isClientDone;
  }

  /** @internal Who hears of the stream's events. */
  public attach(handler: StreamHandler): void {
    this.#handler = handler;
  }

  /** Sends response headers, a block of HPACK. */
  public respond(block: Uint8Array): void {
    if (!this.#isOver) this.#transport.emit([frameOf(FrameType.HEADERS, Flag.END_HEADERS, this.id, block)], 0);
  }

  /** Sends parts of the body, or queues them. */
  public write(parts: readonly Uint8Array[]): void {
    if (this.#isOver || this.#trailers !== undefined) return;
    for (const part of parts) {
      this.#queue.push(part);
      this.#queued += part.length;
    }
    this.pump();
  }

  /** Ends the stream with a block of headers after what was written. What the client still sends is not wanted. */
  public end(block: Uint8Array): void {
    if (this.#isOver || this.#trailers !== undefined) return;
    this.#trailers = block;
    this.pump();
  }

  /** Breaks the stream off. */
  public breakOff(code: number): void {
    if (this.#isOver) return;
    this.#transport.emit([numberFrame(FrameType.RST_STREAM, this.id, code)], 0);
    this.#finish();
  }

  /** Lets the client send no more than its window, until `resume`. */
  public pause(): void {
    this.#isPaused = true;
  }

  public resume(): void {
    this.#isPaused = false;
    if (this.#receiveWindow < STREAM_WINDOW) this.#openWindow();
  }

  /** Sends what the windows allow. */
  public pump(): void {
    if (this.#isOver) return;
    const before = this.#queued;
    while (this.#queued > 0) {
      const room = Math.min(this.#sendWindow, this.#transport.sendable, MAX_FRAME);
      if (room <= 0) {
        if (this.#sendWindow > 0) this.#transport.wait(this);
        return;
      }
      this.#sendData(Math.min(room, this.#queued));
    }
    if (this.#trailers !== undefined) this.#sendTrailers(this.#trailers);
    else if (before > 0) this.#handler?.drained();
  }

  /** @internal Takes a DATA frame's payload; false when the client had no right to send so much. */
  public receive(bytes: Uint8Array, cost: number, isLast: boolean): boolean {
    this.#receiveWindow -= cost;
    if (this.#receiveWindow < 0) return false;
    if (bytes.length > 0) this.#handler?.data(bytes);
    if (isLast) this.clientEnded();
    else if (!this.#isPaused && this.#receiveWindow < STREAM_WINDOW / 2) this.#openWindow();
    return true;
  }

  /** @internal */
  public clientEnded(): void {
    if (this.#isClientDone || this.#isOver) return;
    this.#isClientDone = true;
    this.#handler?.end();
  }

  /** @internal The client broke it off. */
  public clientReset(): void {
    if (this.#isOver) return;
    const handler = this.#handler;
    this.#finish();
    handler?.reset();
  }

  /** @internal The client takes more, or fewer after a change of its settings. */
  public addSendWindow(bytes: number): number {
    this.#sendWindow += bytes;
    return this.#sendWindow;
  }

  #openWindow(): void {
    if (this.#isOver || this.#isClientDone) return;
    const bytes = STREAM_WINDOW - this.#receiveWindow;
    this.#receiveWindow = STREAM_WINDOW;
    this.#transport.emit([numberFrame(FrameType.WINDOW_UPDATE, this.id, bytes)], 0);
  }

  /** Makes one frame of the first bytes of the queue. */
  #sendData(length: number): void {
    const parts: Uint8Array[] = [frameHeader({ type: FrameType.DATA, flags: 0, stream: this.id, length })];
    let left = length;
    while (left > 0) {
      const part = this.#queue[this.#first];
      if (part === undefined) break;
      const count = Math.min(left, part.length - this.#offset);
      parts.push(count === part.length ? part : part.subarray(this.#offset, this.#offset + count));
      left -= count;
      this.#offset += count;
      if (this.#offset === part.length) {
        this.#first++;
        this.#offset = 0;
      }
    }
    this.#queued -= length;
    this.#sendWindow -= length;
    if (this.#queued === 0) {
      this.#queue = [];
      this.#first = 0;
    }
    this.#transport.emit(parts, length);
  }

  #sendTrailers(block: Uint8Array): void {
    const flags = Flag.END_HEADERS | Flag.END_STREAM;
    const parts = [frameOf(FrameType.HEADERS, flags, this.id, block)];
    // Without it the client would go on sending.
    if (!this.#isClientDone) parts.push(numberFrame(FrameType.RST_STREAM, this.id, 0));
    this.#transport.emit(parts, 0);
    this.#finish();
  }

  #finish(): void {
    this.#isOver = true;
    this.#queue = [];
    this.#queued = 0;
    this.#handler = undefined;
    this.#transport.forget(this);
  }
}
