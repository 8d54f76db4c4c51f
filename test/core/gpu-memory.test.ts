import fc from 'fast-check';
import { Accelerator } from '../../lib/core/accelerators';
import {
  BFLOAT16_CAPABILITY,
  effectiveDataType,
  GIB,
  kvCacheGib,
  longestSequence,
  SAFE_OVERHEAD_GIB,
  sequenceKvGib,
  usableGib,
  weightsGib,
  type MemoryLayout,
} from '../../lib/core/gpu-memory';
import { modelFacts } from '../../lib/core/models';
import { anyModel, DATA_TYPES, holds, layout, model, QUANTIZATIONS } from './builders';

/** KV cache of one sequence over all GPUs of a layout. */
function needed(any: MemoryLayout, tokens: number): number {
  return sequenceKvGib(any.model, tokens, any.kvBytesPerElement, any.tensorParallel ?? any.gpus);
}

const anyLayout: fc.Arbitrary<MemoryLayout> = fc.record({
  model: anyModel,
  gpus: fc.constantFrom(1, 2, 4, 8, 16),
  gpuMemoryGib: fc.double({ min: 10, max: 200, noNaN: true }),
  gpuMemoryUtilization: fc.double({ min: 0.2, max: 0.99, noNaN: true }),
  dataType: fc.option(fc.constantFrom(...DATA_TYPES), { nil: undefined }),
  quantization: fc.option(fc.constantFrom(...QUANTIZATIONS), { nil: undefined }),
  kvBytesPerElement: fc.constantFrom(undefined, 1, 2),
  tensorParallel: fc.constantFrom(undefined, 1, 2, 4, 8, 16),
  overheadGib: fc.constantFrom(undefined, SAFE_OVERHEAD_GIB),
});

test('a GiB has 1,073,741,824 bytes', () => {
  expect(GIB).toBe(1_073_741_824);
});

describe('weights', () => {
  const billion = model({ parametersBillion: GIB / 1e9 });

  test.each([
    ['float32', 4],
    ['float16', 2],
    ['bfloat16', 2],
  ] as const)('take, in %s, %d bytes for each parameter', (dataType, bytes) => {
    expect(weightsGib(billion, dataType)).toBeCloseTo(bytes, 10);
  });

  test.each([
    ['fp8', 1],
    ['awq', 0.56],
    ['gptq', 0.56],
    ['mxfp4', 0.55],
    ['bitsandbytes', 0.56],
  ] as const)('take, quantized to %s, about %d bytes for each parameter', (quantization, bytes) => {
    expect(weightsGib(billion, undefined, quantization)).toBeCloseTo(bytes, 10);
  });

  test('are taken for bfloat16 when nothing says otherwise', () => {
    expect(weightsGib(billion)).toBeCloseTo(2, 10);
  });

  test('have the format that the model is published in', () => {
    expect(weightsGib({ ...billion, dataType: 'float32' })).toBeCloseTo(4, 10);
    expect(weightsGib({ ...billion, quantization: 'fp8' })).toBeCloseTo(1, 10);
  });

  test('have the format that the user chose rather than the published one', () => {
    expect(weightsGib({ ...billion, dataType: 'float32' }, 'float16')).toBeCloseTo(2, 10);
    expect(weightsGib({ ...billion, quantization: 'fp8' }, undefined, 'awq')).toBeCloseTo(0.56, 10);
  });

  test('are as large as published where formats are mixed in them', () => {
    const mixed = { ...billion, quantization: 'mxfp4', publishedWeightsGib: 1.5 } as const;

    expect([weightsGib(mixed), weightsGib(mixed, 'float32'), weightsGib(mixed, undefined, 'mxfp4')]).toEqual([
      1.5, 1.5, 1.5,
    ]);
    expect(weightsGib(mixed, undefined, 'fp8')).toBeCloseTo(1, 10);
  });

  test('stay quantized when the user chooses a format for the activations', () => {
    expect(weightsGib({ ...billion, quantization: 'fp8' }, 'float16')).toBeCloseTo(1, 10);
  });
});

describe('number format of the server', () => {
  const overflowing = model({ refusesFloat16: true });

  test.each([
    ['NVIDIA_TESLA_T4', model(), undefined, 'float16'],
    ['NVIDIA_TESLA_T4', overflowing, undefined, 'float32'],
    ['NVIDIA_TESLA_T4', model({ dataType: 'float32' }), undefined, 'float32'],
    ['NVIDIA_TESLA_T4', overflowing, 'float16', 'float16'],
    ['NVIDIA_TESLA_T4', model(), 'bfloat16', 'bfloat16'],
    ['NVIDIA_A100_40GB', model(), undefined, 'bfloat16'],
    ['NVIDIA_L4', overflowing, undefined, 'bfloat16'],
    ['NVIDIA_L4', model({ dataType: 'float16' }), undefined, 'float16'],
    ['NVIDIA_L4', model(), 'float32', 'float32'],
  ] as const)('on %s (case %#)', (name, facts, requested, expected) => {
    expect(effectiveDataType(facts, Accelerator[name].computeCapability, requested)).toBe(expected);
  });

  test('is bfloat16 from compute capability 8 on', () => {
    expect(BFLOAT16_CAPABILITY).toBe(8);
    expect(effectiveDataType(model(), 7.9, undefined)).toBe('float16');
    expect(effectiveDataType(model(), 8, undefined)).toBe('bfloat16');
  });

  test('makes Gemma 3 twice as large on a T4', () => {
    const gemma = modelFacts('google/gemma-3-4b-it')!;
    const onT4 = effectiveDataType(gemma, Accelerator.NVIDIA_TESLA_T4.computeCapability, undefined);

    expect(weightsGib(gemma, onT4)).toBeCloseTo(2 * weightsGib(gemma), 10);
  });
});

describe('memory for weights and KV cache', () => {
  test('is what the server may take, less its overhead, on every GPU', () => {
    expect(usableGib(layout({ gpus: 4, gpuMemoryGib: 80, gpuMemoryUtilization: 0.5 }))).toBe(4 * (40 - 1.5));
  });

  test('does not depend on the model', () => {
    expect(usableGib(layout({ model: model({ parametersBillion: 70 }) }))).toBe(usableGib(layout()));
  });

  test('is shared by the two of them', () => {
    holds(
      fc.property(anyLayout, (any) => {
        const weights = weightsGib(any.model, any.dataType, any.quantization);

        expect(kvCacheGib(any) + weights).toBeCloseTo(usableGib(any), 6);
      }),
    );
  });
});

describe('memory for the KV cache', () => {
  test('is what the server may take, less its overhead and the weights', () => {
    const weights = 8e9 * 2;

    expect(kvCacheGib(layout({ gpuMemoryGib: 80, gpuMemoryUtilization: 0.5 }))).toBeCloseTo(40 - 1.5 - weights / GIB);
  });

  test('counts the overhead once for each GPU, and the weights once', () => {
    const weights = 8e9 * 2;

    expect(kvCacheGib(layout({ gpus: 4 }))).toBeCloseTo(4 * (22.5 * 0.9 - 1.5) - weights / GIB);
  });

  test('is negative when not even the weights fit', () => {
    expect(kvCacheGib(layout({ model: model({ parametersBillion: 70 }) }))).toBeLessThan(-100);
  });

  test('leaves as much aside as the caller asks for', () => {
    const little = kvCacheGib(layout({ gpus: 2 }));

    expect(little - kvCacheGib(layout({ gpus: 2, overheadGib: SAFE_OVERHEAD_GIB }))).toBeCloseTo(2 * (3 - 1.5));
  });

  test('grows when the weights are quantized', () => {
    holds(
      fc.property(anyLayout, fc.constantFrom(...QUANTIZATIONS), (any, quantization) => {
        const whole = kvCacheGib({ ...any, model: model(any.model), dataType: 'bfloat16', quantization: undefined });

        expect(kvCacheGib({ ...any, quantization })).toBeGreaterThan(whole);
      }),
    );
  });
});

describe('KV cache of a sequence', () => {
  // Bytes for each token from the models' configurations, by hand: 2 x layers x KV heads x head size x 2 bytes.
  test.each([
    ['meta-llama/Llama-3.1-8B-Instruct', 131_072],
    ['Qwen/Qwen3-8B', 147_456],
    ['microsoft/phi-4', 204_800],
    ['deepseek-ai/DeepSeek-V3', 70_272],
  ])('of %s takes %d bytes for each token', (id, bytes) => {
    expect(sequenceKvGib(modelFacts(id)!, 8192)).toBeCloseTo((bytes * 8192) / GIB, 10);
  });

  test('takes half with an FP8 cache', () => {
    expect(sequenceKvGib(model(), 8192, 1)).toBe(0.5);
  });

  test('stops growing in windowed layers at the end of the window', () => {
    const gemma = modelFacts('google/gemma-3-27b-it')!;
    const layerBytes = 2 * 16 * 128 * 2;

    expect(sequenceKvGib(gemma, 32_768)).toBeCloseTo((layerBytes * (10 * 32_768 + 52 * 1024)) / GIB, 10);
  });

  test('grows in every layer up to the window', () => {
    const gemma = modelFacts('google/gemma-3-27b-it')!;
    const layerBytes = 2 * 16 * 128 * 2;

    expect(sequenceKvGib(gemma, 512)).toBeCloseTo((layerBytes * 62 * 512) / GIB, 10);
  });

  test('is nothing without tokens', () => {
    expect(sequenceKvGib(model(), 0)).toBe(0);
  });

  test.each([
    [1, 1],
    [4, 1],
    [8, 1],
    [16, 2],
    [32, 4],
  ])('with eight KV heads over %d GPUs is kept %d times', (gpus, copies) => {
    expect(sequenceKvGib(model(), 8192, 2, gpus)).toBe(copies);
  });

  test.each([1, 2, 8])('with latent attention is on every one of %d GPUs', (gpus) => {
    const latent = modelFacts('deepseek-ai/DeepSeek-V3')!;

    expect(sequenceKvGib(latent, 8192, 2, gpus)).toBeCloseTo((gpus * 70_272 * 8192) / GIB, 10);
  });

  test('never shrinks with more tokens', () => {
    holds(
      fc.property(anyModel, fc.nat(1_000_000), fc.nat(1_000_000), (any, a, b) => {
        expect(sequenceKvGib(any, Math.min(a, b))).toBeLessThanOrEqual(sequenceKvGib(any, Math.max(a, b)));
      }),
    );
  });
});

describe('longest sequence', () => {
  test('fills the memory that the weights leave, in steps of 1,024 tokens', () => {
    // 22.5 x 0.9 - 1.5 - 14.9 = 3.85 GiB at 8,192 tokens a GiB.
    expect(longestSequence(layout())).toBe(30 * 1024);
  });

  test('ends at the context of the model', () => {
    expect(longestSequence(layout({ gpuMemoryGib: 180 }))).toBe(131_072);
  });

  test('ends at a context that is no multiple of 1,024', () => {
    expect(longestSequence(layout({ gpuMemoryGib: 180, model: model({ maxContext: 5000 }) }))).toBe(5000);
  });

  test('is nothing where the weights do not fit', () => {
    expect(longestSequence(layout({ model: model({ parametersBillion: 70 }) }))).toBe(0);
  });

  test('doubles with an FP8 cache', () => {
    expect(longestSequence(layout({ kvBytesPerElement: 1 }))).toBe(61 * 1024);
  });

  test('of DeepSeek V3 counts its cache on each of eight H200', () => {
    const deepSeek = layout({
      model: modelFacts('deepseek-ai/DeepSeek-V3')!,
      gpus: 8,
      gpuMemoryGib: 140.4,
      gpuMemoryUtilization: 0.6,
    });
    // 8 x (140.4 x 0.6 - 1.5) - 624.9 = 37 GiB at 8 x 70,272 bytes a token.
    expect(longestSequence(deepSeek)).toBe(69 * 1024);
  });

  test('halves when GPUs beyond the KV heads hold copies', () => {
    const heads = model({ kvHeads: 2, headSize: 512, maxContext: 10_000_000 });
    const split = longestSequence(layout({ model: heads, gpus: 4, tensorParallel: 2 }));

    const copied = longestSequence(layout({ model: heads, gpus: 4 }));

    expect(Math.abs(copied - split / 2)).toBeLessThanOrEqual(1024);
  });

  test('takes all GPUs of a replica for one group unless it is told otherwise', () => {
    holds(
      fc.property(anyLayout, (any) => {
        const group = { ...any, tensorParallel: undefined };

        expect(longestSequence(group)).toBe(longestSequence({ ...any, tensorParallel: any.gpus }));
      }),
    );
  });

  test('of Gemma 3 12B on two L4 is its whole context, because most of its layers are windowed', () => {
    const gemma = modelFacts('google/gemma-3-12b-it')!;

    expect(longestSequence(layout({ model: gemma, gpus: 2 }))).toBe(gemma.maxContext);
  });

  test('is never above the context of the model', () => {
    holds(
      fc.property(anyLayout, (any) => {
        expect(longestSequence(any)).toBeLessThanOrEqual(any.model.maxContext);
      }),
    );
  });

  test('never shrinks with more GPUs', () => {
    holds(
      fc.property(anyLayout, fc.integer({ min: 1, max: 16 }), (any, more) => {
        const grown = longestSequence({ ...any, gpus: any.gpus + more });

        expect(grown).toBeGreaterThanOrEqual(longestSequence(any));
      }),
    );
  });

  test('fits into the KV cache', () => {
    holds(
      fc.property(anyLayout, (any) => {
        const tokens = longestSequence(any);

        expect(needed(any, tokens)).toBeLessThanOrEqual(Math.max(0, kvCacheGib(any)));
      }),
    );
  });

  test('leaves no room for 1,024 tokens more, unless the context ends before', () => {
    holds(
      fc.property(anyLayout, (any) => {
        const more = longestSequence(any) + 1024;
        const fits = needed(any, more) <= kvCacheGib(any);

        expect(fits && more <= any.model.maxContext).toBe(false);
      }),
    );
  });

  test('is a multiple of 1,024, or the context of the model', () => {
    holds(
      fc.property(anyLayout, (any) => {
        const tokens = longestSequence(any);

        expect(tokens % 1024 === 0 || tokens === any.model.maxContext).toBe(true);
      }),
    );
  });
});
