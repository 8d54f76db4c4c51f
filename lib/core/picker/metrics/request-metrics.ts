import { deepFreeze } from '../../freeze';
import { Buckets } from './buckets';
import { type LegacyMetric, type MetricFacts, same } from './metric-facts';

/** Labels of a request: who asked for what, and as how urgent. */
const REQUEST_LABELS = ['model_name', 'target_model_name', 'fairness_id', 'priority'];

const legacy = (name: string, ...labels: readonly string[]): LegacyMetric => ({
  name: `inference_objective_${name}`,
  labels: same('model_name', 'target_model_name', ...labels),
});

/** Metrics of requests and their answers. */
export const REQUEST_METRICS = deepFreeze({
  request_total: {
    type: 'counter',
    help: 'Requests that were understood.',
    labels: REQUEST_LABELS,
    legacy: legacy('request_total', 'priority'),
  },
  request_error_total: {
    type: 'counter',
    help: 'Requests that were rejected, or failed on the way.',
    labels: [...REQUEST_LABELS, 'error_code'],
    legacy: legacy('request_error_total', 'error_code'),
  },
  request_duration_seconds: {
    type: 'histogram',
    help: 'Time from the first message of a request to the end of its answer.',
    labels: REQUEST_LABELS,
    buckets: Buckets.REQUEST_SECONDS,
    legacy: legacy('request_duration_seconds'),
  },
  request_size_bytes: {
    type: 'histogram',
    help: 'Size of the bodies of requests.',
    labels: REQUEST_LABELS,
    buckets: Buckets.REQUEST_BYTES,
    legacy: legacy('request_sizes'),
  },
  request_input_tokens: {
    type: 'histogram',
    help: 'Prompt tokens of a request, as the server counted them.',
    labels: REQUEST_LABELS,
    buckets: Buckets.INPUT_TOKENS,
    legacy: legacy('input_tokens'),
  },
  request_output_tokens: {
    type: 'histogram',
    help: 'Generated tokens of a request.',
    labels: REQUEST_LABELS,
    buckets: Buckets.OUTPUT_TOKENS,
    legacy: legacy('output_tokens'),
  },
  request_cached_tokens: {
    type: 'histogram',
    help: 'Prompt tokens of a request that the server found in its cache.',
    labels: REQUEST_LABELS,
    buckets: Buckets.INPUT_TOKENS,
    legacy: legacy('prompt_cached_tokens'),
  },
  request_running: {
    type: 'gauge',
    help: 'Requests that were routed and have not ended.',
    labels: REQUEST_LABELS,
    legacy: { name: 'inference_objective_running_requests', labels: same('model_name') },
  },
  request_ntpot_seconds: {
    type: 'histogram',
    help: 'Time of a whole request for each of its generated tokens.',
    labels: REQUEST_LABELS,
    buckets: Buckets.NORMALIZED_TOKEN_SECONDS,
    legacy: legacy('normalized_time_per_output_token_seconds'),
  },
  request_ttft_seconds: {
    type: 'histogram',
    help: 'Time from the first message of a request to the first byte of its answer.',
    labels: [...REQUEST_LABELS, 'streaming'],
    buckets: Buckets.FIRST_TOKEN_SECONDS,
  },
  request_streaming_tpot_seconds: {
    type: 'histogram',
    help: 'Time for each token after the first one of a streamed answer.',
    labels: REQUEST_LABELS,
    buckets: Buckets.TOKEN_SECONDS,
  },
  request_processing_duration_seconds: {
    type: 'histogram',
    help: 'Time from the first message of a request until it was routed, its time in the queue included.',
    labels: [],
    buckets: Buckets.PROCESSING_SECONDS,
  },
} as const satisfies Record<string, MetricFacts>);
