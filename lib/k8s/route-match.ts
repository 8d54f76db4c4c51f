import * as gateway from '../../imports/gateway.networking.k8s.io';
import { present } from './present';

/** Requests that a route takes: all that is given must hold. */
export interface RouteMatch {
  /**
   * Beginning of the path. The model server sees the whole path, as GKE cannot rewrite it.
   * @default - every path
   */
  readonly pathPrefix?: string;
  /**
   * The whole path, in place of a beginning.
   * @default - every path
   */
  readonly path?: string;
  /**
   * Headers with these exact values.
   * @default - any
   */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Query parameters with these exact values.
   * @default - any
   */
  readonly queryParams?: Readonly<Record<string, string>>;
}

/** A match as the HTTPRoute writes it. */
export function matchSpec(match: RouteMatch): gateway.HttpRouteSpecRulesMatches {
  return present<gateway.HttpRouteSpecRulesMatches>({
    path: pathSpec(match),
    headers: pairs(match.headers)?.map(([name, value]) => ({
      name,
      value,
      type: gateway.HttpRouteSpecRulesMatchesHeadersType.EXACT,
    })),
    queryParams: pairs(match.queryParams)?.map(([name, value]) => ({
      name,
      value,
      type: gateway.HttpRouteSpecRulesMatchesQueryParamsType.EXACT,
    })),
  });
}

function pathSpec(match: RouteMatch): gateway.HttpRouteSpecRulesMatchesPath {
  const types = gateway.HttpRouteSpecRulesMatchesPathType;
  if (match.path !== undefined) return { type: types.EXACT, value: match.path };
  return { type: types.PATH_PREFIX, value: match.pathPrefix ?? '/' };
}

function pairs(values: Readonly<Record<string, string>> | undefined): readonly [string, string][] | undefined {
  const entries = Object.entries(values ?? {});
  return entries.length > 0 ? entries.sort(([a], [b]) => (a < b ? -1 : 1)) : undefined;
}

/** Text that is equal for two matches that take the same requests. */
export function matchKey(match: RouteMatch): string {
  const lower = pairs(match.headers)?.map(([name, value]) => [name.toLowerCase(), value]);
  // A prefix matches whole parts of a path, so a slash at its end changes nothing.
  const prefix = (match.pathPrefix ?? '/').replace(/(.)\/+$/, '$1');
  return JSON.stringify([match.path ?? null, prefix, lower ?? [], pairs(match.queryParams) ?? []]);
}
