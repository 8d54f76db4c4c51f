import type { Json } from '../../core/picker/config';
import type { PoolView } from '../pool/views';
import type { Endpoint, EndpointMetrics } from '../scheduling/endpoint';
import { exact } from './exact-number';

/** The pool and its endpoints as they are at a clock time. */
export function stateOfPool(pool: PoolView, now: number): Json {
  const { name, namespace, synced, measured, endpoints } = pool;
  return { name, namespace, synced, measured, endpoints: endpoints.map((endpoint) => stateOf(endpoint, now)) };
}

function stateOf(endpoint: Endpoint, now: number): Json {
  const { id, slot, generation, hostPort, labels, load, metrics, readyAt, unreachable = false } = endpoint;
  return {
    id,
    slot,
    generation,
    hostPort,
    labels,
    unreachable,
    readyForMs: exact(now - readyAt),
    load: {
      requests: load.requests,
      unseenRequests: load.unseenRequests,
      prefillTokens: load.prefillTokens,
      decodeTokens: load.decodeTokens,
      pickedMsAgo: exact(now - load.lastPickedAt),
    },
    metrics: metrics === undefined ? null : { ageMs: exact(now - metrics.at), ...readingOf(metrics) },
  };
}

function readingOf(metrics: EndpointMetrics): Readonly<Record<string, Json>> {
  return {
    waiting: metrics.waiting ?? null,
    running: metrics.running ?? null,
    kvCacheUsage: metrics.kvCacheUsage ?? null,
    runningAdapters: [...metrics.runningAdapters],
    waitingAdapters: [...metrics.waitingAdapters],
    maxAdapters: metrics.maxAdapters,
    blockSizeTokens: metrics.blockSizeTokens ?? null,
    blocks: metrics.blocks ?? null,
  };
}
