import type { Random } from '../../picker/time';
import type { Route, RouteMatch, ValueMatch, VirtualHost } from './types';

/** A request as far as routing looks at it. */
export interface RoutedRequest {
  readonly method: string;
  /** With query. */
  readonly target: string;
  /** Without port. */
  readonly host: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** The route that a request takes: of the most specific host, the first that matches. */
export function findRoute(hosts: readonly VirtualHost[], request: RoutedRequest): Route | undefined {
  const host = hostOf(hosts, request.host.toLowerCase());
  return host?.routes.find(({ match }) => matches(match, request));
}

function hostOf(hosts: readonly VirtualHost[], name: string): VirtualHost | undefined {
  const specificity = (domain: string): number => {
    if (domain === name) return Number.MAX_SAFE_INTEGER;
    if (domain === '*') return 0;
    return domain.startsWith('*.') && name.endsWith(domain.slice(1)) ? domain.length : -1;
  };
  const ranked = hosts
    .map((host) => ({ host, rank: Math.max(...host.domains.map(specificity)) }))
    .filter(({ rank }) => rank >= 0)
    .sort((a, b) => b.rank - a.rank);
  return ranked[0]?.host;
}

/** One target of a route, by weight; undefined when none has any. */
export function chooseTarget({ targets }: Route, random: Random): string | undefined {
  const total = targets.reduce((sum, { weight }) => sum + weight, 0);
  let left = random() * total;
  for (const { name, weight } of targets) {
    left -= weight;
    if (left < 0) return name;
  }
  return undefined;
}

/** Whether a request has everything that a match asks for. */
export function matches(match: RouteMatch, request: RoutedRequest): boolean {
  const [path = '/', query = ''] = splitOnce(request.target, '?');
  return (
    pathMatches(match.path, path) &&
    (match.method === undefined || match.method === request.method) &&
    (match.headers ?? []).every((header) => valueMatches(header, request.headers[header.name])) &&
    queryMatches(match.queryParams ?? [], query)
  );
}

function splitOnce(text: string, separator: string): readonly string[] {
  const i = text.indexOf(separator);
  return i < 0 ? [text] : [text.slice(0, i), text.slice(i + 1)];
}

/** Prefixes match whole path elements: `/v1` is a prefix of `/v1` and `/v1/models`, not of `/v10`. */
function pathMatches({ kind, value }: RouteMatch['path'], path: string): boolean {
  switch (kind) {
    case 'exact':
      return path === value;
    case 'regex':
      return wholly(value).test(path);
    case 'prefix': {
      const prefix = value.replace(/\/+$/, '');
      return path === prefix || path.startsWith(`${prefix}/`);
    }
  }
}

function queryMatches(wanted: readonly ValueMatch[], query: string): boolean {
  if (wanted.length === 0) return true;
  const given = new URLSearchParams(query);
  return wanted.every((match) => valueMatches(match, given.get(match.name) ?? undefined));
}

function valueMatches({ kind, value }: ValueMatch, given: string | undefined): boolean {
  if (given === undefined) return false;
  return kind === 'exact' ? given === value : wholly(value).test(given);
}

const compiled = new Map<string, RegExp>();

/** Gateways match the whole text, not a part. */
function wholly(pattern: string): RegExp {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  const expression = new RegExp(`^(?:${pattern})$`, 'u');
  compiled.set(pattern, expression);
  return expression;
}
