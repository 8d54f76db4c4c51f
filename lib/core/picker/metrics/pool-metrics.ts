import { deepFreeze } from '../../freeze';
import { type MetricFacts, same } from './metric-facts';

const POOL = ['name'];
const pool = (name: string): { name: string; labels: Readonly<Record<string, string>> } => ({
  name: `inference_pool_${name}`,
  labels: same('name'),
});

/** Metrics of a pool and its endpoints, of which autoscalers read some by their older names. */
export const POOL_METRICS = deepFreeze({
  average_kv_cache_utilization: {
    type: 'gauge',
    help: 'Mean part of the KV cache in use, 0 to 1.',
    labels: POOL,
    legacy: pool('average_kv_cache_utilization'),
  },
  average_queue_size: {
    type: 'gauge',
    help: 'Mean number of requests that wait in an endpoint.',
    labels: POOL,
    legacy: pool('average_queue_size'),
  },
  average_running_requests: {
    type: 'gauge',
    help: 'Mean number of requests in the batch of an endpoint.',
    labels: POOL,
    legacy: pool('average_running_requests'),
  },
  std_dev_kv_cache_utilization: {
    type: 'gauge',
    help: 'Standard deviation of the part of the KV cache in use.',
    labels: POOL,
  },
  std_dev_queue_size: {
    type: 'gauge',
    help: 'Standard deviation of the number of requests that wait in an endpoint.',
    labels: POOL,
  },
  std_dev_running_requests: {
    type: 'gauge',
    help: 'Standard deviation of the number of requests in the batch of an endpoint.',
    labels: POOL,
  },
  ready_endpoints: { type: 'gauge', help: 'Ready endpoints.', labels: POOL, legacy: pool('ready_pods') },
  per_endpoint_queue_size: {
    type: 'gauge',
    help: 'Requests that wait in an endpoint.',
    labels: ['name', 'model_server_endpoint'],
    legacy: {
      name: 'inference_pool_per_pod_queue_size',
      labels: { name: 'name', model_server_pod: 'model_server_endpoint' },
    },
  },
  inflight_requests: {
    type: 'gauge',
    help: 'Requests of this picker that an endpoint has not finished.',
    labels: ['endpoint_name', 'namespace', 'producer_name'],
  },
  inflight_tokens: {
    type: 'gauge',
    help: 'Prompt tokens of this picker that an endpoint has to compute.',
    labels: ['endpoint_name', 'namespace', 'producer_name'],
  },
  datalayer_poll_errors_total: {
    type: 'counter',
    help: 'Readings of metrics that failed.',
    labels: ['source_type'],
    legacy: { name: 'llm_d_inference_scheduler_datalayer_poll_errors_total', labels: same('source_type') },
  },
  datalayer_extract_errors_total: {
    type: 'counter',
    help: 'Readings of metrics that could not be understood.',
    labels: ['source_type', 'extractor_type'],
    legacy: {
      name: 'llm_d_inference_scheduler_datalayer_extract_errors_total',
      labels: same('source_type', 'extractor_type'),
    },
  },
} as const satisfies Record<string, MetricFacts>);
