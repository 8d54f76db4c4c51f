import {
  hpaGaugeName,
  METRICS_PATH,
  SGLANG_METRICS,
  TENSORRT_LLM_METRICS,
  TRITON_TENSORRT_LLM_METRICS,
  VLLM_METRICS,
  VLLM_METRICS_BEFORE_0_10_2,
} from '../../lib/core/metric-names';
import { vllm } from '../../lib/core/runtimes';

// endpoint-picker.md 3.1, from llm-d router 0.10, .../extractor/metrics/factories.go; vLLM's own from v1/metrics/loggers.py.
test.each([
  [
    'vLLM',
    VLLM_METRICS,
    {
      waiting: 'vllm:num_requests_waiting',
      running: 'vllm:num_requests_running',
      kvCacheUsage: 'vllm:kv_cache_usage_perc',
      loraInfo: 'vllm:lora_requests_info',
      cacheInfo: 'vllm:cache_config_info',
    },
  ],
  [
    'vLLM before 0.10.2',
    VLLM_METRICS_BEFORE_0_10_2,
    {
      waiting: 'vllm:num_requests_waiting',
      running: 'vllm:num_requests_running',
      kvCacheUsage: 'vllm:gpu_cache_usage_perc',
      loraInfo: 'vllm:lora_requests_info',
      cacheInfo: 'vllm:cache_config_info',
    },
  ],
  [
    'SGLang',
    SGLANG_METRICS,
    {
      waiting: 'sglang:num_queue_reqs',
      running: 'sglang:num_running_reqs',
      kvCacheUsage: 'sglang:token_usage',
      cacheInfo: 'sglang:cache_config_info',
    },
  ],
  [
    'TensorRT-LLM',
    TENSORRT_LLM_METRICS,
    {
      waiting: 'trtllm_num_requests_waiting',
      running: 'trtllm_num_requests_running',
      kvCacheUsage: 'trtllm_kv_cache_utilization',
      cacheInfo: 'trtllm_kv_cache_tokens_per_block',
    },
  ],
  [
    'Triton with TensorRT-LLM',
    TRITON_TENSORRT_LLM_METRICS,
    {
      waiting: 'nv_trt_llm_request_metrics{request_type=waiting}',
      running: 'nv_trt_llm_request_metrics{request_type=scheduled}',
      kvCacheUsage: 'nv_trt_llm_kv_cache_block_metrics{kv_cache_block_type=fraction}',
      cacheInfo: 'nv_trt_llm_kv_cache_block_metrics{kv_cache_block_type=tokens_per}',
    },
  ],
])('%s has its metric names', (_server, names, expected) => {
  expect(names).toEqual(expected);
});

// Releases before 0.10.2 are refused; the picker still reads their metrics from pods that it does not own.
test.each(['0.10.2', '0.11.0', '0.30.0'])('vLLM %s has the metrics of today', (version) => {
  expect(vllm(version).metrics).toBe(VLLM_METRICS);
});

test('names cannot be changed', () => {
  const all = [
    VLLM_METRICS,
    VLLM_METRICS_BEFORE_0_10_2,
    SGLANG_METRICS,
    TENSORRT_LLM_METRICS,
    TRITON_TENSORRT_LLM_METRICS,
  ];

  expect(all.every((names) => Object.isFrozen(names))).toBe(true);
});

// gke.md 4.1: names of the Custom Metrics Stackdriver Adapter.
test('a gauge has the name that the metrics adapter gives it', () => {
  expect(hpaGaugeName('vllm:num_requests_waiting')).toBe('prometheus.googleapis.com|vllm:num_requests_waiting|gauge');
});

test('metrics are served at /metrics', () => {
  expect(METRICS_PATH).toBe('/metrics');
});
