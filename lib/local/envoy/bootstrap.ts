import { any, type EnvoyJson, socketAddress } from './any';
import { pickerOf, poolCluster, serviceCluster } from './clusters';
import { EXT_PROC_FILTER, pickerService, virtualHost } from './routes';
import type { EnvoyStack } from './types';
import type { Listener } from '../routing/types';

/**
 * Configuration of an Envoy that asks endpoint pickers as GKE's and other gateways do: full-duplex bodies, trailers
 * sent, the picker's metadata believed. JSON is YAML, so it can be written to Envoy's file as it is.
 */
export function envoyBootstrap(stack: EnvoyStack): EnvoyJson {
  return {
    admin: { address: socketAddress(stack.admin) },
    // Nothing is fetched and nobody is told.
    node: { id: 'inference-gateway', cluster: 'inference-gateway' },
    static_resources: {
      listeners: stack.listeners.map((listener) => listenerOf(listener, stack)),
      clusters: [...stack.pools.map(poolCluster), ...stack.pools.map(pickerOf), ...stack.services.map(serviceCluster)],
    },
  };
}

function listenerOf(listener: Listener, stack: EnvoyStack): EnvoyJson {
  const manager = any('extensions.filters.network.http_connection_manager.v3.HttpConnectionManager', {
    stat_prefix: listener.name,
    codec_type: 'AUTO',
    stream_idle_timeout: '0s',
    request_timeout: '0s',
    http_filters: [...subsetFilter(stack), ...extProcFilter(stack), router()],
    route_config: {
      name: listener.name,
      // Clients of a port of their own name it in the host; hostnames of routes have none.
      ignore_port_in_host_matching: true,
      virtual_hosts: listener.virtualHosts.map((host) => virtualHost(host, stack.pools)),
      ...(stack.subsetHeader === undefined ? {} : { request_headers_to_remove: [stack.subsetHeader] }),
    },
  });
  return {
    name: listener.name,
    address: socketAddress(listener),
    per_connection_buffer_limit_bytes: 1_048_576,
    filter_chains: [{ filters: [{ name: 'envoy.filters.network.http_connection_manager', typed_config: manager }] }],
  };
}

function extProcFilter({ pools, messageTimeoutMs = 10_000 }: EnvoyStack): readonly EnvoyJson[] {
  const [first] = pools;
  // Routes say which picker to ask; the filter itself must name one.
  if (first === undefined) return [];
  const config = any('extensions.filters.http.ext_proc.v3.ExternalProcessor', {
    grpc_service: pickerService(first),
    message_timeout: `${messageTimeoutMs / 1000}s`,
    processing_mode: {
      request_header_mode: 'SEND',
      request_body_mode: 'FULL_DUPLEX_STREAMED',
      request_trailer_mode: 'SEND',
      response_header_mode: 'SEND',
      response_body_mode: 'FULL_DUPLEX_STREAMED',
      response_trailer_mode: 'SEND',
    },
    // Without it Envoy drops the hint to the picker and the picker's answer.
    metadata_options: {
      forwarding_namespaces: { untyped: ['envoy.lb', 'envoy.lb.subset_hint'] },
      receiving_namespaces: { untyped: ['envoy.lb'] },
    },
  });
  return [{ name: EXT_PROC_FILTER, typed_config: config }];
}

function subsetFilter({ subsetHeader }: EnvoyStack): readonly EnvoyJson[] {
  if (subsetHeader === undefined) return [];
  const rule = {
    header: subsetHeader,
    on_header_present: {
      metadata_namespace: 'envoy.lb.subset_hint',
      key: 'x-gateway-destination-endpoint-subset',
      type: 'STRING',
    },
  };
  const config = any('extensions.filters.http.header_to_metadata.v3.Config', { request_rules: [rule] });
  return [{ name: 'subset-hint', typed_config: config }];
}

function router(): EnvoyJson {
  const config = any('extensions.filters.http.router.v3.Router', { suppress_envoy_headers: true });
  return { name: 'envoy.filters.http.router', typed_config: config };
}
