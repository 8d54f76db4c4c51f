import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  type IncomingHttpHeaders,
} from 'node:http2';
import { PROCESS_PATH } from '../../picker/io/ext-proc-server';
import { FrameError, FrameReader } from '../../picker/protocol/frame';
import { GrpcStatus } from '../../picker/protocol/grpc-status';
import { WireError } from '../../picker/protocol/wire-reader';
import { decodeProcessingResponse, type ProcessingResponse } from './ext-proc-response';
import type { PickerAddress } from './types';

/** Time for a connection to a picker, ms; as the Envoy of `lib/local/envoy` has it. */
const CONNECT_TIMEOUT_MS = 1000;

/** Bytes that a stream, and all of a connection, may have on their way: less would make every large body wait. */
const STREAM_WINDOW = 1024 * 1024;
const CONNECTION_WINDOW = 16 * STREAM_WINDOW;

/** Longest message of a picker that is taken, bytes; its bodies come in parts of 64 KiB. */
const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

/** What a stream tells its owner. After `ended` or `PickerStream.cancel` it tells nothing. */
export interface PickerStreamHandlers {
  message(answer: ProcessingResponse): void;
  /** What was sent is on its way: `PickerStream.send` may be called again. */
  drained(): void;
  /** The picker sends no more; `problem` says why when that is not its regular end. */
  ended(problem: string | undefined): void;
}

/** The connection to an endpoint picker: made when first needed, and anew when it is lost. */
export class PickerClient {
  readonly #address: PickerAddress;
  #session: ClientHttp2Session | undefined;
  #isClosed = false;

  public constructor(address: PickerAddress) {
    this.#address = address;
  }

  /** Starts the stream of a request. A picker that cannot be reached ends it, in a later turn. */
  public open(handlers: PickerStreamHandlers): PickerStream {
    const request = this.#connected().request({
      ':method': 'POST',
      ':path': PROCESS_PATH,
      ':authority': 'picker',
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    return new PickerStream(request, handlers);
  }

  /** Breaks the connection and its streams off. */
  public close(): void {
    this.#isClosed = true;
    this.#session?.destroy();
  }

  #connected(): ClientHttp2Session {
    const known = this.#session;
    if (known !== undefined && !known.closed && !known.destroyed) return known;
    if (this.#isClosed) throw new Error('the gateway has stopped');
    const session = this.#connect();
    this.#session = session;
    return session;
  }

  #connect(): ClientHttp2Session {
    const { address, port, tls } = this.#address;
    const host = address.includes(':') ? `[${address}]` : address;
    const session = connect(`${tls ? 'https' : 'http'}://${host}:${port}`, {
      rejectUnauthorized: false,
      settings: { enablePush: false, initialWindowSize: STREAM_WINDOW },
    });
    const timer = setTimeout(() => {
      session.destroy(new Error(`no connection within ${CONNECT_TIMEOUT_MS} ms`));
    }, CONNECT_TIMEOUT_MS);
    session.once('connect', () => {
      clearTimeout(timer);
      session.setLocalWindowSize(CONNECTION_WINDOW);
      // Lets the process end while the connection idles.
      session.unref();
    });
    session.once('close', () => {
      clearTimeout(timer);
    });
    // Each stream hears of it by itself.
    session.on('error', () => undefined);
    return session;
  }
}

/** What picker and gateway say to each other about one request. */
export class PickerStream {
  readonly #stream: ClientHttp2Stream;
  readonly #handlers: PickerStreamHandlers;
  readonly #frames = new FrameReader(MAX_MESSAGE_BYTES, (bytes) => Buffer.allocUnsafe(bytes));
  #isOver = false;
  #isCorked = false;
  /** Headers with a status come instead of trailers when the picker says nothing else. */
  #status: IncomingHttpHeaders = {};
  #error: Error | undefined;

  public constructor(stream: ClientHttp2Stream, handlers: PickerStreamHandlers) {
    this.#stream = stream;
    this.#handlers = handlers;
    const keepStatus = (headers: IncomingHttpHeaders): void => {
      this.#status = headers;
      if (stream.readableEnded) this.#closed();
    };
    stream.on('response', keepStatus);
    stream.on('trailers', keepStatus);
    stream.on('data', (chunk: Buffer) => {
      this.#read(chunk);
    });
    stream.on('drain', () => {
      if (!this.#isOver) handlers.drained();
    });
    stream.on('error', (error: Error) => {
      this.#error = error;
    });
    // The picker has ended its side: ours is of no use then.
    stream.on('end', () => {
      if (this.#status['grpc-status'] !== undefined) this.#closed();
    });
    stream.on('close', () => {
      this.#closed();
    });
  }

  /** Sends a frame. False when the picker is slow to take them: `drained` tells when it did. */
  public send(frame: Uint8Array): boolean {
    if (this.#isOver || this.#stream.destroyed) return true;
    this.#cork();
    return this.#stream.write(frame);
  }

  /** Takes no more answers until `resume`. */
  public pause(): void {
    this.#stream.pause();
  }

  public resume(): void {
    this.#stream.resume();
  }

  /** Says that the request is over; nothing more is heard of the stream. */
  public finish(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#stream.end();
    this.#stream.resume();
  }

  /** Breaks the stream off. */
  public cancel(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#stream.close(constants.NGHTTP2_CANCEL);
  }

  /** What is sent within a turn leaves in one write. */
  #cork(): void {
    if (this.#isCorked) return;
    this.#isCorked = true;
    this.#stream.cork();
    process.nextTick(() => {
      this.#isCorked = false;
      this.#stream.uncork();
    });
  }

  #read(chunk: Uint8Array): void {
    if (this.#isOver) return;
    try {
      this.#frames.push(chunk, (message) => {
        this.#handlers.message(decodeProcessingResponse(message));
        return !this.#isOver;
      });
    } catch (error) {
      if (!(error instanceof FrameError || error instanceof WireError)) throw error;
      this.cancel();
      this.#handlers.ended(error.message);
    }
  }

  #closed(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#stream.close(constants.NGHTTP2_NO_ERROR);
    this.#handlers.ended(this.#problem());
  }

  #problem(): string | undefined {
    const status = this.#status['grpc-status'];
    if (status === String(GrpcStatus.OK)) return undefined;
    if (status !== undefined) return `it ended with status ${String(status)}: ${messageOf(this.#status)}`;
    // A stream that waited for its connection has what befell that as its cause.
    const error = (this.#error?.cause as Error | undefined) ?? this.#error;
    if (error !== undefined) return error.message;
    return 'its stream was broken off';
  }
}

function messageOf(status: IncomingHttpHeaders): string {
  const text = String(status['grpc-message'] ?? '');
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
