import { ENGINE_METRICS } from '../../lib/core/engine-metrics';

// endpoint-picker.md 3.1, from llm-d router 0.10, .../extractor/metrics/factories.go.
test.each([
  [
    'vllm',
    ['vllm:num_requests_waiting'],
    ['vllm:num_requests_running'],
    ['vllm:kv_cache_usage_perc', 'vllm:gpu_cache_usage_perc'],
  ],
  ['sglang', ['sglang:num_queue_reqs'], ['sglang:num_running_reqs'], ['sglang:token_usage']],
  ['trtllm-serve', ['trtllm_num_requests_waiting'], ['trtllm_num_requests_running'], ['trtllm_kv_cache_utilization']],
  [
    'triton-tensorrt-llm',
    ['nv_trt_llm_request_metrics{request_type=waiting}'],
    ['nv_trt_llm_request_metrics{request_type=scheduled}'],
    ['nv_trt_llm_kv_cache_block_metrics{kv_cache_block_type=fraction}'],
  ],
  ['triton', ['nv_inference_pending_request_count'], ['nv_inference_exec_count'], []],
])('%s is read under its own names', (engine, waiting, running, kvCacheUsage) => {
  expect(ENGINE_METRICS[engine]).toMatchObject({ waiting, running, kvCacheUsage });
});

test.each([
  ['vllm', { series: 'vllm:cache_config_info', blockSizeLabel: 'block_size', blocksLabel: 'num_gpu_blocks' }],
  ['sglang', { series: 'sglang:cache_config_info', blockSizeLabel: 'page_size', blocksLabel: 'num_pages' }],
])('%s says its cache in labels', (engine, cacheInfo) => {
  expect(ENGINE_METRICS[engine]?.cacheInfo).toEqual(cacheInfo);
});

test.each([
  ['trtllm-serve', ['trtllm_kv_cache_tokens_per_block'], ['trtllm_kv_cache_max_blocks']],
  [
    'triton-tensorrt-llm',
    ['nv_trt_llm_kv_cache_block_metrics{kv_cache_block_type=tokens_per}'],
    ['nv_trt_llm_kv_cache_block_metrics{kv_cache_block_type=max}'],
  ],
])('%s says its cache in gauges', (engine, blockSize, blocks) => {
  expect(ENGINE_METRICS[engine]).toMatchObject({ blockSize, blocks });
});
