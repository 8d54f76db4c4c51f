import {
  constants,
  createSecureServer,
  createServer,
  type Http2SecureServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type SecureServerOptions,
  type ServerHttp2Session,
  type ServerHttp2Stream,
  type ServerOptions,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { SecureContextOptions } from 'node:tls';
import { GrpcStatus } from '../protocol/grpc-status';
import type { GrpcMethods } from './grpc-call';
import { GrpcStream, percentEncoded } from './grpc-stream';
import { parseGrpcTimeout } from './grpc-timeout';
import { canLiftResetLimit, ResetAllowance } from './reset-allowance';

/** Bytes that a client may send on one stream before somebody reads them. */
const STREAM_WINDOW = 1024 * 1024;
/** The same for all streams of a connection. */
const CONNECTION_WINDOW = 64 * 1024 * 1024;
const MOST_STREAMS = 1_000_000;
/** Time after which no answer to a ping is expected, ms. */
const ROUND_TRIP_MS = 1000;

/**
 * Node.js limits clients that it takes for hostile. A gateway is none, and reaches these limits by doing its work: all
 * requests come over a few connections, and each stream that ends before the picker ends it is reset. The last two are
 * unknown to Node.js before 22.10: see reset-allowance.ts.
 */
const TRUSTED_CLIENT = Object.freeze({
  maxSessionMemory: 1_000_000,
  maxSessionRejectedStreams: MOST_STREAMS,
  maxOutstandingPings: 100,
  streamResetBurst: 1e9,
  streamResetRate: 1e9,
});

export interface GrpcServerOptions {
  readonly methods: GrpcMethods;
  /** Longest message that is taken, bytes. */
  readonly maxMessageBytes: number;
  /** Certificate and TLS settings; undefined to serve plaintext, HTTP/2 from the first byte. */
  readonly tls: SecureContextOptions | undefined;
  /** Time between two pings that find out whether a silent client is still there, ms. */
  readonly keepaliveMs: number;
  /** Told of errors that a service threw. */
  readonly onFault: (error: unknown) => void;
}

/** A gRPC server on node:http2: see bench/grpc-stacks.ts for why. */
export class GrpcServer {
  readonly #options: GrpcServerOptions;
  readonly #server: Http2Server | Http2SecureServer;
  readonly #sessions = new Set<ServerHttp2Session>();
  #streams = 0;

  public constructor(options: GrpcServerOptions) {
    this.#options = options;
    const http2: ServerOptions = {
      ...TRUSTED_CLIENT,
      settings: { initialWindowSize: STREAM_WINDOW, maxConcurrentStreams: MOST_STREAMS, enablePush: false },
    };
    const secure: SecureServerOptions = { ...http2, ...options.tls, allowHTTP1: false };
    this.#server = options.tls === undefined ? createServer(http2) : createSecureServer(secure);
    this.#server.on('session', (session: ServerHttp2Session) => {
      this.#opened(session);
    });
    this.#server.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
      this.#serve(stream, headers);
    });
  }

  /** Streams that are open. */
  public get streams(): number {
    return this.#streams;
  }

  /** Starts to listen and returns the port. Rejects when it cannot. */
  public listen(port: number, host?: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ port, host }, () => {
        this.#server.off('error', reject);
        resolve((this.#server.address() as AddressInfo).port); // an address of TCP is no text
      });
    });
  }

  /** Takes another certificate for connections to come; those that are open keep theirs. */
  public setTls(tls: SecureContextOptions): void {
    if ('setSecureContext' in this.#server) this.#server.setSecureContext(tls);
  }

  /**
   * Takes no new connections, asks clients to open no new streams, and waits until those that are open have ended, or
   * for `deadlineMs`; what is left then is broken off. Streams that a client opened before it heard of it are served.
   */
  public async drain(deadlineMs: number): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => {
        resolve();
      });
    });
    for (const session of this.#sessions) void retire(session);
    const timer = setTimeout(() => {
      this.destroy();
    }, deadlineMs);
    await closed;
    clearTimeout(timer);
  }

  /** Breaks every connection off. */
  public destroy(): void {
    this.#server.close();
    for (const session of this.#sessions) session.destroy();
  }

  #opened(session: ServerHttp2Session): void {
    this.#sessions.add(session);
    session.setLocalWindowSize(CONNECTION_WINDOW);
    if (!canLiftResetLimit(process.version)) retireBeforeReset(session);
    session.on('error', () => undefined); // 'close' follows
    const stop = keepAlive(session, this.#options.keepaliveMs);
    session.on('close', () => {
      stop();
      this.#sessions.delete(session);
    });
  }

  #serve(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    this.#streams++;
    stream.on('close', () => {
      this.#streams--;
    });
    const httpStatus = refusedStatus(headers);
    if (httpStatus !== undefined) {
      this.#answer(stream, { ':status': httpStatus });
      return;
    }
    const path = headers[':path'] ?? '';
    const method = this.#options.methods.get(path);
    if (method === undefined) {
      this.#answer(stream, {
        ':status': 200,
        'content-type': 'application/grpc',
        'grpc-status': String(GrpcStatus.UNIMPLEMENTED),
        'grpc-message': percentEncoded(`there is no method ${path}`),
      });
      return;
    }
    const timeoutMs = parseGrpcTimeout(headers['grpc-timeout']);
    const { maxMessageBytes, onFault } = this.#options;
    new GrpcStream(stream, { method, maxMessageBytes, timeoutMs, onFault });
  }

  #answer(stream: ServerHttp2Stream, headers: Readonly<Record<string, string | number>>): void {
    stream.on('error', () => undefined);
    stream.respond({ ...headers }, { endStream: true });
    stream.resume();
    stream.close(constants.NGHTTP2_NO_ERROR);
  }
}

/** HTTP status for a request that is no gRPC call; undefined when it is one. */
function refusedStatus(headers: IncomingHttpHeaders): number | undefined {
  if (headers[':method'] !== 'POST') return constants.HTTP_STATUS_METHOD_NOT_ALLOWED;
  const type = headers['content-type'] ?? '';
  return /^application\/grpc($|[+;])/.test(type) ? undefined : constants.HTTP_STATUS_UNSUPPORTED_MEDIA_TYPE;
}

/**
 * Ends a connection without losing a stream: says first that it will end, with the highest possible last stream, and
 * means it only after a round trip, when no stream can be on its way any more. Some clients answer no ping then.
 */
async function retire(session: ServerHttp2Session): Promise<void> {
  session.goaway(constants.NGHTTP2_NO_ERROR, 2 ** 31 - 1);
  await new Promise((resolve) => {
    const timer = setTimeout(resolve, ROUND_TRIP_MS);
    const heard = (): void => {
      clearTimeout(timer);
      resolve(undefined);
    };
    session.once('close', heard);
    session.ping(heard);
  });
  session.close();
}

/** Retires a connection before Node.js breaks it off for the resets of its client. */
function retireBeforeReset(session: ServerHttp2Session): void {
  const allowance = new ResetAllowance(performance.now());
  let isRetired = false;
  const count = (): void => {
    if (isRetired || allowance.take(performance.now())) return;
    isRetired = true;
    void retire(session);
  };
  session.on('stream', (stream) => {
    // In the turn of the reset: hundreds more may be in the bytes that are being read.
    stream.on('aborted', count);
    stream.on('close', () => {
      if (!stream.aborted) count();
    });
  });
}

/** Pings at intervals; a client that has not answered by the next one is gone. Returns what stops it. */
function keepAlive(session: ServerHttp2Session, intervalMs: number): () => void {
  let unanswered = false;
  const timer = setInterval(() => {
    if (unanswered) session.destroy();
    else {
      unanswered = true;
      session.ping(() => {
        unanswered = false;
      });
    }
  }, intervalMs);
  timer.unref();
  return () => {
    clearInterval(timer);
  };
}
