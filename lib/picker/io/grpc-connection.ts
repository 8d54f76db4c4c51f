import type { Socket } from 'node:net';
import { GrpcStatus } from '../protocol/grpc-status';
import { callEnd, httpRefusal, refusedStatus } from '../protocol/grpc-headers';
import { Http2Connection } from '../protocol/http2/connection';
import type { Http2Stream, StreamHandler } from '../protocol/http2/stream';
import type { GrpcMethods } from './grpc-call';
import { GrpcStream } from './grpc-stream';
import { parseGrpcTimeout } from './grpc-timeout';

/** Bytes that a socket may have to send before bodies wait. */
const CONGESTED = 1024 * 1024;
/** The same before the client is given up: what else is sent are answers that it asks for and does not read. */
const HOPELESS = 16 * 1024 * 1024;
/** Time after which no answer to a ping is expected, ms. */
const ROUND_TRIP_MS = 1000;

/** What a connection serves, and within which limits. */
export interface GrpcConnectionOptions {
  readonly methods: GrpcMethods;
  /** Longest message that is taken, bytes. */
  readonly maxMessageBytes: number;
  /** Time between two pings that find out whether the client is still there, ms. */
  readonly keepaliveMs: number;
  /** Told of errors that a service threw. */
  readonly onFault: (error: unknown) => void;
}

/** A client's connection: its socket, the protocol on it, and the calls. */
export class GrpcConnection {
  readonly #socket: Socket;
  readonly #options: GrpcConnectionOptions;
  readonly #http2: Http2Connection;
  readonly #keepalive: NodeJS.Timeout;
  #isFlushing = false;
  #isFlushPlanned = false;
  /** Pings without an answer. */
  #pings = 0;
  #onPong: (() => void) | undefined;

  public constructor(socket: Socket, options: GrpcConnectionOptions, onClose: () => void) {
    this.#socket = socket;
    this.#options = options;
    this.#http2 = new Http2Connection({
      allocate: (bytes) => Buffer.allocUnsafe(bytes),
      accept: (stream, headers) => this.#accept(stream, headers),
      onOutput: () => {
        this.#planFlush();
      },
      onPong: () => {
        this.#pings = 0;
        this.#onPong?.();
      },
    });
    this.#keepalive = setInterval(() => {
      if (this.#pings > 0) socket.destroy();
      else this.#ping();
    }, options.keepaliveMs);
    this.#keepalive.unref();
    socket.setNoDelay(true);
    socket.on('data', (bytes) => {
      this.#read(bytes);
    });
    socket.on('drain', () => {
      this.#http2.setCongested(false);
    });
    socket.on('error', () => undefined); // 'close' follows
    socket.on('close', () => {
      this.#gone();
      onClose();
    });
    this.#flush();
  }

  /** Streams that are open. */
  public get streams(): number {
    return this.#http2.streams;
  }

  /**
   * Ends the connection without losing a stream: says first that it will end, and means it only after a round trip,
   * when no stream can be on its way any more. Some clients answer no ping then.
   */
  public async retire(): Promise<void> {
    this.#http2.announceEnd();
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ROUND_TRIP_MS);
      this.#onPong = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#ping();
    });
    this.#onPong = undefined;
    this.#http2.endAfterLast();
  }

  public destroy(): void {
    this.#socket.destroy();
    this.#gone();
  }

  #gone(): void {
    clearInterval(this.#keepalive);
    this.#onPong?.();
    this.#http2.disconnected();
  }

  #ping(): void {
    this.#pings++;
    this.#http2.ping();
  }

  #read(bytes: Uint8Array): void {
    this.#isFlushing = true;
    try {
      this.#http2.receive(bytes);
    } catch (error) {
      this.#options.onFault(error);
      this.#socket.destroy();
    } finally {
      this.#isFlushing = false;
    }
    this.#flush();
  }

  /** What is written in one turn goes out together. */
  #planFlush(): void {
    if (this.#isFlushing || this.#isFlushPlanned) return;
    this.#isFlushPlanned = true;
    queueMicrotask(() => {
      this.#isFlushPlanned = false;
      this.#flush();
    });
  }

  #flush(): void {
    const socket = this.#socket;
    const output = this.#http2.takeOutput();
    if (socket.destroyed || socket.writableEnded) return;
    const [only] = output;
    if (only !== undefined) socket.write(output.length === 1 ? only : Buffer.concat(output));
    if (this.#http2.isDone) socket.end();
    else if (socket.writableLength > HOPELESS) socket.destroy();
    else if (socket.writableLength > CONGESTED) this.#http2.setCongested(true);
  }

  #accept(stream: Http2Stream, headers: ReadonlyMap<string, string>): StreamHandler {
    const refused = refusedStatus(headers);
    if (refused !== undefined) return refuse(stream, httpRefusal(refused));
    const path = headers.get(':path') ?? '';
    const method = this.#options.methods.get(path);
    if (method === undefined) {
      const end = { status: GrpcStatus.UNIMPLEMENTED, message: `there is no method ${path}` };
      return refuse(stream, callEnd(end, false));
    }
    const timeoutMs = parseGrpcTimeout(headers.get('grpc-timeout'));
    const { maxMessageBytes, onFault } = this.#options;
    return new GrpcStream(stream, { method, maxMessageBytes, timeoutMs, onFault });
  }
}

const NOBODY: StreamHandler = Object.freeze({
  data: () => undefined,
  end: () => undefined,
  reset: () => undefined,
  drained: () => undefined,
});

function refuse(stream: Http2Stream, block: Uint8Array): StreamHandler {
  stream.end(block);
  return NOBODY;
}
