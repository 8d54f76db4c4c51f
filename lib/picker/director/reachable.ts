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
