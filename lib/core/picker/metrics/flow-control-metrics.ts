import { deepFreeze } from '../../freeze';
import { Buckets } from './buckets';
import { type LegacyMetric, type MetricFacts, same } from './metric-facts';

const QUEUE = ['fairness_id', 'priority', 'inference_pool', 'model_name', 'target_model_name'];
const POOL = ['inference_pool'];
const BAND = ['priority', 'inference_pool'];
const extension = (name: string, ...labels: readonly string[]): LegacyMetric => ({
  name: `inference_extension_flow_control_${name}`,
  labels: same(...labels),
});

/** Metrics of requests that wait in the picker. */
export const FLOW_CONTROL_METRICS = deepFreeze({
  flow_control_requests_total: {
    type: 'counter',
    help: 'Requests that left the door, by how.',
    labels: ['outcome', 'priority', 'inference_pool'],
  },
  flow_control_request_queue_duration_seconds: {
    type: 'histogram',
    help: 'Time for which a request waited.',
    labels: ['fairness_id', 'priority', 'outcome', 'inference_pool', 'model_name', 'target_model_name'],
    buckets: Buckets.QUEUE_SECONDS,
    legacy: extension(
      'request_queue_duration_seconds',
      'fairness_id',
      'priority',
      'outcome',
      'inference_pool',
      'model_name',
      'target_model_name',
    ),
  },
  flow_control_queue_size: {
    type: 'gauge',
    help: 'Requests that wait.',
    labels: QUEUE,
    legacy: extension('queue_size', ...QUEUE),
  },
  flow_control_queue_bytes: {
    type: 'gauge',
    help: 'Bytes of the bodies that wait.',
    labels: QUEUE,
    legacy: extension('queue_bytes', ...QUEUE),
  },
  flow_control_pool_saturation: {
    type: 'gauge',
    help: 'How full the pool was at the last decision: 1 or more means full.',
    labels: ['inference_pool', 'stage'],
    legacy: extension('pool_saturation', ...POOL),
  },
  flow_control_stale_endpoints: {
    type: 'gauge',
    help: 'Endpoints whose metrics are missing or old.',
    labels: ['detector'],
  },
  flow_control_capacity_utilization_requests: {
    type: 'gauge',
    help: 'Part of the requests that may wait in a band.',
    labels: BAND,
  },
  flow_control_capacity_utilization_bytes: {
    type: 'gauge',
    help: 'Part of the bytes that may wait in a band.',
    labels: BAND,
  },
  flow_control_global_capacity_utilization_requests: {
    type: 'gauge',
    help: 'Part of the requests that may wait in all bands; absent without a limit.',
    labels: POOL,
  },
  flow_control_global_capacity_utilization_bytes: {
    type: 'gauge',
    help: 'Part of the bytes that may wait in all bands; absent without a limit.',
    labels: POOL,
  },
  flow_control_revocations_issued_total: {
    type: 'counter',
    help: 'Running requests that were told to end.',
    labels: BAND,
  },
  flow_control_revocations_total: {
    type: 'counter',
    help: 'Running requests that were told to end, by whether they did.',
    labels: ['outcome', 'inference_pool'],
  },
  flow_control_revocation_confirmation_seconds: {
    type: 'histogram',
    help: 'Time from telling a request to end until it did.',
    labels: POOL,
    buckets: Buckets.REVOCATION_SECONDS,
  },
} as const satisfies Record<string, MetricFacts>);
