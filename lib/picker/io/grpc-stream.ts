import { constants, type ServerHttp2Stream } from 'node:http2';
import { FrameError, FrameReader } from '../protocol/frame';
import { GrpcStatus, type GrpcStatusCode } from '../protocol/grpc-status';
import type { GrpcCall, GrpcMethod, GrpcReceiver } from './grpc-call';

/** Bytes that may wait to be sent before a call reads no more. */
const HIGH_WATER = 256 * 1024;

const RESPONSE_HEADERS = Object.freeze({ ':status': 200, 'content-type': 'application/grpc' });

/** How a call's errors become its status. */
const FRAME_STATUS: Readonly<Record<FrameError['problem'], GrpcStatusCode>> = Object.freeze({
  compressed: GrpcStatus.UNIMPLEMENTED,
  flag: GrpcStatus.INTERNAL,
  'too-long': GrpcStatus.RESOURCE_EXHAUSTED,
});

export interface GrpcStreamOptions {
  readonly method: GrpcMethod;
  readonly maxMessageBytes: number;
  /** Time that the client gives the call, ms; undefined without end. */
  readonly timeoutMs: number | undefined;
  /** Told of errors that a service threw. */
  readonly onFault: (error: unknown) => void;
}

interface CallEnd {
  readonly status: GrpcStatusCode;
  readonly message: string;
}

/** A gRPC call on an HTTP/2 stream. What is sent while a chunk is read goes out as one write. */
export class GrpcStream implements GrpcCall {
  readonly #stream: ServerHttp2Stream;
  readonly #frames: FrameReader;
  readonly #receiver: GrpcReceiver;
  readonly #onFault: (error: unknown) => void;
  readonly #timer: NodeJS.Timeout | undefined;
  #isOver = false;
  #corked = false;
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  #sentHeaders = false;
  #isFinished = false;
  #end: CallEnd = { status: GrpcStatus.INTERNAL, message: '' };

  public constructor(stream: ServerHttp2Stream, options: GrpcStreamOptions) {
    this.#stream = stream;
    this.#onFault = options.onFault;
    this.#frames = new FrameReader(options.maxMessageBytes, (bytes) => Buffer.allocUnsafe(bytes));
    this.#receiver = options.method(this);
    if (options.timeoutMs !== undefined) {
      this.#timer = setTimeout(() => {
        this.#expire();
      }, options.timeoutMs);
    }
    stream.on('data', (chunk: Buffer) => {
      this.#read(chunk);
    });
    stream.on('end', () => {
      this.#ended();
    });
    stream.on('drain', () => {
      this.#drained();
    });
    stream.on('error', () => undefined); // 'close' follows
    // A reset ends the input too: 'aborted' comes before 'end' then.
    stream.on('aborted', () => {
      this.#gone();
    });
    stream.on('close', () => {
      this.#gone();
    });
  }

  public send(frame: Uint8Array): boolean {
    if (this.#isOver) return false;
    this.#pending.push(frame);
    this.#pendingBytes += frame.length;
    if (!this.#corked && this.#pending.length === 1) {
      queueMicrotask(() => {
        this.#flush();
      });
    }
    return !this.#isFull;
  }

  public close(status: GrpcStatusCode, message: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#end = { status, message };
    if (!this.#corked) this.#flush();
  }

  get #isFull(): boolean {
    return this.#stream.writableLength + this.#pendingBytes >= HIGH_WATER;
  }

  #read(chunk: Uint8Array): void {
    if (this.#isOver) return;
    this.#guard(() => {
      this.#frames.push(chunk, (message) => {
        this.#receiver.message(message);
        return !this.#isOver;
      });
    });
    if (this.#isFull) this.#stream.pause();
  }

  #ended(): void {
    if (this.#isOver) return;
    if (this.#frames.isInside) {
      this.#abandon(GrpcStatus.INTERNAL, 'the stream ended inside a message');
      return;
    }
    this.#guard(() => {
      this.#receiver.halfClosed();
    });
  }

  #drained(): void {
    if (!this.#isOver) {
      this.#guard(() => {
        this.#receiver.drained();
      });
    }
    if (!this.#isFull) this.#stream.resume();
  }

  #gone(): void {
    clearTimeout(this.#timer);
    if (this.#isOver) return;
    this.#isOver = true;
    this.#pending = [];
    this.#receiver.cancelled();
  }

  #expire(): void {
    this.#abandon(GrpcStatus.DEADLINE_EXCEEDED, 'the time that the client gave is over');
  }

  /** Ends a call that its service did not end. */
  #abandon(status: GrpcStatusCode, message: string): void {
    if (this.#isOver) return;
    this.close(status, message);
    this.#receiver.cancelled();
  }

  /** Runs what may send, and sends it as one write; an error ends the call and nothing else. */
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
    const stream = this.#stream;
    if (stream.destroyed || stream.closed) return;
    const pending = this.#pending;
    if (pending.length > 0) {
      this.#pending = [];
      const bytes = this.#pendingBytes;
      this.#pendingBytes = 0;
      this.#sendHeaders();
      const [only] = pending;
      stream.write(pending.length === 1 && only !== undefined ? only : Buffer.concat(pending, bytes));
    }
    if (this.#isOver && !this.#isFinished) this.#finish();
  }

  #sendHeaders(): void {
    if (this.#sentHeaders) return;
    this.#sentHeaders = true;
    const stream = this.#stream;
    stream.respond(RESPONSE_HEADERS, { waitForTrailers: true });
    stream.on('wantTrailers', () => {
      stream.sendTrailers(trailers(this.#end));
      // A reset in the same turn would overtake the trailers.
      setImmediate(() => {
        this.#dropInput();
      });
    });
  }

  #finish(): void {
    this.#isFinished = true;
    const stream = this.#stream;
    if (this.#sentHeaders) stream.end();
    else {
      stream.respond({ ...RESPONSE_HEADERS, ...trailers(this.#end) }, { endStream: true });
      this.#dropInput();
    }
    stream.resume();
  }

  /** The client may still be sending when the call is over: nobody reads that. */
  #dropInput(): void {
    if (!this.#stream.readableEnded) this.#stream.close(constants.NGHTTP2_NO_ERROR);
  }
}

function trailers(end: CallEnd): Record<string, string> {
  const fields: Record<string, string> = { 'grpc-status': String(end.status) };
  if (end.message !== '') fields['grpc-message'] = percentEncoded(end.message);
  if (end.status === GrpcStatus.UNIMPLEMENTED) fields['grpc-accept-encoding'] = 'identity';
  return fields;
}

/** Text of a status as gRPC writes it: printable ASCII, other bytes and `%` percent-encoded. */
export function percentEncoded(text: string): string {
  let encoded = '';
  for (const byte of Buffer.from(text, 'utf8')) {
    const plain = byte >= 0x20 && byte <= 0x7e && byte !== 0x25;
    encoded += plain ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return encoded;
}
