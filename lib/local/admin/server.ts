import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ValidationError } from '../../core/problem';
import { readBody } from '../model-server/io/read-body';
import type { Timing } from '../model-server/engine';
import { every } from '../stack/every';
import { type AdminAnswer, answer, fault } from './answer';
import { EventFeed } from './event-feed';
import { isLocalHost, isOwnOrigin } from './host-check';
import type { PageAssets } from './page-assets';
import type { AdminTarget } from './target';

const HOST = '127.0.0.1';
/** Time between two events, ms. */
const EVENT_MS = 500;

export interface AdminServerOptions {
  readonly target: AdminTarget;
  readonly assets: PageAssets;
  /** 0 takes a free one. */
  readonly port: number;
  readonly timing: Timing;
  /** Told of errors that no input should cause. */
  readonly onFault?: ((error: unknown) => void) | undefined;
}

/** A page that runs. */
export interface AdminServer {
  readonly url: string;
  /** Ends it at once, open pages included. */
  stop(): Promise<void>;
}

/** The page needs its own files and this server, and nothing else in the world. */
const SECURITY_HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; img-src data:; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

/**
 * Serves the page of a local stack and its API, to this machine only.
 * @throws ValidationError for a port that is taken
 */
export async function startAdminServer(options: AdminServerOptions): Promise<AdminServer> {
  const { target, timing, port, onFault } = options;
  const feed = new EventFeed();
  const server = createServer((request, response) => {
    serve(request, response, options, feed).catch((error: unknown) => {
      onFault?.(error);
      if (response.headersSent) response.destroy();
      else send(response, fault(500, { what: 'the request', why: String(error), fix: 'report it as a bug' }));
    });
  });
  await listening(server, port);
  const release = every(timing, EVENT_MS, () => {
    if (feed.size > 0) feed.send(JSON.stringify(target.state()));
  });
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        release();
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  { target, assets }: AdminServerOptions,
  feed: EventFeed,
): Promise<void> {
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
  const { host, origin } = request.headers;
  const method = request.method ?? 'GET';
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
  const asset = method === 'GET' ? assets.get(path) : undefined;
  if (!isLocalHost(host)) send(response, fault(403, foreignHost(host)));
  else if (!isOwnOrigin(origin, host)) send(response, fault(403, foreignOrigin(origin)));
  else if (asset !== undefined) response.writeHead(200, { 'content-type': asset.type }).end(asset.text);
  else if (method === 'GET' && path === '/api/events') feed.add(response, JSON.stringify(target.state()));
  else {
    const body = method === 'POST' ? await jsonBody(request) : undefined;
    send(response, body === NOT_JSON ? fault(400, NOT_JSON) : await answer(target, { method, path, body }));
  }
}

const NOT_JSON = { what: 'the body of the request', why: 'it is not JSON', fix: 'send a JSON object' } as const;

async function jsonBody(request: IncomingMessage): Promise<unknown> {
  try {
    return JSON.parse((await readBody(request)) ?? '');
  } catch {
    return NOT_JSON;
  }
}

function send(response: ServerResponse, { status, body }: AdminAnswer): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function foreignHost(host: string | undefined): Parameters<typeof fault>[1] {
  return {
    what: `Host ${host ?? 'missing'}`,
    why: 'the page answers under names of this machine only, so that no website can reach it',
    fix: 'open it as http://localhost:PORT',
  };
}

function foreignOrigin(origin: string | undefined): Parameters<typeof fault>[1] {
  return {
    what: `Origin ${origin ?? ''}`,
    why: 'another website may not change this stack',
    fix: 'use the page itself, or send no Origin',
  };
}

function listening(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'another program listens there' : error.message;
      const fix = 'stop that program, or choose another port with --admin-port';
      reject(new ValidationError('page', [{ what: `port ${port}`, why, fix }]));
    });
    server.listen(port, HOST, resolve);
  });
}
