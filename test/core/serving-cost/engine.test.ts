import { Accelerator } from '../../../lib/core/accelerators';
import { modelFacts } from '../../../lib/core/models';
import type { ModelFacts } from '../../../lib/core/models/model-facts';
import { adapterLoadMs, defaultBatchedTokens, kvBlocks, startupMs } from '../../../lib/core/serving-cost/engine';

const model = modelFacts('meta-llama/Llama-3.1-8B-Instruct') as ModelFacts;

test.each([
  [Accelerator.NVIDIA_L4, 2048],
  [Accelerator.NVIDIA_A100_80GB, 2048],
  [Accelerator.NVIDIA_H100_80GB, 8192],
  [Accelerator.NVIDIA_B200, 8192],
])('%s runs steps of %i tokens', (accelerator, tokens) => {
  expect(defaultBatchedTokens(accelerator)).toBe(tokens);
});

test('the KV cache is what weights and overhead leave', () => {
  // 22.5 x 0.9 - 3 - 14.96 GiB, at 128 KiB a token.
  expect(kvBlocks({ model, accelerator: Accelerator.NVIDIA_L4, gpus: 1 }) * 16).toBe(18_768);
});

test('a model that does not fit has no KV cache', () => {
  const large = modelFacts('meta-llama/Llama-3.1-70B-Instruct') as ModelFacts;

  expect(kvBlocks({ model: large, accelerator: Accelerator.NVIDIA_L4, gpus: 1 })).toBe(0);
});

test('an FP8 cache holds twice as many tokens', () => {
  const layout = { model, accelerator: Accelerator.NVIDIA_H100_80GB, gpus: 1 };

  expect(kvBlocks({ ...layout, kvBytesPerElement: 1 }) / kvBlocks(layout)).toBeCloseTo(2, 3);
});

test('a larger model takes longer to start, and an adapter longer to read than to copy', () => {
  const large = modelFacts('Qwen/Qwen3-32B') as ModelFacts;
  const layout = { accelerator: Accelerator.NVIDIA_H100_80GB, gpus: 1 };

  expect(startupMs({ ...layout, model: large })).toBeGreaterThan(startupMs({ ...layout, model }));
  expect(adapterLoadMs(8, false)).toBeGreaterThan(10 * adapterLoadMs(8, true));
});
