import { DESTINATION_ENDPOINT_HEADER } from '../../core/headers';
import { any, type EnvoyJson, socketAddress } from './any';
import type { EndpointsFileSource, EnvoyPool, EnvoyService } from './types';
import type { SocketAddress } from '../routing/types';

/** Envoy names a cluster with each of these; a picker's differs from its pool's. */
export const pickerCluster = (pool: string): string => `picker-of-${pool}`;

/** Envoy's defaults of 1,024 would be the first thing that a load test meets. */
const ROOMY = {
  thresholds: [{ max_connections: 40_000, max_pending_requests: 40_000, max_requests: 40_000, max_retries: 1024 }],
};

const SERVED_KEY = `${DESTINATION_ENDPOINT_HEADER}-served`;

/** The model servers of a pool, reached as its picker says. */
export function poolCluster(pool: EnvoyPool): EnvoyJson {
  const base = { name: pool.name, connect_timeout: '2s', circuit_breakers: ROOMY };
  const { reach } = pool;
  switch (reach.kind) {
    case 'original-dst':
      return {
        ...base,
        type: 'ORIGINAL_DST',
        lb_policy: 'CLUSTER_PROVIDED',
        original_dst_lb_config: { use_http_header: true, http_header_name: DESTINATION_ENDPOINT_HEADER },
      };
    case 'override-host':
      return {
        ...base,
        type: 'STATIC',
        load_balancing_policy: overrideHost(),
        load_assignment: loadAssignment(pool.name, reach.endpoints),
      };
    case 'override-host-file':
      return {
        ...base,
        load_balancing_policy: overrideHost(),
        ...endpointsFrom(reach),
      };
  }
}

/** Content of the file of a pool's or Service's endpoints; write it elsewhere and rename it into place. */
export function endpointsFile(cluster: string, endpoints: readonly SocketAddress[], version: string): EnvoyJson {
  return {
    version_info: version,
    resources: [any('config.endpoint.v3.ClusterLoadAssignment', loadAssignment(cluster, endpoints))],
  };
}

/** The endpoint picker of a pool, over HTTP/2 and, with a self-signed certificate, TLS. */
export function pickerOf({ name, picker }: EnvoyPool): EnvoyJson {
  const cluster = pickerCluster(name);
  return {
    name: cluster,
    type: 'STATIC',
    connect_timeout: '1s',
    circuit_breakers: ROOMY,
    typed_extension_protocol_options: {
      'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': any(
        'extensions.upstreams.http.v3.HttpProtocolOptions',
        { explicit_http_config: { http2_protocol_options: {} } },
      ),
    },
    // With every picker unhealthy Envoy would ask them all the same, and find out only after it has sent the body: too
    // late to fail open.
    common_lb_config: { healthy_panic_threshold: { value: 0 } },
    health_checks: [
      {
        timeout: '2s',
        interval: '1s',
        // While nothing runs through it Envoy would look only once a minute.
        no_traffic_interval: '1s',
        unhealthy_threshold: 2,
        healthy_threshold: 1,
        grpc_health_check: { service_name: 'envoy.service.ext_proc.v3.ExternalProcessor' },
        // The port of the health checks has no TLS.
        transport_socket_match_criteria: { plaintext: true },
      },
    ],
    transport_socket_matches: [
      { name: 'health', match: { plaintext: true }, transport_socket: { name: 'raw', typed_config: rawBuffer() } },
      ...(picker.tls
        ? [{ name: 'ext-proc', match: {}, transport_socket: { name: 'tls', typed_config: unverifiedTls() } }]
        : []),
    ],
    load_assignment: {
      cluster_name: cluster,
      endpoints: [
        {
          lb_endpoints: [
            {
              endpoint: {
                address: socketAddress(picker),
                health_check_config: { port_value: picker.healthPort },
              },
            },
          ],
        },
      ],
    },
  };
}

/** A plain Service, as kube-proxy would spread it. */
export function serviceCluster(service: EnvoyService): EnvoyJson {
  const { name, endpoints } = service;
  return {
    name,
    connect_timeout: '2s',
    lb_policy: 'ROUND_ROBIN',
    circuit_breakers: ROOMY,
    ...('path' in endpoints
      ? endpointsFrom(endpoints)
      : { type: 'STATIC', load_assignment: loadAssignment(name, endpoints) }),
  };
}

/** Endpoints that may change while Envoy runs. */
function endpointsFrom({ path, watchedFolder }: EndpointsFileSource): EnvoyJson {
  const source = { path, watched_directory: { path: watchedFolder } };
  return {
    type: 'EDS',
    eds_cluster_config: { eds_config: { path_config_source: source, resource_api_version: 'V3' } },
  };
}

function rawBuffer(): EnvoyJson {
  return any('extensions.transport_sockets.raw_buffer.v3.RawBuffer', {});
}

/** Gateways do not verify a picker's certificate: it is self-signed. */
function unverifiedTls(): EnvoyJson {
  return any('extensions.transport_sockets.tls.v3.UpstreamTlsContext', {
    sni: 'picker',
    common_tls_context: { alpn_protocols: ['h2'] },
  });
}

function overrideHost(): EnvoyJson {
  const inTurn = any('extensions.load_balancing_policies.round_robin.v3.RoundRobin', {});
  const policy = any('extensions.load_balancing_policies.override_host.v3.OverrideHost', {
    override_host_sources: [
      { header: DESTINATION_ENDPOINT_HEADER },
      { metadata: { key: 'envoy.lb', path: [{ key: DESTINATION_ENDPOINT_HEADER }] } },
    ],
    selected_host_key: { key: 'envoy.lb', path: [{ key: SERVED_KEY }] },
    fallback_policy: { policies: [{ typed_extension_config: { name: 'in-turn', typed_config: inTurn } }] },
  });
  return { policies: [{ typed_extension_config: { name: 'override-host', typed_config: policy } }] };
}

function loadAssignment(cluster: string, endpoints: readonly SocketAddress[]): EnvoyJson {
  const lbEndpoints = endpoints.map((endpoint) => ({ endpoint: { address: socketAddress(endpoint) } }));
  return { cluster_name: cluster, endpoints: [{ lb_endpoints: lbEndpoints }] };
}
