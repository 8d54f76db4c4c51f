import { type MetricNames, VLLM_METRICS } from '../metric-names';

/** Names of the metrics that dashboards and alerts read, beside those that routing reads. */
export interface ServingMetrics extends MetricNames {
  /** Histogram, seconds from a request to its first token. */
  readonly timeToFirstToken: string;
  /** Histogram, seconds between two tokens. */
  readonly interTokenLatency: string;
  /** Histogram, seconds from a request to its last token. */
  readonly requestLatency: string;
  /** Counter of prompt tokens that the prefix cache had; absent where the server does not report it. */
  readonly prefixHits?: string;
  /** Counter of prompt tokens that were looked for. */
  readonly prefixQueries?: string;
  /** Counter of finished requests. */
  readonly finished: string;
  /** Label of `finished` that says why. */
  readonly finishedReason: string;
  /** Counters of tokens. */
  readonly promptTokens: string;
  readonly generationTokens: string;
  /** Label that tells models apart. */
  readonly modelLabel: string;
}

/** vLLM since 0.11, which renamed the time between tokens. @see https://docs.vllm.ai/en/latest/usage/metrics.html */
export const VLLM_SERVING_METRICS: ServingMetrics = Object.freeze({
  ...VLLM_METRICS,
  timeToFirstToken: 'vllm:time_to_first_token_seconds',
  interTokenLatency: 'vllm:inter_token_latency_seconds',
  requestLatency: 'vllm:e2e_request_latency_seconds',
  prefixHits: 'vllm:prefix_cache_hits_total',
  prefixQueries: 'vllm:prefix_cache_queries_total',
  finished: 'vllm:request_success_total',
  finishedReason: 'finished_reason',
  promptTokens: 'vllm:prompt_tokens_total',
  generationTokens: 'vllm:generation_tokens_total',
  modelLabel: 'model_name',
});

/** How clients reach a Gateway. */
export type Exposure = 'external' | 'internal';

/** Requests of regional load balancers. @see https://cloud.google.com/monitoring/api/metrics_gcp_i_o#gcp-loadbalancing */
export const LOAD_BALANCER_REQUESTS: Readonly<
  Record<Exposure, { readonly metric: string; readonly resource: string }>
> = Object.freeze({
  external: {
    metric: 'loadbalancing_googleapis_com:https_external_regional_request_count',
    resource: 'http_external_regional_lb_rule',
  },
  internal: {
    metric: 'loadbalancing_googleapis_com:https_internal_request_count',
    resource: 'internal_http_lb_rule',
  },
});

/** Names of load balancer parts that GKE's Gateway controller makes begin with this. */
export const GATEWAY_RESOURCE_PREFIX = 'gkegw';
