import type {
  LocalBackend,
  LocalGateway,
  LocalListener,
  LocalMatch,
  LocalRoute,
  LocalRule,
} from '../manifests/topology';
import { byPrecedence } from './precedence';
import type { Route, RouteMatch, VirtualHost } from './types';

/** Name of a pool or Service in compiled routes. */
export function targetName({ kind, namespace, name }: Omit<LocalBackend, 'weight'>): string {
  return `${kind === 'InferencePool' ? 'pool' : 'service'}/${namespace}/${name}`;
}

/** Everything that a listener serves: a virtual host for each hostname, its routes in order of precedence. */
export function virtualHosts(gateway: LocalGateway, listener: LocalListener): readonly VirtualHost[] {
  const byHost = new Map<string, Route[]>();
  for (const route of gateway.routes.filter(({ listeners }) => listeners.includes(listener.name))) {
    for (const host of hostsOf(route, listener)) {
      byHost.set(host, [...(byHost.get(host) ?? []), ...route.rules.flatMap(compileRule)]);
    }
  }
  // `sort` is stable: routes of equal rank stay in the order of the manifests.
  return [...byHost].map(([host, routes]) => ({
    name: host,
    domains: [host],
    routes: routes.sort((a, b) => byPrecedence(a.match, b.match)),
  }));
}

/** Hostnames that a route has on a listener; none when the two have nothing in common. */
function hostsOf(route: LocalRoute, listener: LocalListener): readonly string[] {
  const ours = listener.hostname ?? '*';
  if (route.hostnames.length === 0) return [ours];
  return route.hostnames.flatMap((host) => intersection(host, ours) ?? []);
}

/** The narrower of two hostnames, `*` and `*.example.com` included; undefined when no name fits both. */
export function intersection(a: string, b: string): string | undefined {
  if (covers(a, b)) return b;
  return covers(b, a) ? a : undefined;
}

function covers(pattern: string, host: string): boolean {
  if (pattern === '*' || pattern === host) return true;
  return pattern.startsWith('*.') && host.endsWith(pattern.slice(1));
}

function compileRule(rule: LocalRule): readonly Route[] {
  const matches = rule.matches.length > 0 ? rule.matches.map(compileMatch) : [EVERYTHING];
  return matches.map((match) => ({
    match,
    targets: rule.backends.map((backend) => ({ name: targetName(backend), weight: backend.weight })),
    ...(rule.setHeaders.length === 0 ? {} : { setHeaders: rule.setHeaders }),
    ...(rule.redirect === undefined ? {} : { redirect: rule.redirect }),
  }));
}

const EVERYTHING: RouteMatch = { path: { kind: 'prefix', value: '/' } };

function compileMatch({ path, method, headers, queryParams }: LocalMatch): RouteMatch {
  return { path, headers, queryParams, ...(method === undefined ? {} : { method }) };
}
