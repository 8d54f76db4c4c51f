import { Accelerator } from '../../../lib/core/accelerators';
import { modelFacts } from '../../../lib/core/models';
import type { ModelFacts } from '../../../lib/core/models/model-facts';
import {
  kvTokensRead,
  linearMs,
  promptAttentionMs,
  stepCost,
  type StepCost,
} from '../../../lib/core/serving-cost/step-cost';

const LLAMA_8B = modelFacts('meta-llama/Llama-3.1-8B-Instruct') as ModelFacts;

function costOf(accelerator: Accelerator, model = LLAMA_8B, gpus = 1): StepCost {
  const cost = stepCost({ model, accelerator, gpus });
  if (cost === undefined) throw new Error('the accelerator is not known');
  return cost;
}

test.each(Accelerator.all.map((accelerator) => [accelerator.displayName, accelerator] as const))(
  'the speed of the %s is known',
  (_name, accelerator) => {
    expect(stepCost({ model: LLAMA_8B, accelerator, gpus: 1 })).toBeDefined();
  },
);

test('the cost of an accelerator that was described by hand is unknown without its speed', () => {
  const accelerator = Accelerator.custom({
    displayName: 'Own',
    gkeAccelerator: 'own',
    memoryGib: 80,
    computeCapability: 9,
    machines: [],
  });
  const speed = { tflops16: 100, tflops8: 200, memoryGBs: 1000, linkGBs: 10, computeEfficiency: 0.5 };

  expect(stepCost({ model: LLAMA_8B, accelerator, gpus: 1 })).toBeUndefined();
  expect(stepCost({ model: LLAMA_8B, accelerator, gpus: 1, speed })?.computeMsPerToken).toBeCloseTo(16.06 / 50, 4);
});

test('few tokens take the time of reading the weights, many that of computing', () => {
  const cost = costOf(Accelerator.NVIDIA_H100_80GB);

  expect(linearMs(cost, 1)).toBe(cost.sharedWeightsMs);
  expect(linearMs(cost, 8192)).toBeCloseTo(8192 * cost.computeMsPerToken, 9);
});

test('a mixture of experts reads more of its weights the more tokens there are, and never more than all', () => {
  const model = modelFacts('Qwen/Qwen3-30B-A3B') as ModelFacts;
  const cost = costOf(Accelerator.NVIDIA_H100_80GB, model);
  const all = cost.sharedWeightsMs + cost.expertWeightsMs;

  expect(linearMs(cost, 1)).toBeCloseTo((all * 3.3) / 30.5, 6);
  expect(linearMs(cost, 8)).toBeGreaterThan(linearMs(cost, 2));
  expect(linearMs(cost, 100)).toBeLessThanOrEqual(all);
});

test('attention over a prompt counts each pair of tokens once', () => {
  const cost = { ...costOf(Accelerator.NVIDIA_L4), attentionMsPerPair: 1 };

  expect(promptAttentionMs(cost, 4, 0)).toBe(10);
  expect(promptAttentionMs(cost, 4, 10)).toBe(50);
});

test('two chunks of a prompt cost the attention of the whole', () => {
  const cost = costOf(Accelerator.NVIDIA_L4);

  expect(promptAttentionMs(cost, 300, 0) + promptAttentionMs(cost, 700, 300)).toBeCloseTo(
    promptAttentionMs(cost, 1000, 0),
    9,
  );
});

test('layers with a sliding window read no more than it', () => {
  const model = modelFacts('google/gemma-3-12b-it') as ModelFacts;
  const cost = costOf(Accelerator.NVIDIA_L4, model);

  expect(kvTokensRead(cost, 512)).toBe(512);
  expect(kvTokensRead(cost, 10_240)).toBeCloseTo((10_240 * 8 + 1024 * 40) / 48, 6);
});

test('two GPUs take half of the work each, and more for talking to each other', () => {
  const [one, two] = [costOf(Accelerator.NVIDIA_H100_80GB), costOf(Accelerator.NVIDIA_H100_80GB, LLAMA_8B, 2)];

  expect(two.sharedWeightsMs).toBeCloseTo(one.sharedWeightsMs / 2, 9);
  expect(two.computeMsPerToken).toBeGreaterThan(one.computeMsPerToken / 2);
  expect(two.overheadMs).toBeGreaterThan(one.overheadMs);
});
