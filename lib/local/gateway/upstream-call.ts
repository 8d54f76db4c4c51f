import { type Agent, type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http';
import type { Socket } from 'node:net';
import type { HeaderList } from '../../picker/protocol/responses';
import type { SocketAddress } from '../routing/types';
import { endToEnd, valueOf } from './header-list';
import { hostPort } from './rotation';

/** Time for a connection to an endpoint, ms; as the Envoy of `lib/local/envoy` has it. */
const CONNECT_TIMEOUT_MS = 2000;

/** A request as an endpoint gets it. */
export interface UpstreamRequest {
  readonly method: string;
  /** With query. */
  readonly path: string;
  readonly headers: HeaderList;
  readonly hasBody: boolean;
}

/** The start of an endpoint's answer. */
export interface UpstreamResponse {
  readonly status: number;
  readonly headers: HeaderList;
  readonly hasBody: boolean;
  /** `address:port` that gave it. */
  readonly endpoint: string;
}

/** What a call tells its owner. After `end`, `failed` or `UpstreamCall.cancel` it tells nothing. */
export interface UpstreamHandlers {
  connected(endpoint: string): void;
  response(response: UpstreamResponse): void;
  /** A part of the answer's body; false pauses it until `UpstreamCall.resume`. */
  data(chunk: Uint8Array): boolean;
  end(): void;
  /** What was written is on its way. */
  drained(): void;
  /** No endpoint took the request, or the one that did broke off. */
  failed(why: string): void;
}

export interface UpstreamOptions {
  readonly agent: Agent;
  /** Endpoints in the order in which they are tried. */
  readonly candidates: readonly SocketAddress[];
  readonly request: UpstreamRequest;
  readonly handlers: UpstreamHandlers;
}

/** Bytes that may wait for a connection. */
const HIGH_WATER = 64 * 1024;

/** A request to the first of several endpoints that can be reached. Nothing is sent before there is a connection. */
export class UpstreamCall {
  readonly #options: UpstreamOptions;
  #next = 0;
  #call: ClientRequest | undefined;
  #response: IncomingMessage | undefined;
  #isConnected = false;
  #isOver = false;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #isEnded: boolean;

  public constructor(options: UpstreamOptions) {
    this.#options = options;
    this.#isEnded = !options.request.hasBody;
    this.#try();
  }

  /** Sends a part of the request's body; false when the endpoint is slow to take it, until `drained`. */
  public write(chunk: Uint8Array): boolean {
    if (this.#isOver || chunk.length === 0) return true;
    if (this.#isConnected && this.#call !== undefined) return this.#call.write(chunk);
    this.#waiting.push(chunk);
    this.#waitingBytes += chunk.length;
    return this.#waitingBytes < HIGH_WATER;
  }

  /** Ends the request's body. */
  public end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    if (this.#isConnected) this.#call?.end();
  }

  public resume(): void {
    this.#response?.resume();
  }

  /** Breaks it off. */
  public cancel(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#call?.destroy();
  }

  #try(): void {
    const endpoint = this.#options.candidates[this.#next++];
    if (endpoint === undefined) {
      // Its owner has no call in its hands yet.
      queueMicrotask(() => {
        this.#fail('there is no endpoint');
      });
      return;
    }
    const { method, path, headers } = this.#options.request;
    const call = httpRequest({
      agent: this.#options.agent,
      host: endpoint.address,
      port: endpoint.port,
      method,
      path,
      headers: headers.flat(),
    });
    this.#call = call;
    call.once('socket', (socket) => {
      this.#awaitConnection(call, socket, hostPort(endpoint));
    });
    call.on('drain', () => {
      if (!this.#isOver) this.#options.handlers.drained();
    });
    call.once('response', (response) => {
      this.#take(response, hostPort(endpoint));
    });
    call.on('error', (error) => {
      this.#broke(call, error);
    });
  }

  #awaitConnection(call: ClientRequest, socket: Socket, endpoint: string): void {
    if (!socket.connecting) {
      this.#connected(call, endpoint);
      return;
    }
    const timer = setTimeout(() => call.destroy(new Error('it took too long to connect')), CONNECT_TIMEOUT_MS);
    socket.once('connect', () => {
      this.#connected(call, endpoint);
    });
    for (const event of ['connect', 'close']) {
      socket.once(event, () => {
        clearTimeout(timer);
      });
    }
  }

  #connected(call: ClientRequest, endpoint: string): void {
    if (this.#isOver) return;
    this.#isConnected = true;
    this.#options.handlers.connected(endpoint);
    const { length } = this.#waiting;
    for (const chunk of this.#waiting.splice(0)) call.write(chunk);
    if (this.#isEnded) call.end();
    else if (length > 0 && !call.writableNeedDrain) this.#options.handlers.drained();
  }

  /** A connection that failed leads to the next endpoint; one that was there and is not, to the end. */
  #broke(call: ClientRequest, error: Error): void {
    if (this.#isOver || call !== this.#call) return;
    if (!this.#isConnected && this.#next < this.#options.candidates.length) this.#try();
    else this.#fail(error.message);
  }

  #take(response: IncomingMessage, endpoint: string): void {
    if (this.#isOver) return;
    this.#response = response;
    const status = response.statusCode ?? 502;
    const headers = endToEnd(response.rawHeaders);
    const hasBody = bodyFollows(this.#options.request.method, status, headers);
    this.#options.handlers.response({ status, headers, hasBody, endpoint });
    response.on('data', (chunk: Buffer) => {
      if (!this.#isOver && !this.#options.handlers.data(chunk)) response.pause();
    });
    response.on('end', () => {
      if (this.#isOver) return;
      this.#isOver = true;
      // An endpoint that answers before it has read the request does not want the rest of it.
      if (!this.#isEnded) this.#call?.destroy();
      if (hasBody) this.#options.handlers.end();
    });
    response.on('error', (error) => {
      this.#fail(error.message);
    });
  }

  #fail(why: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#options.handlers.failed(why);
  }
}

/** Whether an answer has a body that may have bytes. */
function bodyFollows(method: string, status: number, headers: HeaderList): boolean {
  return method !== 'HEAD' && status !== 204 && status !== 304 && valueOf(headers, 'content-length') !== '0';
}
