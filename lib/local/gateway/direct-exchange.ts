import type { Agent } from 'node:http';
import type { SocketAddress } from '../routing/types';
import type { ClientSide } from './client-side';
import type { RequestEvents } from './request-events';
import { UpstreamCall, type UpstreamRequest } from './upstream-call';

export interface DirectExchangeOptions {
  readonly client: ClientSide;
  readonly agent: Agent;
  readonly events: RequestEvents;
  /** Name of the pool or Service. */
  readonly target: string;
  readonly candidates: readonly SocketAddress[];
  readonly request: UpstreamRequest;
  /** What was read of the body before. */
  readonly read?: readonly Uint8Array[];
  /** Whether all of the body was read before. */
  readonly isRead?: boolean;
}

/** Carries a request to an endpoint and its answer back; no picker is asked. */
export function exchangeDirectly(options: DirectExchangeOptions): void {
  const { client, agent, candidates, request, events, target, read = [], isRead = false } = options;
  const upstream = new UpstreamCall({
    agent,
    candidates,
    request,
    handlers: {
      connected: (endpoint) => {
        events.endpoint(target, endpoint);
      },
      response: ({ status, headers, hasBody }) => {
        client.respond(status, headers, hasBody);
      },
      data: (chunk) => client.write(chunk),
      end: () => {
        client.end();
      },
      drained: () => {
        client.resume();
      },
      failed: (why) => {
        client.reply(503, unreachable(target, why));
      },
    },
  });
  for (const chunk of read) upstream.write(chunk);
  if (isRead) upstream.end();
  client.attach({
    data: (chunk) => upstream.write(chunk),
    end: () => {
      upstream.end();
    },
    drained: () => {
      upstream.resume();
    },
    gone: () => {
      upstream.cancel();
    },
  });
  client.resume();
}

/** What a client reads when no endpoint served its request. */
export function unreachable(target: string, why: string): string {
  return `no endpoint of ${target} answered: ${why}\n`;
}
