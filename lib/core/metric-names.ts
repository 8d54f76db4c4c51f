/** Names of the metrics of a model server that routing, autoscaling and dashboards read. */
export interface MetricNames {
  /** Requests that wait for a place in the batch. */
  readonly waiting: string;
  /** Requests in the batch. */
  readonly running: string;
  /** Part of the KV cache in use, 0 to 1; absent where the server does not report it. */
  readonly kvCacheUsage?: string;
  /** Info series whose labels list the LoRA adapters. */
  readonly loraInfo?: string;
  /** Info series or gauge with the KV cache's block size. */
  readonly cacheInfo?: string;
}

/** vLLM since 0.10.2. @see https://docs.vllm.ai/en/latest/usage/metrics.html */
export const VLLM_METRICS = Object.freeze({
  waiting: 'vllm:num_requests_waiting',
  running: 'vllm:num_requests_running',
  kvCacheUsage: 'vllm:kv_cache_usage_perc',
  loraInfo: 'vllm:lora_requests_info',
  cacheInfo: 'vllm:cache_config_info',
} satisfies MetricNames);

/** vLLM before 0.10.2. */
export const VLLM_METRICS_BEFORE_0_10_2 = Object.freeze({
  ...VLLM_METRICS,
  kvCacheUsage: 'vllm:gpu_cache_usage_perc',
} satisfies MetricNames);

export const SGLANG_METRICS = Object.freeze({
  waiting: 'sglang:num_queue_reqs',
  running: 'sglang:num_running_reqs',
  kvCacheUsage: 'sglang:token_usage',
  cacheInfo: 'sglang:cache_config_info',
} satisfies MetricNames);

export const TENSORRT_LLM_METRICS = Object.freeze({
  waiting: 'trtllm_num_requests_waiting',
  running: 'trtllm_num_requests_running',
  kvCacheUsage: 'trtllm_kv_cache_utilization',
  cacheInfo: 'trtllm_kv_cache_tokens_per_block',
} satisfies MetricNames);

export const TRITON_TENSORRT_LLM_METRICS = Object.freeze({
  waiting: 'nv_trt_llm_request_metrics{request_type=waiting}',
  running: 'nv_trt_llm_request_metrics{request_type=scheduled}',
  kvCacheUsage: 'nv_trt_llm_kv_cache_block_metrics{kv_cache_block_type=fraction}',
  cacheInfo: 'nv_trt_llm_kv_cache_block_metrics{kv_cache_block_type=tokens_per}',
} satisfies MetricNames);

/** A gauge as the Custom Metrics Stackdriver Adapter names it for a HorizontalPodAutoscaler. */
export function hpaGaugeName(metric: string): string {
  return `prometheus.googleapis.com|${metric}|gauge`;
}

/** Path of the metrics of every model server and of the endpoint picker. */
export const METRICS_PATH = '/metrics';
