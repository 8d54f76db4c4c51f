import { type EnvoyJson } from '../../../lib/local/envoy/any';
import { envoyBootstrap } from '../../../lib/local/envoy/bootstrap';
import { endpointsFile } from '../../../lib/local/envoy/clusters';
import type { EnvoyPool, EnvoyStack } from '../../../lib/local/envoy/types';
import type { Route } from '../../../lib/local/routing/types';

const loopback = (port: number): { address: string; port: number } => ({ address: '127.0.0.1', port });

const pool: EnvoyPool = {
  name: 'llama',
  picker: { ...loopback(9002), tls: true, healthPort: 9003 },
  failureMode: 'FailOpen',
  reach: { kind: 'original-dst' },
};

function stack(routes: readonly Route[], more: Partial<EnvoyStack> = {}): EnvoyStack {
  const virtualHosts = [{ name: 'all', domains: ['*'], routes }];
  return {
    admin: loopback(9901),
    listeners: [{ name: 'http', ...loopback(8080), virtualHosts }],
    pools: [pool],
    services: [],
    ...more,
  };
}

/** The part of a bootstrap that a path of keys and indices leads to. */
function at(value: EnvoyJson, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((part, key) => (part as Record<string, unknown>)[key], value);
}

const manager = ['static_resources', 'listeners', 0, 'filter_chains', 0, 'filters', 0, 'typed_config'] as const;
const toLlama = { match: { path: { kind: 'prefix', value: '/' } }, targets: [{ name: 'llama', weight: 1 }] } as const;

function firstRoute(route: Route, more: Partial<EnvoyStack> = {}): EnvoyJson {
  const routes = ['route_config', 'virtual_hosts', 0, 'routes', 0];
  return at(envoyBootstrap(stack([route], more)), ...manager, ...routes) as EnvoyJson;
}

test('bodies go to the picker in full duplex, with trailers, as every gateway sends them', () => {
  expect(
    at(envoyBootstrap(stack([toLlama])), ...manager, 'http_filters', 0, 'typed_config', 'processing_mode'),
  ).toEqual({
    request_header_mode: 'SEND',
    request_body_mode: 'FULL_DUPLEX_STREAMED',
    request_trailer_mode: 'SEND',
    response_header_mode: 'SEND',
    response_body_mode: 'FULL_DUPLEX_STREAMED',
    response_trailer_mode: 'SEND',
  });
});

test('a stack without pools has no picker to ask', () => {
  const service = { name: 'web', endpoints: [loopback(8001)] };
  const plain = stack([{ ...toLlama, targets: [{ name: 'web', weight: 1 }] }], { pools: [], services: [service] });

  const filters = at(envoyBootstrap(plain), ...manager, 'http_filters') as readonly { name: string }[];
  expect(filters.map(({ name }) => name)).toEqual(['envoy.filters.http.router']);
});

test('a route asks the picker of its pool and fails open where the pool does', () => {
  const cluster = at(firstRoute(toLlama), 'route', 'weighted_clusters', 'clusters', 0) as EnvoyJson;

  expect(at(cluster, 'typed_per_filter_config', 'endpoint-picker', 'overrides')).toEqual({
    grpc_service: { envoy_grpc: { cluster_name: 'picker-of-llama', authority: 'picker' }, timeout: '0s' },
    failure_mode_allow: true,
  });
});

test('a route to a plain Service asks no picker', () => {
  const service = { name: 'web', endpoints: [loopback(8001)] };
  const route = firstRoute({ ...toLlama, targets: [{ name: 'web', weight: 1 }] }, { services: [service] });

  const clusters = ['route', 'weighted_clusters', 'clusters', 0, 'typed_per_filter_config', 'endpoint-picker'];
  expect(at(route, ...clusters)).toMatchObject({ disabled: true });
});

test('a route without a target that has weight answers 500', () => {
  expect(firstRoute({ ...toLlama, targets: [{ name: 'llama', weight: 0 }] })).toEqual({
    match: { prefix: '/' },
    direct_response: { status: 500 },
  });
});

test.each([
  [{ kind: 'prefix', value: '/' } as const, { prefix: '/' }],
  [{ kind: 'prefix', value: '/v1/' } as const, { path_separated_prefix: '/v1' }],
  [{ kind: 'exact', value: '/v1/models' } as const, { path: '/v1/models' }],
  [{ kind: 'regex', value: '/v[12]/.*' } as const, { safe_regex: { regex: '/v[12]/.*' } }],
])('path %j is matched as %j', (path, expected) => {
  expect(firstRoute({ ...toLlama, match: { path } })['match']).toEqual(expected);
});

test('method, headers and query parameters are matched together', () => {
  const match = {
    path: { kind: 'prefix', value: '/' },
    method: 'POST',
    headers: [{ name: 'x-tier', kind: 'exact', value: 'gold' }],
    queryParams: [{ name: 'beta', kind: 'regex', value: '1|true' }],
  } as const;

  expect(firstRoute({ ...toLlama, match })['match']).toEqual({
    prefix: '/',
    headers: [
      { name: ':method', string_match: { exact: 'POST' } },
      { name: 'x-tier', string_match: { exact: 'gold' } },
    ],
    query_parameters: [{ name: 'beta', string_match: { safe_regex: { regex: '1|true' } } }],
  });
});

test('the subset header becomes the hint for the picker and goes no further', () => {
  const bootstrap = envoyBootstrap(stack([toLlama], { subsetHeader: 'x-subset' }));

  expect(at(bootstrap, ...manager, 'http_filters', 0, 'typed_config', 'request_rules', 0)).toEqual({
    header: 'x-subset',
    on_header_present: {
      metadata_namespace: 'envoy.lb.subset_hint',
      key: 'x-gateway-destination-endpoint-subset',
      type: 'STRING',
    },
  });
  expect(at(bootstrap, ...manager, 'route_config', 'request_headers_to_remove')).toEqual(['x-subset']);
});

test('the file of a pool names its endpoints', () => {
  expect(endpointsFile('llama', [loopback(8001)], '7')).toEqual({
    version_info: '7',
    resources: [
      {
        '@type': 'type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment',
        cluster_name: 'llama',
        endpoints: [
          { lb_endpoints: [{ endpoint: { address: { socket_address: { address: '127.0.0.1', port_value: 8001 } } } }] },
        ],
      },
    ],
  });
});

test('the endpoints of a Service may be in a file that Envoy watches', () => {
  const service = { name: 'web', endpoints: { path: '/run/web/endpoints.json', watchedFolder: '/run/web' } };

  const bootstrap = envoyBootstrap(stack([toLlama], { pools: [], services: [service] }));

  expect(at(bootstrap, 'static_resources', 'clusters', 0)).toMatchObject({
    name: 'web',
    type: 'EDS',
    eds_cluster_config: {
      eds_config: {
        path_config_source: { path: '/run/web/endpoints.json', watched_directory: { path: '/run/web' } },
        resource_api_version: 'V3',
      },
    },
  });
});

test('a port in the host does not keep a request from its hostname', () => {
  const bootstrap = envoyBootstrap(stack([toLlama]));

  expect(at(bootstrap, ...manager, 'route_config', 'ignore_port_in_host_matching')).toBe(true);
});
