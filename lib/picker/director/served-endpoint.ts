import type { Endpoint } from '../scheduling/endpoint';

/**
 * The endpoint that the gateway names as the one that served: among those of the decision first, since they may have
 * left the pool. Undefined when nobody knows it, or when the name is not one.
 */
export function servedEndpoint(
  served: string,
  chosen: readonly Endpoint[],
  pool: readonly Endpoint[],
): Endpoint | undefined {
  const name = served.trim().toLowerCase();
  const named = ({ hostPort, address, port }: Endpoint): boolean => hostPort === name || `${address}:${port}` === name;
  return chosen.find(named) ?? pool.find(named);
}
