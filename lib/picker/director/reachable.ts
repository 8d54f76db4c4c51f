import type { Endpoint } from '../scheduling/endpoint';
import { keep } from '../scheduling/filters/keep';

/**
 * The endpoints without those whose address refuses connections: Kubernetes takes a while to call such a pod unready,
 * and until then it looks idle, because every request that it gets has failed at once. All of them where none is left:
 * the gateway may get through where this process does not.
 */
export function reachable(endpoints: readonly Endpoint[]): readonly Endpoint[] {
  const left = keep(endpoints, ({ unreachable }) => unreachable !== true);
  return left.length > 0 ? left : endpoints;
}

/** The endpoints that `reachable` left out, from what it was given and what it gave: by now they may be reachable. */
export function leftOut(given: readonly Endpoint[], kept: readonly Endpoint[]): readonly Endpoint[] {
  if (given.length === kept.length) return [];
  const candidates = new Set(kept);
  return given.filter((endpoint) => !candidates.has(endpoint));
}
