import type { Endpoint, EndpointLoad, EndpointMetrics } from '../../endpoint';

/** Requests on a pod that are not this picker's: those of other pickers, and of clients that go past all of them. */
export function foreignRequests(load: EndpointLoad, metrics: EndpointMetrics | undefined): number {
  if (metrics === undefined) return 0;
  const seen = load.requests - load.unseenRequests;
  return Math.max(0, (metrics.running ?? 0) + (metrics.waiting ?? 0) - seen);
}

/** Those of them that wait: the waiting ones are theirs in the proportion of all. */
export function foreignWaiting({ load }: Endpoint, metrics: EndpointMetrics | undefined): number {
  const waiting = metrics?.waiting ?? 0;
  if (waiting === 0) return 0;
  return (waiting * foreignRequests(load, metrics)) / (waiting + (metrics?.running ?? 0));
}

/** Tokens of a pod's KV cache, `otherwise` where its metrics do not say. */
export function cacheTokens(metrics: EndpointMetrics | undefined, otherwise: number): number {
  return (metrics?.blocks ?? 0) * (metrics?.blockSizeTokens ?? 0) || otherwise;
}

/**
 * Tokens that a pod's steps read over the tokens of its cache. Own tokens are known at once, and count for each request
 * that shares them, as a step reads them for each; the metrics know of others' requests.
 */
export function fullnessOf(ownTokens: number, metrics: EndpointMetrics | undefined, capacity: number): number {
  if (capacity <= 0) return 0;
  return Math.max(ownTokens / capacity, metrics?.kvCacheUsage ?? 0);
}
