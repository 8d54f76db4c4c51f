import type { LocalGateway, LocalListener, Topology } from '../manifests/topology';
import { virtualHosts } from '../routing/compile';
import type { Listener, VirtualHost } from '../routing/types';

/** Listeners of all gateways as they are played, the one that leads to pools first. */
export interface PlayedListeners {
  readonly listeners: readonly Omit<Listener, 'port' | 'address'>[];
  readonly notes: readonly string[];
}

/** Protocols that are played. TLS would need a certificate that clients trust, so it is left out. */
const PLAYED = ['HTTP', 'HTTPS'];

/** Names by which this machine is reached. */
const LOCAL_NAMES = ['localhost', '127.0.0.1'];

/** Which listeners a local gateway has, without their ports: one for each port of a Gateway. */
export function playedListeners({ gateways }: Topology): PlayedListeners {
  const notes: string[] = [];
  const listeners = gateways.flatMap((gateway) => listenersOf(gateway, notes));
  const toPools = listeners.findIndex(({ virtualHosts: hosts }) => leadsSomewhere(hosts));
  const first = listeners[Math.max(0, toPools)];
  return {
    listeners: first === undefined ? [] : [first, ...listeners.filter((listener) => listener !== first)],
    notes,
  };
}

function listenersOf(gateway: LocalGateway, notes: string[]): PlayedListeners['listeners'] {
  const byPort = new Map<number, LocalListener[]>();
  for (const listener of gateway.listeners) {
    const place = `listener ${listener.name} of Gateway ${gateway.namespace}/${gateway.name}`;
    if (!PLAYED.includes(listener.protocol)) {
      notes.push(`${place} is left out: ${listener.protocol} is not played`);
      continue;
    }
    if (listener.protocol === 'HTTPS') notes.push(`${place} is served as plain HTTP`);
    byPort.set(listener.port, [...(byPort.get(listener.port) ?? []), listener]);
  }
  return [...byPort.values()].map((ports) => ({
    name: [gateway.namespace, gateway.name, ...ports.map(({ name }) => name)].join('/'),
    virtualHosts: withLocalNames(
      ports.flatMap((listener) => virtualHosts(gateway, listener)),
      notes,
    ),
  }));
}

function leadsSomewhere(hosts: readonly VirtualHost[]): boolean {
  return hosts.some(({ routes }) => routes.some(({ targets }) => targets.length > 0));
}

/** Lets clients without the right name in: the first host that leads somewhere takes this machine's names too. */
function withLocalNames(hosts: readonly VirtualHost[], notes: string[]): readonly VirtualHost[] {
  if (hosts.some(({ domains }) => domains.includes('*'))) return hosts;
  const main = hosts.find((host) => leadsSomewhere([host]));
  if (main === undefined) return hosts;
  notes.push(`${main.domains.join(', ')} is reached as localhost too`);
  return hosts.map((host) => (host === main ? { ...host, domains: [...host.domains, ...LOCAL_NAMES] } : host));
}
