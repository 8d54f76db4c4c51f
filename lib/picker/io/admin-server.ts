import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { METRICS_PATH } from '../../core/metric-names';
import { DENIALS, type AdminAccess, type Denial } from './admin-server-access';

/** What a page says. */
export interface AdminAnswer {
  /**
   * HTTP status.
   * @default 200
   */
  readonly status?: number;
  readonly contentType: string;
  readonly body: string | Uint8Array;
}

/** Makes the answer of a page, at once or in a while. */
export type AdminPage = (path: string, query: URLSearchParams) => PageResult | Promise<PageResult>;

/** Undefined where there is no such page. */
type PageResult = AdminAnswer | undefined;

/** What the server shows. */
export interface AdminPages {
  /** Prometheus text. */
  readonly metrics: AdminPage;
  /** Every page below `/debug`. */
  readonly debug: AdminPage;
  /** Pages that `/debug` itself lists. */
  readonly debugPaths: readonly string[];
}

/** Settings of an admin server. */
export interface AdminServerOptions {
  /** 0 for a free port. */
  readonly port: number;
  /**
   * Address to listen on.
   * @default - all
   */
  readonly host?: string | undefined;
  /**
   * Certificate and key, PEM, and the certificates that clients must be signed by.
   * @default - no TLS
   */
  readonly tls?: { readonly cert: string; readonly key: string; readonly clientCa?: string | undefined } | undefined;
  readonly access: AdminAccess;
  /** Told of every failure of a page; the client learns only that there was one. */
  readonly onError: (error: unknown, path: string) => void;
}

const LIMITS = {
  maxHeaderSize: 8192,
  headersTimeout: 5000,
  requestTimeout: 10_000,
  keepAliveTimeout: 60_000,
  connectionsCheckingInterval: 2000,
} as const;
/** A connection that moves no byte for so long is closed, ms. Longer than any page takes. */
const STALLED_MS = 60_000;
/** Scrapers and people; whoever opens more is neither. */
const MOST_CONNECTIONS = 100;

const DEBUG = '/debug';

/** The HTTP server for operators: `/metrics`, `/healthz` and pages below `/debug`. Reads only, and takes no bodies. */
export class AdminServer {
  readonly #pages: AdminPages;
  readonly #options: AdminServerOptions;
  readonly #server: Server;

  public constructor(pages: AdminPages, options: AdminServerOptions) {
    this.#pages = pages;
    this.#options = options;
    const { tls } = options;
    const listener = (request: IncomingMessage, response: ServerResponse): void => void this.#take(request, response);
    this.#server =
      tls === undefined
        ? createHttpServer(LIMITS, listener)
        : createHttpsServer(
            {
              ...LIMITS,
              cert: tls.cert,
              key: tls.key,
              minVersion: 'TLSv1.2',
              ...(tls.clientCa === undefined ? {} : { ca: tls.clientCa, requestCert: true, rejectUnauthorized: true }),
            },
            listener,
          );
    this.#server.maxConnections = MOST_CONNECTIONS;
    this.#server.setTimeout(STALLED_MS);
  }

  /** Starts to listen and returns the port. */
  public start(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.#options.port, this.#options.host, () => {
        this.#server.off('error', reject);
        // A server that listens on a port has an address of this form.
        resolve((this.#server.address() as AddressInfo).port);
      });
    });
  }

  /** Closes the port and every connection. */
  public stop(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => {
        resolve();
      });
      this.#server.closeAllConnections();
    });
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = pathOf(request.url ?? '/');
    try {
      await this.#answer(request, response, path);
    } catch (error) {
      this.#options.onError(error, path);
      if (!response.headersSent) send(response, 500, text('the page failed; the log says why\n'));
      else response.destroy();
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      send(response, 405, text('only GET\n'));
      return;
    }
    if (Number(request.headers['content-length'] ?? 0) > 0 || request.headers['transfer-encoding'] !== undefined) {
      response.setHeader('connection', 'close');
      send(response, 413, text('a request has no body\n'));
      return;
    }
    const denial = await this.#denial(request, path);
    if (denial !== undefined) {
      const { status, body, headers } = DENIALS[denial];
      for (const [name, value] of headers) response.setHeader(name, value);
      send(response, status, text(body));
      return;
    }
    const answer = await this.#page(path, queryOf(request.url ?? '/'));
    if (answer === undefined) send(response, 404, text('no such page\n'));
    else send(response, answer.status ?? 200, answer);
  }

  #denial(request: IncomingMessage, path: string): Promise<Denial | undefined> | undefined {
    const { access } = this.#options;
    const caller = {
      address: request.socket.remoteAddress,
      host: request.headers.host,
      authorization: request.headers.authorization,
    };
    if (path === METRICS_PATH) return access.metrics(caller);
    return path === DEBUG || path.startsWith(`${DEBUG}/`) ? access.debug(caller) : undefined;
  }

  #page(path: string, query: URLSearchParams): PageResult | Promise<PageResult> {
    if (path === '/healthz') return text('ok\n');
    if (path === METRICS_PATH) return this.#pages.metrics(path, query);
    if (path === DEBUG) return text(this.#pages.debugPaths.map((page) => `${page}\n`).join(''));
    return path.startsWith(`${DEBUG}/`) ? this.#pages.debug(path, query) : undefined;
  }
}

function text(body: string): AdminAnswer {
  return { contentType: 'text/plain; charset=utf-8', body };
}

function send(response: ServerResponse, status: number, { contentType, body }: AdminAnswer): void {
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  // Node.js leaves the body out where the request was HEAD.
  response.end(body);
}

function pathOf(url: string): string {
  const path = url.split('?', 1)[0] ?? '/';
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

function queryOf(url: string): URLSearchParams {
  const start = url.indexOf('?');
  return new URLSearchParams(start < 0 ? '' : url.slice(start + 1));
}
