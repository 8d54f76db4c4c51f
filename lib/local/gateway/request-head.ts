import type { IncomingMessage } from 'node:http';
import { REQUEST_ID_HEADER } from '../../core/headers';
import type { HeaderList } from '../../picker/protocol/responses';
import type { RoutedRequest } from '../routing/match';
import { byName, endToEnd, valueOf, without } from './header-list';

/** A client's request without its body. */
export interface RequestHead {
  readonly method: string;
  /** Path with query. */
  readonly path: string;
  /** With the port, as the client wrote it. */
  readonly authority: string;
  /** End-to-end headers without the host, in lower case. */
  readonly headers: HeaderList;
  readonly hasBody: boolean;
}

/** A request that the gateway does not take. */
export interface RefusedHead {
  readonly status: number;
}

/** Reads a request, and gives it the headers that a gateway adds. */
export function readHead(request: IncomingMessage, newRequestId: () => string): RequestHead | RefusedHead {
  if (request.httpVersionMajor === 1 && request.httpVersionMinor === 0) return { status: 426 };
  // An offer to speak HTTP/2 may be ignored; any other protocol would have to be understood.
  const upgrade = request.headers.upgrade;
  if (upgrade !== undefined && upgrade.toLowerCase() !== 'h2c') return { status: 403 };
  const headers = endToEnd(request.rawHeaders);
  const { authority, path } = splitTarget(request.url ?? '/', valueOf(headers, 'host') ?? '');
  const added: HeaderList = [
    ...addUnlessThere(headers, 'x-forwarded-proto', () => 'http'),
    ...addUnlessThere(headers, REQUEST_ID_HEADER, newRequestId),
  ];
  return {
    method: request.method ?? 'GET',
    path,
    authority,
    headers: [...without(headers, 'host'), ...added],
    hasBody: request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0,
  };
}

/** A request as far as routing looks at it. */
export function routedRequest({ method, path, authority, headers }: RequestHead): RoutedRequest {
  return { method, target: path, host: authority.replace(/:\d+$/, ''), headers: byName(headers) };
}

/** Clients of proxies write the whole address into the first line; its host is the one that counts. */
function splitTarget(target: string, host: string): Pick<RequestHead, 'authority' | 'path'> {
  const absolute = /^https?:\/\/([^/?#]+)([^#]*)/i.exec(target);
  if (absolute === null) return { authority: host, path: target };
  const rest = absolute[2] ?? '';
  return { authority: absolute[1] ?? host, path: rest.startsWith('/') ? rest : `/${rest}` };
}

function addUnlessThere(headers: HeaderList, name: string, value: () => string): HeaderList {
  return headers.some(([known]) => known === name) ? [] : [[name, value()]];
}
