import fc from 'fast-check';
import { Accelerator } from '../../lib/core/accelerators';
import { type AcceleratorFacts } from '../../lib/core/accelerators/accelerator';
import { type MemoryLayout } from '../../lib/core/gpu-memory';
import { type LaunchPlan, type LoraPlan } from '../../lib/core/model-runtime';
import { type DataType, type ModelFacts, type Quantization } from '../../lib/core/models/model-facts';

/** Eight billion parameters, 128 KiB of KV cache a token: 8,192 tokens are exactly one GiB. */
export function model(overrides: Partial<ModelFacts> = {}): ModelFacts {
  return {
    id: 'acme/chat-8b',
    parametersBillion: 8,
    layers: 32,
    attentionHeads: 32,
    kvHeads: 8,
    headSize: 128,
    maxContext: 131_072,
    gated: false,
    ...overrides,
  };
}

/** An accelerator that is on no list. */
export function gpu(overrides: Partial<AcceleratorFacts> = {}): Accelerator {
  return Accelerator.custom({
    displayName: 'ACME X1',
    gkeAccelerator: 'acme-x1',
    memoryGib: 100,
    computeCapability: 9,
    machines: [{ machineType: 'x1-standard-8', gpus: 1, vcpus: 8, memoryGib: 64 }],
    ...overrides,
  });
}

export function layout(overrides: Partial<MemoryLayout> = {}): MemoryLayout {
  return { model: model(), gpus: 1, gpuMemoryGib: 22.5, gpuMemoryUtilization: 0.9, ...overrides };
}

export function launchPlan(overrides: Partial<LaunchPlan> = {}): LaunchPlan {
  return {
    model: 'acme/chat-8b',
    servedName: 'acme/chat-8b',
    facts: model(),
    accelerator: Accelerator.NVIDIA_L4,
    port: 8000,
    tensorParallel: 1,
    pipelineParallel: 1,
    gpuMemoryUtilization: 0.9,
    maxModelLength: undefined,
    maxSequences: undefined,
    dataType: undefined,
    quantization: undefined,
    fp8KvCache: false,
    prefixCaching: true,
    lora: undefined,
    drainSeconds: 85,
    ...overrides,
  };
}

export function lora(overrides: Partial<LoraPlan> = {}): LoraPlan {
  return {
    loading: 'static',
    adapters: [{ name: 'sql', source: 'acme/sql-lora' }],
    maxRank: 16,
    maxActive: 1,
    maxInMemory: 2,
    ...overrides,
  };
}

export const QUANTIZATIONS: readonly Quantization[] = ['fp8', 'awq', 'gptq', 'mxfp4', 'bitsandbytes'];
export const DATA_TYPES: readonly DataType[] = ['float32', 'float16', 'bfloat16'];

/** Any model that could exist. */
export const anyModel: fc.Arbitrary<ModelFacts> = fc
  .record({
    parametersBillion: fc.double({ min: 0.1, max: 700, noNaN: true }),
    layers: fc.integer({ min: 1, max: 128 }),
    kvHeads: fc.integer({ min: 1, max: 32 }),
    headSize: fc.constantFrom(64, 128, 256),
    maxContext: fc.integer({ min: 1, max: 1_048_576 }),
    windowTokens: fc.integer({ min: 1, max: 8192 }),
    windowShare: fc.double({ min: 0, max: 1, noNaN: true }),
    latent: fc.option(fc.integer({ min: 64, max: 4096 }), { nil: undefined }),
  })
  .map(({ windowTokens, windowShare, latent, ...facts }) =>
    model({
      ...facts,
      slidingWindow: { tokens: windowTokens, layers: Math.floor(windowShare * facts.layers) },
      ...(latent === undefined ? {} : { kvElementsPerLayer: latent }),
    }),
  );

/** Checks a property on the same inputs in every run. */
export function holds<T>(property: fc.IProperty<T>, runs = 200): void {
  fc.assert(property, { seed: 20_261_123, numRuns: runs });
}
