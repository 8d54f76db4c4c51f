import type { DataType, ModelFacts, Quantization } from './models/model-facts';

/** First compute capability with bfloat16. */
export const BFLOAT16_CAPABILITY = 8;

/** Bytes of a GiB. */
export const GIB = 2 ** 30;

/**
 * GPU memory that the CUDA context, activations and CUDA graphs take beside weights and KV cache, GiB for each GPU.
 * An estimate on the low side: the checks built on it must never refuse what would run.
 */
const RUNTIME_OVERHEAD_GIB = 1.5;

/** The same on the high side, for sizes that the library chooses by itself: what it chooses must start. */
export const SAFE_OVERHEAD_GIB = 3;

const BYTES_PER_ELEMENT: Readonly<Record<DataType, number>> = { float32: 4, float16: 2, bfloat16: 2 };

/** Weights only; 4-bit formats carry about half a bit of scales for each weight. */
const BYTES_PER_WEIGHT: Readonly<Record<Quantization, number>> = {
  fp8: 1,
  awq: 0.56,
  gptq: 0.56,
  mxfp4: 0.55,
  bitsandbytes: 0.56,
};

/** How a model is laid out on the GPUs of one replica. */
export interface MemoryLayout {
  readonly model: ModelFacts;
  /** GPUs of one replica. */
  readonly gpus: number;
  /** Memory of one GPU, GiB. */
  readonly gpuMemoryGib: number;
  /** Part of a GPU's memory that the server may take, 0 to 1. */
  readonly gpuMemoryUtilization: number;
  readonly dataType?: DataType | undefined;
  readonly quantization?: Quantization | undefined;
  /** Bytes of one KV-cache element; 1 for an FP8 cache. */
  readonly kvBytesPerElement?: number | undefined;
  /**
   * GPUs that share one layer.
   * @default - gpus
   */
  readonly tensorParallel?: number | undefined;
  /**
   * Memory of a GPU that neither weights nor KV cache get, GiB.
   * @default - an estimate on the low side, 1.5
   */
  readonly overheadGib?: number | undefined;
}

/** Number format that a server computes in: GPUs without bfloat16 fall back to what the model bears. */
export function effectiveDataType(
  model: ModelFacts,
  computeCapability: number,
  requested: DataType | undefined,
): DataType {
  const wanted = requested ?? model.dataType ?? 'bfloat16';
  if (requested !== undefined || wanted !== 'bfloat16' || computeCapability >= BFLOAT16_CAPABILITY) return wanted;
  return model.refusesFloat16 === true ? 'float32' : 'float16';
}

/** Size of the weights, GiB. */
export function weightsGib(model: ModelFacts, dataType?: DataType, quantization?: Quantization): number {
  const asPublished = quantization === undefined || quantization === model.quantization;
  if (asPublished && model.publishedWeightsGib !== undefined) return model.publishedWeightsGib;
  const quantized = quantization ?? model.quantization;
  const bytes =
    quantized === undefined ? BYTES_PER_ELEMENT[dataType ?? model.dataType ?? 'bfloat16'] : BYTES_PER_WEIGHT[quantized];
  return (model.parametersBillion * 1e9 * bytes) / GIB;
}

/** Memory for weights and KV cache over all GPUs of a replica, GiB. */
export function usableGib(layout: MemoryLayout): number {
  const overhead = layout.overheadGib ?? RUNTIME_OVERHEAD_GIB;
  return (layout.gpuMemoryGib * layout.gpuMemoryUtilization - overhead) * layout.gpus;
}

/** Memory left for the KV cache over all GPUs of a replica, GiB; negative when not even the weights fit. */
export function kvCacheGib(layout: MemoryLayout): number {
  return usableGib(layout) - weightsGib(layout.model, layout.dataType, layout.quantization);
}

/** How often each KV element is kept: GPUs beyond the KV heads hold copies, and latent attention cannot be split. */
function copies(model: ModelFacts, tensorParallel: number): number {
  return model.kvElementsPerLayer === undefined ? Math.max(1, tensorParallel / model.kvHeads) : tensorParallel;
}

/** KV cache that one sequence of the given length takes over all GPUs, GiB. */
export function sequenceKvGib(model: ModelFacts, tokens: number, bytesPerElement = 2, tensorParallel = 1): number {
  const elements = model.kvElementsPerLayer ?? 2 * model.kvHeads * model.headSize;
  const windowed = model.slidingWindow?.layers ?? 0;
  const windowTokens = Math.min(tokens, model.slidingWindow?.tokens ?? 0);
  const tokenLayers = tokens * (model.layers - windowed) + windowTokens * windowed;
  return (elements * tokenLayers * bytesPerElement * copies(model, tensorParallel)) / GIB;
}

/** Longest sequence that the KV cache holds, tokens rounded down to 1,024, at most the model's own context. */
export function longestSequence(layout: MemoryLayout): number {
  const available = kvCacheGib(layout);
  const { model, kvBytesPerElement, tensorParallel = layout.gpus } = layout;
  let low = 0;
  let high = Math.ceil(model.maxContext / 1024);
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (sequenceKvGib(model, middle * 1024, kvBytesPerElement, tensorParallel) <= available) low = middle;
    else high = middle - 1;
  }
  return Math.min(low * 1024, model.maxContext);
}
