import type { IncomingMessage, ServerResponse } from 'node:http';
import { chooseTarget, findRoute } from '../routing/match';
import type { Listener, Route } from '../routing/types';
import { ClientSide } from './client-side';
import { exchangeDirectly } from './direct-exchange';
import { PoolExchange } from './pool-exchange';
import type { ProxyParts } from './proxy-parts';
import type { RequestEvents } from './request-events';
import { readHead, type RequestHead, routedRequest } from './request-head';
import { upstreamRequest } from './upstream-request';

/** A request and who looks after it. */
interface Served {
  readonly parts: ProxyParts;
  readonly listener: Listener;
  readonly client: ClientSide;
  readonly events: RequestEvents;
}

/** Answers a client's request: from where its route leads, or in the gateway's own words. */
export function serveRequest(
  { parts, listener, events }: Omit<Served, 'client'>,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const client = new ClientSide(request, response, events);
  events.start(listener.name, request.method ?? 'GET', request.url ?? '/');
  try {
    const head = readHead(request, parts.newRequestId);
    if ('status' in head) client.reply(head.status, '');
    else takeRoute({ parts, listener, client, events }, head);
  } catch (error) {
    parts.onFault(error);
    client.reply(500, 'the gateway failed\n');
  }
}

function takeRoute(served: Served, head: RequestHead): void {
  const { client, listener } = served;
  const route = findRoute(listener.virtualHosts, routedRequest(head));
  if (route === undefined) client.reply(404, '');
  else if (route.redirect !== undefined) client.reply(route.redirect.status, '', [['location', location(route, head)]]);
  else forward(served, head, route);
}

/** Envoy leaves out the port of plain HTTP when it changes the scheme. */
function location({ redirect }: Route, { authority, path }: RequestHead): string {
  const scheme = redirect?.scheme ?? 'http';
  return `${scheme}://${scheme === 'http' ? authority : authority.replace(/:80$/, '')}${path}`;
}

function forward({ parts, client, events }: Served, head: RequestHead, route: Route): void {
  const target = chooseTarget(route, parts.random);
  const pool = parts.pools.get(target ?? '');
  if (pool !== undefined) {
    new PoolExchange({ parts, pool, route, head, client, events });
    return;
  }
  const service = parts.services.get(target ?? '');
  if (service === undefined) {
    client.reply(500, target === undefined ? '' : `the gateway does not know ${target}\n`);
    return;
  }
  const { agent } = parts;
  const { name, rotation } = service;
  const request = upstreamRequest(head, head.headers, route);
  exchangeDirectly({ client, agent, events, target: name, candidates: rotation.candidates(), request });
}
