import type { Accelerator } from '../accelerators';
import { kvCacheGib, SAFE_OVERHEAD_GIB, sequenceKvGib, weightsGib } from '../gpu-memory';
import type { ServingLayout } from './step-cost';

/** Tokens of a block of vLLM's KV cache. @see https://docs.vllm.ai/en/latest/configuration/engine_args/ */
export const KV_BLOCK_TOKENS = 16;

/** Part of a GPU's memory that vLLM takes unless told otherwise. */
export const DEFAULT_GPU_MEMORY_UTILIZATION = 0.9;

/** Tokens that a step of vLLM's server takes at most: large GPUs run large steps, the A100 does not. */
export function defaultBatchedTokens({ memoryGib, computeCapability }: Accelerator): number {
  return memoryGib >= 70 && computeCapability >= 9 ? 8192 : 2048;
}

/** Blocks of the KV cache of one replica; 0 when the weights do not leave room for any. */
export function kvBlocks(layout: ServingLayout, gpuMemoryUtilization = DEFAULT_GPU_MEMORY_UTILIZATION): number {
  const { model, accelerator, gpus, quantization, kvBytesPerElement } = layout;
  const gib = kvCacheGib({
    model,
    gpus,
    gpuMemoryGib: accelerator.memoryGib,
    gpuMemoryUtilization,
    quantization,
    kvBytesPerElement,
    overheadGib: SAFE_OVERHEAD_GIB,
  });
  // A long sequence's average: windowed layers keep little of it.
  const tokens = Math.min(model.maxContext, 8192);
  const perToken = sequenceKvGib(model, tokens, kvBytesPerElement, gpus) / tokens;
  return Math.max(0, Math.floor(gib / perToken / KV_BLOCK_TOKENS));
}

/** Weights come from a disk or bucket at about this rate, GiB a second. */
const LOADING_GIB_PER_SECOND = 1;
/** Process start, CUDA graphs and warm-up, ms. */
const START_MS = 45_000;

/** Time from the start of a container to its first request, ms. An estimate without image pull. */
export function startupMs(layout: ServingLayout): number {
  return START_MS + (weightsGib(layout.model, undefined, layout.quantization) / LOADING_GIB_PER_SECOND) * 1000;
}

/** Copying an adapter of rank 16 from main memory to its slot on the GPU, for each billion parameters, ms. */
const ADAPTER_COPY_MS_PER_BILLION = 1.5;
/** Reading an adapter from disk into main memory, for each billion parameters, ms. */
const ADAPTER_READ_MS_PER_BILLION = 30;

/** Time that a step is late by when an adapter must be put on the GPU, ms. An estimate from the adapter's size. */
export function adapterLoadMs(parametersBillion: number, inMemory: boolean): number {
  return parametersBillion * (ADAPTER_COPY_MS_PER_BILLION + (inMemory ? 0 : ADAPTER_READ_MS_PER_BILLION));
}
