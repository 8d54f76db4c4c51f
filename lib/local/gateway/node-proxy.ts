import { randomUUID } from 'node:crypto';
import { Agent, createServer, type Server } from 'node:http';
import { systemClock } from '../../picker/io/clock';
import type { Listener } from '../routing/types';
import { PickerClient } from './ext-proc-client';
import { listenOn } from './listen';
import type { ProxyParts } from './proxy-parts';
import { RequestEvents } from './request-events';
import { Rotation } from './rotation';
import { serveRequest } from './serve-request';
import {
  DEFAULT_MESSAGE_TIMEOUT_MS,
  type ListenerAddress,
  type LocalGatewayOptions,
  type LocalGatewayServer,
} from './types';

/** Limits of Envoy, so that clients find the same: all headers of a request in bytes, and an idle connection's time, ms. */
const MAX_HEADER_BYTES = 60 * 1024;
const IDLE_CONNECTION_MS = 3_600_000;

/** Idle connections that are kept for each endpoint. */
const IDLE_PER_ENDPOINT = 1024;

/**
 * A gateway in this process that treats requests as Envoy does with the configuration of `lib/local/envoy`. Throws a
 * `ListenError` when it cannot listen; nothing of it is left then.
 */
export async function startNodeProxy(options: LocalGatewayOptions): Promise<LocalGatewayServer> {
  const parts = partsOf(options);
  const servers: Server[] = [];
  const stop = async (): Promise<void> => {
    const closed = servers.map((server) => closing(server));
    for (const { picker } of parts.pools.values()) picker.close();
    parts.agent.destroy();
    await Promise.all(closed);
  };
  const listeners: ListenerAddress[] = [];
  const nextId = counter();
  try {
    for (const listener of options.listeners) {
      const server = serverOf(listener, parts, nextId);
      const { address, port } = await listenOn(server, listener);
      servers.push(server);
      listeners.push({ name: listener.name, address, port });
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    kind: 'node-proxy',
    listeners,
    // Each request asks for the endpoints anew.
    endpointsChanged: () => undefined,
    stop,
  };
}

function partsOf(options: LocalGatewayOptions): ProxyParts {
  const { clock = systemClock, random = Math.random, onFault = (): void => undefined, onRequest } = options;
  const pools = options.pools.map(({ name, picker, failureMode, endpoints }) => ({
    name,
    picker: new PickerClient(picker),
    rotation: new Rotation(endpoints),
    failsOpen: failureMode === 'FailOpen',
  }));
  const services = options.services.map(({ name, endpoints }) => ({ name, rotation: new Rotation(endpoints) }));
  return {
    agent: new Agent({ keepAlive: true, maxFreeSockets: IDLE_PER_ENDPOINT }),
    pools: new Map(pools.map((pool) => [pool.name, pool])),
    services: new Map(services.map((service) => [service.name, service])),
    messageTimeoutMs: options.messageTimeoutMs ?? DEFAULT_MESSAGE_TIMEOUT_MS,
    subsetHeader: options.subsetHeader?.toLowerCase(),
    newRequestId: randomUUID,
    clock,
    random,
    onRequest,
    onFault,
  };
}

function serverOf(listener: Listener, parts: ProxyParts, nextId: () => number): Server {
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES, requestTimeout: 0, noDelay: true });
  server.keepAliveTimeout = IDLE_CONNECTION_MS;
  server.on('request', (request, response) => {
    const events = new RequestEvents(nextId(), parts.clock, parts.onRequest);
    serveRequest({ parts, listener, events }, request, response);
  });
  return server;
}

function closing(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}

function counter(): () => number {
  let last = 0;
  return () => ++last;
}
