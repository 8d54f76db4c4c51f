import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HeaderList } from '../../picker/protocol/responses';
import { valueOf, withHeaders } from './header-list';
import type { RequestEvents } from './request-events';

/** What a client does. */
export interface ClientHandlers {
  /** A part of the request's body; false pauses it until `ClientSide.resume`. */
  data(chunk: Uint8Array): boolean;
  /** The request is complete. Not called for one without a body. */
  end(): void;
  /** What was written is on its way. */
  drained(): void;
  /** The client left before it had the answer. */
  gone(): void;
}

/** The client's half of a request: its body comes from here, its answer goes here. */
export class ClientSide {
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #events: RequestEvents;
  #handlers: ClientHandlers | undefined;

  public constructor(request: IncomingMessage, response: ServerResponse, events: RequestEvents) {
    this.#request = request;
    this.#response = response;
    this.#events = events;
    request.on('error', () => undefined); // 'close' of the response follows
    response.on('error', () => undefined);
    response.on('drain', () => this.#handlers?.drained());
    response.once('close', () => {
      this.#closed();
    });
  }

  /** Whether the answer has begun. */
  public get hasAnswer(): boolean {
    return this.#response.headersSent;
  }

  /** Starts to read the request, or hands the rest of it to others. */
  public attach(handlers: ClientHandlers): void {
    const isFirst = this.#handlers === undefined;
    this.#handlers = handlers;
    if (!isFirst) return;
    this.#request.on('data', (chunk: Buffer) => {
      if (this.#handlers?.data(chunk) === false) this.#request.pause();
    });
    this.#request.once('end', () => this.#handlers?.end());
  }

  public resume(): void {
    this.#request.resume();
  }

  /** Begins the answer. */
  public respond(status: number, headers: HeaderList, hasBody: boolean): void {
    this.#response.writeHead(status, headers.flat());
    if (hasBody) this.#response.flushHeaders();
    else this.end();
  }

  /** Sends a part of the answer; false when the client is slow to take it, until `drained`. */
  public write(chunk: Uint8Array): boolean {
    if (chunk.length === 0) return true;
    this.#events.bytes();
    return this.#response.write(chunk);
  }

  /** Completes the answer. What is left of the request is read and dropped, so that the connection can go on. */
  public end(): void {
    this.#handlers = undefined;
    this.#response.end();
    this.#request.resume();
  }

  /** Answers in the gateway's own words, or breaks off an answer that has begun. */
  public reply(status: number, body: string | Uint8Array, headers: HeaderList = []): void {
    if (this.hasAnswer) {
      this.abort();
      return;
    }
    const bytes = typeof body === 'string' ? Buffer.from(body) : body;
    const type: HeaderList =
      bytes.length === 0 || valueOf(headers, 'content-type') !== undefined ? [] : [['content-type', 'text/plain']];
    const hasBody = bytes.length > 0 && this.#request.method !== 'HEAD';
    this.respond(status, withHeaders([...type, ...headers], [['content-length', String(bytes.length)]]), hasBody);
    if (!hasBody) return;
    this.write(bytes);
    this.end();
  }

  /** Breaks the connection off, so that nobody takes the answer for complete. */
  public abort(): void {
    this.#handlers = undefined;
    this.#response.destroy();
  }

  #closed(): void {
    const { headersSent, statusCode, writableFinished } = this.#response;
    const handlers = this.#handlers;
    this.#handlers = undefined;
    this.#events.end(headersSent ? statusCode : undefined, !writableFinished);
    handlers?.gone();
  }
}
