import { once } from 'node:events';
import { connect, type ClientHttp2Session, type ClientHttp2Stream, type IncomingHttpHeaders } from 'node:http2';
import type { SecureClientSessionOptions } from 'node:http2';
import { PROCESS_PATH } from '../../../lib/picker/io/ext-proc-server';
import { framed, readAnswer, type Answer } from './ext-proc-messages';

/** How a call ended, by its trailers or, where it has only them, its headers. */
export interface CallEnd {
  readonly status: number;
  readonly message: string;
  readonly headers: IncomingHttpHeaders;
}

/** A gRPC call over node:http2 that shows every message as it comes. */
export class RawCall {
  public readonly stream: ClientHttp2Stream;
  readonly #messages: Buffer[] = [];
  readonly #waiting: (() => void)[] = [];
  #buffered = Buffer.alloc(0);
  #headers: IncomingHttpHeaders = {};
  #trailers: IncomingHttpHeaders | undefined;
  #isClosed = false;

  public constructor(stream: ClientHttp2Stream) {
    this.stream = stream;
    stream.on('response', (headers) => (this.#headers = headers));
    stream.on('trailers', (trailers) => (this.#trailers = trailers));
    stream.on('data', (chunk: Buffer) => {
      this.#read(chunk);
    });
    stream.on('error', () => undefined);
    stream.on('close', () => {
      this.#isClosed = true;
      this.#wake();
    });
  }

  /** Sends messages, each with its prefix. */
  public send(...messages: readonly Uint8Array[]): void {
    for (const message of messages) this.stream.write(framed(message));
  }

  /** Ends the client's side. */
  public halfClose(): void {
    this.stream.end();
  }

  /** The next message; throws when the call ends without one. */
  public async next(): Promise<Buffer> {
    for (;;) {
      const message = this.#messages.shift();
      if (message !== undefined) return message;
      if (this.#isClosed) throw new Error(`the call ended: ${JSON.stringify(await this.end())}`);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** The next answer of the picker. */
  public async answer(): Promise<Answer> {
    return readAnswer(await this.next());
  }

  /** Answers until the one that ends a body, trailers, or an immediate response. */
  public async answers(count: number): Promise<Answer[]> {
    const answers: Answer[] = [];
    while (answers.length < count) answers.push(await this.answer());
    return answers;
  }

  /** Waits for the end. */
  public async end(): Promise<CallEnd> {
    if (!this.#isClosed) await once(this.stream, 'close');
    const fields = this.#trailers ?? this.#headers;
    return {
      status: Number(fields['grpc-status'] ?? NaN),
      message: decodeURIComponent(String(fields['grpc-message'] ?? '')),
      headers: this.#headers,
    };
  }

  /** Messages that came and were not asked for. */
  public get unread(): number {
    return this.#messages.length;
  }

  #read(chunk: Buffer): void {
    this.#buffered = Buffer.concat([this.#buffered, chunk]);
    while (this.#buffered.length >= 5) {
      const end = 5 + this.#buffered.readUInt32BE(1);
      if (this.#buffered.length < end) break;
      this.#messages.push(this.#buffered.subarray(5, end));
      this.#buffered = this.#buffered.subarray(end);
    }
    this.#wake();
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

/** A gateway's connection. */
export class RawClient {
  private constructor(public readonly session: ClientHttp2Session) {
    session.on('error', () => undefined);
  }

  public static async connect(url: string, options: SecureClientSessionOptions = {}): Promise<RawClient> {
    const session = connect(url, { rejectUnauthorized: false, ...options });
    const client = new RawClient(session);
    await once(session, 'connect');
    return client;
  }

  /** Starts a call, of the external processor when no path is given. */
  public call(path: string = PROCESS_PATH, headers: Readonly<Record<string, string>> = {}): RawCall {
    return new RawCall(
      this.session.request({
        ':method': 'POST',
        ':path': path,
        'content-type': 'application/grpc',
        te: 'trailers',
        ...headers,
      }),
    );
  }

  /** Breaks the connection off. */
  public destroy(): void {
    this.session.destroy();
  }
}
