import { FrameError, FrameReader } from '../protocol/frame';
import { callEnd, callStart, type CallEnd } from '../protocol/grpc-headers';
import { GrpcStatus, type GrpcStatusCode } from '../protocol/grpc-status';
import type { Http2Stream, StreamHandler } from '../protocol/http2/stream';
import type { GrpcCall, GrpcMethod, GrpcReceiver } from './grpc-call';

/** Bytes that may wait to be sent before a call reads no more. */
const HIGH_WATER = 256 * 1024;

/** How a message that is not taken ends its call. */
const FRAME_STATUS: Readonly<Record<FrameError['problem'], GrpcStatusCode>> = Object.freeze({
  compressed: GrpcStatus.UNIMPLEMENTED,
  flag: GrpcStatus.INTERNAL,
  'too-long': GrpcStatus.RESOURCE_EXHAUSTED,
});

/** What a call runs, and within which limits. */
export interface GrpcStreamOptions {
  readonly method: GrpcMethod;
  readonly maxMessageBytes: number;
  /** Time that the client gives the call, ms; undefined without end. */
  readonly timeoutMs: number | undefined;
  /** Told of errors that a service threw. */
  readonly onFault: (error: unknown) => void;
}

/** A gRPC call on an HTTP/2 stream. What is sent while a chunk is read goes out as one frame. */
export class GrpcStream implements GrpcCall, StreamHandler {
  readonly #stream: Http2Stream;
  readonly #frames: FrameReader;
  readonly #receiver: GrpcReceiver;
  readonly #onFault: (error: unknown) => void;
  readonly #timer: NodeJS.Timeout | undefined;
  /** Set from the end on, whoever ended it. */
  #end: CallEnd | undefined;
  #isFinished = false;
  #corked = false;
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  #sentHeaders = false;
  /** Whether the service was told to wait. */
  #saidFull = false;

  public constructor(stream: Http2Stream, options: GrpcStreamOptions) {
    this.#stream = stream;
    this.#onFault = options.onFault;
    this.#frames = new FrameReader(options.maxMessageBytes, (bytes) => Buffer.allocUnsafe(bytes));
    this.#receiver = options.method(this);
    if (options.timeoutMs !== undefined) {
      this.#timer = setTimeout(() => {
        this.#abandon(GrpcStatus.DEADLINE_EXCEEDED, 'the time that the client gave is over');
      }, options.timeoutMs);
    }
  }

  public send(frame: Uint8Array): boolean {
    if (this.#end !== undefined) return false;
    this.#pending.push(frame);
    this.#pendingBytes += frame.length;
    if (!this.#corked && this.#pending.length === 1) {
      queueMicrotask(() => {
        this.#flush();
      });
    }
    this.#saidFull = this.#isFull;
    return !this.#saidFull;
  }

  public close(status: GrpcStatusCode, message: string): void {
    if (this.#end !== undefined) return;
    this.#end = { status, message };
    clearTimeout(this.#timer);
    if (!this.#corked) this.#flush();
  }

  public data(bytes: Uint8Array): void {
    if (this.#end !== undefined) return;
    this.#guard(() => {
      this.#frames.push(bytes, (message) => {
        this.#receiver.message(message);
        return this.#end === undefined;
      });
    });
    if (this.#isFull) this.#stream.pause();
  }

  public end(): void {
    if (this.#end !== undefined) return;
    if (this.#frames.isInside) {
      this.#abandon(GrpcStatus.INTERNAL, 'the stream ended inside a message');
      return;
    }
    this.#guard(() => {
      this.#receiver.halfClosed();
    });
  }

  public drained(): void {
    this.#stream.resume();
    if (!this.#saidFull || this.#end !== undefined) return;
    this.#saidFull = false;
    this.#guard(() => {
      this.#receiver.drained();
    });
  }

  public reset(): void {
    clearTimeout(this.#timer);
    this.#isFinished = true;
    this.#pending = [];
    if (this.#end !== undefined) return;
    this.#end = { status: GrpcStatus.CANCELLED, message: '' };
    this.#receiver.cancelled();
  }

  get #isFull(): boolean {
    return this.#stream.queued + this.#pendingBytes >= HIGH_WATER;
  }

  /** Ends a call that its service did not end. */
  #abandon(status: GrpcStatusCode, message: string): void {
    if (this.#end !== undefined) return;
    this.close(status, message);
    this.#receiver.cancelled();
  }

  /** Runs what may send, and sends it in one piece; an error ends the call and nothing else. */
  #guard(action: () => void): void {
    this.#corked = true;
    try {
      action();
    } catch (error) {
      if (error instanceof FrameError) this.#abandon(FRAME_STATUS[error.problem], error.message);
      else {
        this.#onFault(error);
        this.#abandon(GrpcStatus.INTERNAL, 'the server failed');
      }
    } finally {
      this.#corked = false;
      this.#flush();
    }
  }

  #flush(): void {
    if (this.#isFinished) return;
    const pending = this.#pending;
    if (pending.length > 0) {
      this.#pending = [];
      this.#pendingBytes = 0;
      if (!this.#sentHeaders) {
        this.#sentHeaders = true;
        this.#stream.respond(callStart());
      }
      this.#stream.write(pending);
    }
    if (this.#end === undefined) return;
    this.#isFinished = true;
    this.#stream.end(callEnd(this.#end, this.#sentHeaders));
  }
}
