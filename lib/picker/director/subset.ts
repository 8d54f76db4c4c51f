import type { Endpoint } from '../scheduling/endpoint';

/** Which endpoints a gateway allows. */
interface Allowed {
  /** Addresses without a port: every port of the pod. */
  readonly addresses: ReadonlySet<string>;
  readonly hostPorts: ReadonlySet<string>;
}

/**
 * The endpoints that the gateway's subset hint allows, in their order: the array itself when there is no hint. An entry
 * is `ip:port`, or `ip` alone for all ports of a pod; IPv6 addresses stand in brackets, those without a port may go
 * without. Entries that name no endpoint of the pool, or are no address at all, match nothing.
 */
export function allowedBySubset(
  endpoints: readonly Endpoint[],
  subset: readonly string[] | undefined,
): readonly Endpoint[] {
  if (subset === undefined) return endpoints;
  const { addresses, hostPorts } = parseSubset(subset);
  return endpoints.filter(
    ({ address, port, hostPort }) =>
      addresses.has(address) || hostPorts.has(hostPort) || hostPorts.has(`${address}:${port}`),
  );
}

function parseSubset(subset: readonly string[]): Allowed {
  const addresses = new Set<string>();
  const hostPorts = new Set<string>();
  for (const raw of subset) {
    for (const part of raw.split(',')) {
      const entry = canonical(part.trim().toLowerCase());
      if (entry === '') continue;
      // `fd00::1` has no port: whoever means one writes brackets, which `canonical` has kept then.
      const colons = entry.split(':').length - 1;
      if (colons === 1 || entry.startsWith('[')) hostPorts.add(entry);
      else addresses.add(entry);
    }
  }
  return { addresses, hostPorts };
}

/** `[fd00::1]` without its brackets; everything else as it is. */
function canonical(entry: string): string {
  return entry.startsWith('[') && entry.endsWith(']') ? entry.slice(1, -1) : entry;
}
