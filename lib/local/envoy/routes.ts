import { any, type EnvoyJson } from './any';
import { pickerCluster } from './clusters';
import type { EnvoyPool } from './types';
import type { Route, RouteMatch, VirtualHost } from '../routing/types';

/** Name of the ext_proc filter; routes refer to it. */
export const EXT_PROC_FILTER = 'endpoint-picker';

/** A virtual host whose routes ask the picker of the pool that they lead to. */
export function virtualHost(host: VirtualHost, pools: readonly EnvoyPool[]): EnvoyJson {
  return { name: host.name, domains: host.domains, routes: host.routes.map((route) => routeOf(route, pools)) };
}

function routeOf(route: Route, pools: readonly EnvoyPool[]): EnvoyJson {
  if (route.redirect !== undefined) return { match: matchOf(route.match), redirect: redirectOf(route.redirect) };
  const targets = route.targets.filter(({ weight }) => weight > 0);
  if (targets.length === 0) return { match: matchOf(route.match), direct_response: { status: 500 } };
  const setHeaders = (route.setHeaders ?? []).map(([key, value]) => ({
    header: { key, value },
    append_action: 'OVERWRITE_IF_EXISTS_OR_ADD',
  }));
  return {
    match: matchOf(route.match),
    ...(setHeaders.length === 0 ? {} : { request_headers_to_add: setHeaders }),
    route: {
      weighted_clusters: {
        clusters: targets.map(({ name, weight }) => ({
          name,
          weight,
          typed_per_filter_config: { [EXT_PROC_FILTER]: askPicker(pools.find((pool) => pool.name === name)) },
        })),
      },
      // Generations take minutes.
      timeout: '0s',
      idle_timeout: '0s',
      retry_policy: {
        retry_on: 'connect-failure,refused-stream,reset-before-request',
        num_retries: 2,
        // What the fallback policy chooses must not be the pod that just failed.
        retry_host_predicate: [
          {
            name: 'envoy.retry_host_predicates.previous_hosts',
            typed_config: any('extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate', {}),
          },
        ],
        host_selection_retry_max_attempts: 3,
      },
    },
  };
}

/** Envoy's names of the statuses that a redirect may have. */
const REDIRECTS: Readonly<Record<number, string>> = {
  301: 'MOVED_PERMANENTLY',
  302: 'FOUND',
  303: 'SEE_OTHER',
  307: 'TEMPORARY_REDIRECT',
  308: 'PERMANENT_REDIRECT',
};

function redirectOf({ scheme, status }: NonNullable<Route['redirect']>): EnvoyJson {
  return {
    ...(scheme === undefined ? {} : { scheme_redirect: scheme }),
    response_code: REDIRECTS[status] ?? 'FOUND',
  };
}

function askPicker(pool: EnvoyPool | undefined): EnvoyJson {
  const type = 'extensions.filters.http.ext_proc.v3.ExtProcPerRoute';
  if (pool === undefined) return any(type, { disabled: true });
  return any(type, {
    overrides: {
      grpc_service: pickerService(pool),
      failure_mode_allow: pool.failureMode === 'FailOpen',
    },
  });
}

/** The stream to a picker lives as long as its request. */
export function pickerService(pool: EnvoyPool): EnvoyJson {
  return { envoy_grpc: { cluster_name: pickerCluster(pool.name), authority: 'picker' }, timeout: '0s' };
}

function matchOf(match: RouteMatch): EnvoyJson {
  const text = (kind: 'exact' | 'regex', value: string): EnvoyJson =>
    kind === 'exact' ? { exact: value } : { safe_regex: { regex: value } };
  const headers = [
    ...(match.method === undefined ? [] : [{ name: ':method', string_match: { exact: match.method } }]),
    ...(match.headers ?? []).map(({ name, kind, value }) => ({ name, string_match: text(kind, value) })),
  ];
  const queryParams = (match.queryParams ?? []).map(({ name, kind, value }) => ({
    name,
    string_match: text(kind, value),
  }));
  return {
    ...pathOf(match.path),
    ...(headers.length === 0 ? {} : { headers }),
    ...(queryParams.length === 0 ? {} : { query_parameters: queryParams }),
  };
}

/** Gateway API's prefixes match whole path elements: `/v1` is no prefix of `/v10`. */
function pathOf({ kind, value }: RouteMatch['path']): EnvoyJson {
  switch (kind) {
    case 'exact':
      return { path: value };
    case 'regex':
      return { safe_regex: { regex: value } };
    case 'prefix': {
      const prefix = value.replace(/\/+$/, '');
      return prefix === '' ? { prefix: '/' } : { path_separated_prefix: prefix };
    }
  }
}
