import { effectiveDataType, weightsGib, GIB } from '../gpu-memory';
import type { Accelerator } from '../accelerators';
import type { ModelFacts, Quantization } from '../models/model-facts';
import { gpuSpeed, type GpuSpeed } from './gpu-speed';

/** Part of the memory bandwidth that reading weights and KV cache reaches. */
const MEMORY_EFFICIENCY = 0.85;
/** Attention over a prompt reaches less of the tensor cores' peak than plain matrix products. */
const ATTENTION_EFFICIENCY = 0.55;
/** Scheduling, sampling and launching a step, ms: what single-stream decoding takes beyond reading the weights. */
const STEP_OVERHEAD_MS = 0.9;
/** Preparing inputs and sampling for each sequence of a batch, ms. */
const SEQUENCE_OVERHEAD_MS = 0.012;
/** Start of one collective operation between GPUs, ms; two of them a layer. */
const COLLECTIVE_MS = 0.012;

/**
 * Time of an engine step as a sum of parts, each linear in what the batch holds. Milliseconds.
 * Matrix products take the longer of computing and reading the weights; attention over prompts computes, attention of
 * decoding reads the KV cache; the rest is fixed.
 */
export interface StepCost {
  /** Matrix products, for each token of the step. */
  readonly computeMsPerToken: number;
  /** Reading the weights that every token uses. */
  readonly sharedWeightsMs: number;
  /** Reading the weights of all experts beyond those; 0 for a dense model. */
  readonly expertWeightsMs: number;
  /** Part of the experts that one token uses, 0 to 1. */
  readonly expertsPerToken: number;
  /** Attention of a prompt token over one token before it, in the layers that see everything. */
  readonly attentionMsPerPair: number;
  /** Reading one token of KV cache. */
  readonly kvReadMsPerToken: number;
  /** For every step. */
  readonly overheadMs: number;
  /** For every sequence of the step. */
  readonly sequenceMs: number;
  /** Part of the layers with a sliding window, 0 to 1. */
  readonly windowedPart: number;
  /** Tokens that those layers see; Infinity without them. */
  readonly windowTokens: number;
}

/** How a model is served by one replica. */
export interface ServingLayout {
  readonly model: ModelFacts;
  readonly accelerator: Accelerator;
  /** GPUs of one replica, all of them in one tensor-parallel group. */
  readonly gpus: number;
  readonly quantization?: Quantization | undefined;
  /**
   * Bytes of one KV-cache element.
   * @default 2
   */
  readonly kvBytesPerElement?: number | undefined;
  /**
   * Speed of an accelerator that the catalogue lacks.
   * @default - the catalogue's
   */
  readonly speed?: GpuSpeed | undefined;
}

/** Cost of a step on a replica; undefined for an accelerator whose speed is not known. */
export function stepCost(layout: ServingLayout): StepCost | undefined {
  const speed = layout.speed ?? gpuSpeed(layout.accelerator);
  return speed === undefined ? undefined : costAt(layout, speed);
}

function costAt(layout: ServingLayout, speed: GpuSpeed): StepCost {
  const { model, accelerator, gpus } = layout;
  const quantization = layout.quantization ?? model.quantization;
  const dataType = effectiveDataType(model, accelerator.computeCapability, undefined);
  const weightBytes = weightsGib(model, dataType, layout.quantization) * GIB;
  const active = (model.activeParametersBillion ?? model.parametersBillion) / model.parametersBillion;
  // 4-bit weights are widened to 16 bits for the products: they save reading, not computing.
  const tflops = quantization === 'fp8' ? speed.tflops8 : speed.tflops16;
  const flopsMs = tflops * 1e9 * gpus;
  const bytesMs = speed.memoryGBs * 1e6 * gpus * MEMORY_EFFICIENCY;
  const width = model.attentionHeads * model.headSize;
  const kvElements = model.kvElementsPerLayer ?? 2 * model.kvHeads * model.headSize;
  const copies = model.kvElementsPerLayer === undefined ? Math.max(1, gpus / model.kvHeads) : gpus;
  return Object.freeze({
    computeMsPerToken:
      (2 * model.parametersBillion * 1e9 * active) / (flopsMs * speed.computeEfficiency) + exchangeMs(layout, speed),
    sharedWeightsMs: (weightBytes * active) / bytesMs,
    expertWeightsMs: (weightBytes * (1 - active)) / bytesMs,
    expertsPerToken: active,
    attentionMsPerPair: (4 * width * model.layers) / (speed.tflops16 * 1e9 * gpus * ATTENTION_EFFICIENCY),
    kvReadMsPerToken: (kvElements * model.layers * copies * (layout.kvBytesPerElement ?? 2)) / bytesMs,
    overheadMs: STEP_OVERHEAD_MS + (gpus > 1 ? 2 * model.layers * COLLECTIVE_MS : 0),
    sequenceMs: SEQUENCE_OVERHEAD_MS,
    windowedPart: (model.slidingWindow?.layers ?? 0) / model.layers,
    windowTokens: model.slidingWindow?.tokens ?? Infinity,
  });
}

/** What GPUs of a tensor-parallel group exchange for one token: two sums over all of them a layer, 16 bits a value. */
function exchangeMs({ model, gpus }: ServingLayout, speed: GpuSpeed): number {
  if (gpus === 1) return 0;
  const bytes = 2 * model.layers * model.attentionHeads * model.headSize * 2;
  return (bytes * 2 * (gpus - 1)) / gpus / (speed.linkGBs * 1e6);
}

/** Matrix products of a step with this many tokens, ms. */
export function linearMs(cost: StepCost, tokens: number): number {
  const compute = tokens * cost.computeMsPerToken;
  return Math.max(compute, weightsReadMs(cost, tokens));
}

function weightsReadMs(cost: StepCost, tokens: number): number {
  if (cost.expertWeightsMs === 0) return cost.sharedWeightsMs;
  // Tokens choose experts independently: the part that none of the further tokens chose stays unread.
  const untouched = (1 - cost.expertsPerToken) ** Math.max(0, tokens - 1);
  return cost.sharedWeightsMs + cost.expertWeightsMs * (1 - untouched);
}

/** Attention over `tokens` prompt tokens that follow `before` others, ms. */
export function promptAttentionMs(cost: StepCost, tokens: number, before: number): number {
  const full = tokens * before + (tokens * (tokens + 1)) / 2;
  if (cost.windowedPart === 0) return cost.attentionMsPerPair * full;
  const windowed = Math.min(full, tokens * cost.windowTokens);
  return cost.attentionMsPerPair * (full * (1 - cost.windowedPart) + windowed * cost.windowedPart);
}

/** Tokens whose KV cache a decoding sequence of this length reads, windowed layers counted by their part. */
export function kvTokensRead(cost: StepCost, context: number): number {
  if (cost.windowedPart === 0) return context;
  return context * (1 - cost.windowedPart) + Math.min(context, cost.windowTokens) * cost.windowedPart;
}
