import type { Allocate } from '../frame';
import { FrameParser, type Frame } from './frame-parser';
import {
  ConnectionError,
  DEFAULT_WINDOW,
  ErrorCode,
  Flag,
  frameOf,
  FrameType,
  goAwayFrame,
  MAX_WINDOW,
  numberFrame,
  readUint32,
  Setting,
  settingsFrame,
} from './frames';
import { expectLength, misplaced, windowTooLarge, withoutPadding, wrongLength } from './frame-checks';
import { HeaderBlocks } from './header-blocks';
import { MAX_HEADER_LIST } from './hpack-decoder';
import { Preface } from './preface';
import { Http2Stream, STREAM_WINDOW, type StreamHandler, type StreamTransport } from './stream';

/** Bytes that a client may send over all streams before they are consumed, which they are at once. */
const CONNECTION_WINDOW = 16 * 1024 * 1024;

/** Streams at a time: far more than a gateway has, so that only its mistakes meet it. */
const MAX_STREAMS = 100_000;

/** Who hears of what on a connection. */
export interface ConnectionOptions {
  readonly allocate: Allocate;
  /** Starts to serve a stream. */
  readonly accept: (stream: Http2Stream, headers: ReadonlyMap<string, string>) => StreamHandler;
  /** Called when there is output, at the latest before the event loop goes on. */
  readonly onOutput: () => void;
  /** Answers of the client to our pings. */
  readonly onPong: () => void;
}

/**
 * The server's side of an HTTP/2 connection (RFC 9113), as far as gRPC uses it: bytes in, bytes out, no socket. Bytes of
 * streams are handed on as they come; only what goes out is queued, within the windows that the client gives.
 */
export class Http2Connection implements StreamTransport {
  readonly #options: ConnectionOptions;
  readonly #preface = new Preface();
  readonly #parser: FrameParser;
  readonly #blocks = new HeaderBlocks();
  readonly #streams = new Map<number, Http2Stream>();
  /** Streams that wait for the connection to take more, those that wait longest first. */
  #waiting = new Set<Http2Stream>();
  #output: Uint8Array[] = [];
  #lastStream = 0;
  /** Streams above it are refused, once the connection is being closed. */
  #lastServed = MAX_WINDOW;
  #sendWindow = DEFAULT_WINDOW;
  #receiveWindow = CONNECTION_WINDOW;
  #initialSendWindow = DEFAULT_WINDOW;
  #isCongested = false;
  #error: ConnectionError | undefined;

  public constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#parser = new FrameParser(options.allocate);
    this.#output.push(
      settingsFrame([
        [Setting.MAX_CONCURRENT_STREAMS, MAX_STREAMS],
        [Setting.INITIAL_WINDOW_SIZE, STREAM_WINDOW],
        [Setting.MAX_HEADER_LIST_SIZE, MAX_HEADER_LIST],
      ]),
      numberFrame(FrameType.WINDOW_UPDATE, 0, CONNECTION_WINDOW - DEFAULT_WINDOW),
    );
  }

  /** Streams that are open. */
  public get streams(): number {
    return this.#streams.size;
  }

  /** Why the connection must be closed after its output was sent; undefined while it need not. */
  public get error(): ConnectionError | undefined {
    return this.#error;
  }

  /** Whether nothing will be served any more and everything was. */
  public get isDone(): boolean {
    return this.#error !== undefined || (this.#lastServed !== MAX_WINDOW && this.#streams.size === 0);
  }

  public get sendable(): number {
    return this.#isCongested ? 0 : this.#sendWindow;
  }

  /** Takes bytes of the client. Never throws: what is wrong with them is in `error` and goes out as GOAWAY. */
  public receive(bytes: Uint8Array): void {
    if (this.#error !== undefined) return;
    try {
      this.#parser.push(this.#preface.skip(bytes), (frame) => {
        this.#take(frame);
      });
    } catch (error) {
      if (!(error instanceof ConnectionError)) throw error;
      this.#error = error;
      this.emit([goAwayFrame(this.#lastStream, error.code)], 0);
      this.disconnected();
    }
  }

  /** Bytes to send now; they are the caller's from then on. */
  public takeOutput(): readonly Uint8Array[] {
    const output = this.#output;
    this.#output = [];
    return output;
  }

  /** Whether the socket has more to send than it should. While it has, bodies wait. */
  public setCongested(isCongested: boolean): void {
    this.#isCongested = isCongested;
    if (!isCongested) this.#pumpWaiting();
  }

  /** Asks the client for an answer. */
  public ping(): void {
    this.emit([frameOf(FrameType.PING, 0, 0, new Uint8Array(8))], 0);
  }

  /** Asks the client to open no more streams here; those that are on their way are still served. */
  public announceEnd(): void {
    this.emit([goAwayFrame(MAX_WINDOW, ErrorCode.NO_ERROR)], 0);
  }

  /** Serves no streams after those that came. */
  public endAfterLast(): void {
    if (this.#lastServed !== MAX_WINDOW) return;
    this.#lastServed = this.#lastStream;
    this.emit([goAwayFrame(this.#lastStream, ErrorCode.NO_ERROR)], 0);
  }

  /** The connection is gone, and with it every stream. */
  public disconnected(): void {
    for (const stream of [...this.#streams.values()]) stream.clientReset();
  }

  public emit(parts: readonly Uint8Array[], body: number): void {
    this.#sendWindow -= body;
    for (const part of parts) this.#output.push(part);
    this.#options.onOutput();
  }

  public wait(stream: Http2Stream): void {
    this.#waiting.add(stream);
  }

  public forget(stream: Http2Stream): void {
    this.#streams.delete(stream.id);
    this.#waiting.delete(stream);
    if (this.isDone) this.#options.onOutput();
  }

  #take(frame: Frame): void {
    if (this.#blocks.isOpen && frame.type !== FrameType.CONTINUATION) throw misplaced(frame);
    switch (frame.type) {
      case FrameType.DATA:
        this.#takeData(frame);
        return;
      case FrameType.HEADERS:
      case FrameType.CONTINUATION:
        this.#takeHeaders(frame);
        return;
      case FrameType.RST_STREAM:
        this.#expectKnown(frame);
        expectLength(frame, 4);
        this.#streams.get(frame.stream)?.clientReset();
        return;
      case FrameType.SETTINGS:
        this.#takeSettings(frame);
        return;
      case FrameType.PING:
        expectLength(frame, 8);
        if (frame.stream !== 0) throw misplaced(frame);
        if ((frame.flags & Flag.ACK) !== 0) this.#options.onPong();
        else this.emit([frameOf(FrameType.PING, Flag.ACK, 0, frame.payload)], 0);
        return;
      case FrameType.WINDOW_UPDATE:
        this.#takeWindowUpdate(frame);
        return;
      case FrameType.PUSH_PROMISE:
        throw misplaced(frame);
      default: // PRIORITY, GOAWAY and types to come change nothing here.
    }
  }

  #takeHeaders(frame: Frame): void {
    const block = this.#blocks.take(frame);
    if (block === undefined) return;
    const { headers, stream: id, isLast } = block;
    const known = this.#streams.get(id);
    if (known !== undefined) {
      if (!isLast) throw misplaced(frame);
      known.clientEnded(); // by trailers, which gRPC's clients have none of
      return;
    }
    if (id % 2 === 0) throw misplaced(frame);
    if (id <= this.#lastStream) return; // of a stream that has ended on our side
    this.#lastStream = id;
    if (id > this.#lastServed || this.#streams.size >= MAX_STREAMS) {
      this.emit([numberFrame(FrameType.RST_STREAM, id, ErrorCode.REFUSED_STREAM)], 0);
      return;
    }
    const stream = new Http2Stream(id, this, this.#initialSendWindow);
    this.#streams.set(id, stream);
    stream.attach(this.#options.accept(stream, headers));
    if (isLast) stream.clientEnded();
  }

  #takeData(frame: Frame): void {
    this.#expectKnown(frame);
    // Padding counts for the windows too.
    this.#receiveWindow -= frame.payload.length;
    if (this.#receiveWindow < 0) {
      throw new ConnectionError(ErrorCode.FLOW_CONTROL_ERROR, 'the client sent more than the connection allows');
    }
    if (this.#receiveWindow < CONNECTION_WINDOW / 2) {
      this.emit([numberFrame(FrameType.WINDOW_UPDATE, 0, CONNECTION_WINDOW - this.#receiveWindow)], 0);
      this.#receiveWindow = CONNECTION_WINDOW;
    }
    const stream = this.#streams.get(frame.stream);
    if (stream === undefined) return; // it has ended on our side
    if (stream.isClientDone) throw misplaced(frame);
    const isLast = (frame.flags & Flag.END_STREAM) !== 0;
    if (!stream.receive(withoutPadding(frame), frame.payload.length, isLast)) {
      const { FLOW_CONTROL_ERROR } = ErrorCode;
      this.emit([numberFrame(FrameType.RST_STREAM, stream.id, FLOW_CONTROL_ERROR)], 0);
      stream.clientReset();
    }
  }

  #takeSettings(frame: Frame): void {
    if (frame.stream !== 0) throw misplaced(frame);
    if ((frame.flags & Flag.ACK) !== 0) return;
    const { payload } = frame;
    if (payload.length % 6 !== 0) throw wrongLength(frame);
    for (let at = 0; at < payload.length; at += 6) {
      const id = ((payload[at] ?? 0) << 8) | (payload[at + 1] ?? 0);
      // Others limit what we do not use: a table for our headers, pushes, longer frames.
      if (id === Setting.INITIAL_WINDOW_SIZE) this.#setInitialWindow(readUint32(payload, at + 2));
    }
    this.emit([frameOf(FrameType.SETTINGS, Flag.ACK, 0, new Uint8Array(0))], 0);
  }

  #setInitialWindow(size: number): void {
    if (size > MAX_WINDOW) throw windowTooLarge();
    const change = size - this.#initialSendWindow;
    this.#initialSendWindow = size;
    for (const stream of this.#streams.values()) {
      if (stream.addSendWindow(change) > MAX_WINDOW) throw windowTooLarge();
    }
    if (change > 0) for (const stream of [...this.#streams.values()]) stream.pump();
  }

  #takeWindowUpdate(frame: Frame): void {
    expectLength(frame, 4);
    const bytes = readUint32(frame.payload, 0) % 0x80000000;
    if (bytes === 0) throw misplaced(frame);
    if (frame.stream === 0) {
      this.#sendWindow += bytes;
      if (this.#sendWindow > MAX_WINDOW) throw windowTooLarge();
      this.#pumpWaiting();
      return;
    }
    this.#expectKnown(frame);
    const stream = this.#streams.get(frame.stream);
    if (stream === undefined) return;
    if (stream.addSendWindow(bytes) > MAX_WINDOW) throw windowTooLarge();
    stream.pump();
  }

  #pumpWaiting(): void {
    const waiting = this.#waiting;
    if (waiting.size === 0) return;
    this.#waiting = new Set();
    for (const stream of waiting) stream.pump();
  }

  /** Frames of streams that nobody opened have no meaning. */
  #expectKnown(frame: Frame): void {
    if (frame.stream === 0 || frame.stream > this.#lastStream) throw misplaced(frame);
  }
}
