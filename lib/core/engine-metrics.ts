import { deepFreeze } from './freeze';
import {
  SGLANG_METRICS,
  TENSORRT_LLM_METRICS,
  TRITON_TENSORRT_LLM_METRICS,
  VLLM_METRICS,
  VLLM_METRICS_BEFORE_0_10_2,
} from './metric-names';

/** An info series: its labels say what a server was started with. */
export interface CacheInfoSeries {
  /** Selector of the series. */
  readonly series: string;
  /** Label with the tokens of a block. */
  readonly blockSizeLabel: string;
  /** Label with the number of blocks. */
  readonly blocksLabel: string;
}

/**
 * Where a model server's metrics say what the endpoint picker wants to know. Every text is a selector as in PromQL:
 * `name` or `name{label="value"}`. Of several, the first that a page has counts.
 */
export interface EngineMetrics {
  readonly waiting: readonly string[];
  readonly running: readonly string[];
  readonly kvCacheUsage: readonly string[];
  readonly loraInfo: readonly string[];
  readonly cacheInfo?: CacheInfoSeries;
  /** Gauges with the tokens of a block, where no info series has them. */
  readonly blockSize: readonly string[];
  /** Gauges with the number of blocks. */
  readonly blocks: readonly string[];
}

/** Labels of vLLM's `lora_requests_info`. @see https://docs.vllm.ai/en/latest/usage/metrics.html */
export const LoraLabels = Object.freeze({
  RUNNING: 'running_lora_adapters',
  WAITING: 'waiting_lora_adapters',
  MAX: 'max_lora',
});

const NONE = { waiting: [], running: [], kvCacheUsage: [], loraInfo: [], blockSize: [], blocks: [] } as const;

/**
 * Metrics by the value of a pod's engine label. The names are those of the llm-d router.
 * @see https://github.com/llm-d/llm-d-router/blob/main/docs/model-server-protocol.md
 */
export const ENGINE_METRICS: Readonly<Record<string, EngineMetrics>> = deepFreeze({
  vllm: {
    ...NONE,
    waiting: [VLLM_METRICS.waiting],
    running: [VLLM_METRICS.running],
    kvCacheUsage: [VLLM_METRICS.kvCacheUsage, VLLM_METRICS_BEFORE_0_10_2.kvCacheUsage],
    loraInfo: [VLLM_METRICS.loraInfo],
    cacheInfo: { series: VLLM_METRICS.cacheInfo, blockSizeLabel: 'block_size', blocksLabel: 'num_gpu_blocks' },
  },
  sglang: {
    ...NONE,
    waiting: [SGLANG_METRICS.waiting],
    running: [SGLANG_METRICS.running],
    kvCacheUsage: [SGLANG_METRICS.kvCacheUsage],
    cacheInfo: { series: SGLANG_METRICS.cacheInfo, blockSizeLabel: 'page_size', blocksLabel: 'num_pages' },
  },
  'trtllm-serve': {
    ...NONE,
    waiting: [TENSORRT_LLM_METRICS.waiting],
    running: [TENSORRT_LLM_METRICS.running],
    kvCacheUsage: [TENSORRT_LLM_METRICS.kvCacheUsage],
    blockSize: [TENSORRT_LLM_METRICS.cacheInfo],
    blocks: ['trtllm_kv_cache_max_blocks'],
  },
  'triton-tensorrt-llm': {
    ...NONE,
    waiting: [TRITON_TENSORRT_LLM_METRICS.waiting],
    running: [TRITON_TENSORRT_LLM_METRICS.running],
    kvCacheUsage: [TRITON_TENSORRT_LLM_METRICS.kvCacheUsage],
    blockSize: [TRITON_TENSORRT_LLM_METRICS.cacheInfo],
    blocks: ['nv_trt_llm_kv_cache_block_metrics{kv_cache_block_type=max}'],
  },
  triton: {
    ...NONE,
    waiting: ['nv_inference_pending_request_count'],
    running: ['nv_inference_exec_count'],
  },
});

/** Engine of pods without a label, unless the configuration says another. */
export const DEFAULT_ENGINE = 'vllm';
