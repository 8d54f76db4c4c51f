import type { RouteMatch } from './types';

/**
 * Order of two matches of one host, as Gateway API ranks them: an exact path, then a prefix, then a regular expression;
 * the longer path; one with a method; more headers; more query parameters. Zero leaves the order of the manifests.
 * @see https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule
 */
export function byPrecedence(a: RouteMatch, b: RouteMatch): number {
  return (
    PATH_RANKS[a.path.kind] - PATH_RANKS[b.path.kind] ||
    b.path.value.length - a.path.value.length ||
    Number(b.method !== undefined) - Number(a.method !== undefined) ||
    (b.headers?.length ?? 0) - (a.headers?.length ?? 0) ||
    (b.queryParams?.length ?? 0) - (a.queryParams?.length ?? 0)
  );
}

const PATH_RANKS = { exact: 0, prefix: 1, regex: 2 } as const;
