import { deepFreeze } from '../../freeze';
import { Buckets } from './buckets';
import { type LegacyMetric, type MetricFacts, same } from './metric-facts';

const PLUGIN = ['plugin_name', 'plugin_type'];
const extension = (name: string, ...labels: readonly string[]): LegacyMetric => ({
  name: `inference_extension_${name}`,
  labels: same(...labels),
});

/** Metrics of decisions and of the prefix index. */
export const SCHEDULING_METRICS = deepFreeze({
  scheduler_e2e_duration_seconds: {
    type: 'histogram',
    help: 'Time of a decision.',
    labels: [],
    buckets: Buckets.SCHEDULER_SECONDS,
    legacy: extension('scheduler_e2e_duration_seconds'),
  },
  scheduler_attempts_total: {
    type: 'counter',
    help: 'Decisions, and which endpoint they chose.',
    labels: ['status', 'target_model_name', 'endpoint_name', 'namespace', 'port'],
    legacy: {
      name: 'inference_extension_scheduler_attempts_total',
      labels: { ...same('status', 'target_model_name', 'namespace', 'port'), pod_name: 'endpoint_name' },
    },
  },
  prefix_indexer_size: {
    type: 'gauge',
    help: 'Blocks in the prefix index.',
    labels: PLUGIN,
    legacy: extension('prefix_indexer_size'),
  },
  prefix_indexer_hit_ratio: {
    type: 'histogram',
    help: 'Part of a prompt that the chosen endpoint probably had in its cache.',
    labels: PLUGIN,
    buckets: Buckets.RATIO,
    legacy: extension('prefix_indexer_hit_ratio'),
  },
  prefix_indexer_hit_bytes: {
    type: 'histogram',
    help: 'Bytes of a prompt that the chosen endpoint probably had in its cache, four to a token.',
    labels: PLUGIN,
    buckets: Buckets.HIT_BYTES,
    legacy: extension('prefix_indexer_hit_bytes'),
  },
  disagg_decision_total: {
    type: 'counter',
    help: 'Requests by the stages that were given endpoints of their own.',
    labels: [...PLUGIN, 'model_name', 'decision_type'],
    legacy: {
      name: 'llm_d_inference_scheduler_disagg_decision_total',
      labels: same('model_name', 'decision_type'),
    },
  },
  model_rewrite_decisions_total: {
    type: 'counter',
    help: 'Requests whose model name a rule replaced.',
    labels: ['model_rewrite_name', 'model_name', 'target_model'],
    legacy: extension('model_rewrite_decisions_total', 'model_rewrite_name', 'model_name', 'target_model'),
  },
  info: {
    type: 'gauge',
    help: 'Version of this picker; always 1.',
    labels: ['commit', 'build_ref'],
    legacy: extension('info', 'commit', 'build_ref'),
  },
  extproc_streams_inflight: { type: 'gauge', help: 'Open streams of gateways.', labels: [] },
  extproc_stream_duration_seconds: {
    type: 'histogram',
    help: 'Time for which a stream was open.',
    labels: [],
    buckets: Buckets.STREAM_SECONDS,
  },
  extproc_streams_total: { type: 'counter', help: 'Streams that ended, by gRPC status.', labels: ['code'] },
} as const satisfies Record<string, MetricFacts>);
