import { KNOWN_MODELS, modelFacts } from '../../../lib/core/models';

/*
 * Sources, read for these tests and not for the library:
 * LITGPT  litgpt 0.5.13, litgpt/config.py.
 * TF      transformers 4.57.1, models/*\/configuration_*.py.
 * KERAS   keras-hub's presets (parameters counted).
 * HF      config.json in the model's repository on Hugging Face.
 */

interface Row {
  readonly id: string;
  /** Billions, computed from the layers and embeddings. */
  readonly parameters: number;
  readonly layers: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headSize: number;
  /** KV cache of a token in bfloat16 when every layer sees it, bytes. */
  readonly kvBytes: number;
  readonly context: number;
  readonly gated: boolean;
  /** Tokens that a windowed layer sees, and how many layers are windowed. */
  readonly window?: readonly [tokens: number, layers: number];
  readonly source: string;
}

function row(
  id: string,
  parameters: number,
  [layers, heads, kvHeads, headSize]: readonly [number, number, number, number],
  kvBytes: number,
  context: number,
  gated: boolean,
  source: string,
  window?: readonly [number, number],
): Row {
  const facts = { id, parameters, layers, heads, kvHeads, headSize, kvBytes, context, gated, source };
  return window === undefined ? facts : { ...facts, window };
}

const K = 1024;

const ROWS: readonly Row[] = [
  // The vision tower of 0.42 billion parameters counts from 4B up; it is loaded with the rest.
  row('google/gemma-3-1b-it', 1.0, [26, 4, 1, 256], 26_624, 32 * K, true, 'LITGPT; KERAS; HF', [512, 22]),
  row('google/gemma-3-4b-it', 4.3, [34, 8, 4, 256], 139_264, 128 * K, true, 'LITGPT; KERAS', [1024, 29]),
  row('google/gemma-3-12b-it', 12.19, [48, 16, 8, 256], 393_216, 128 * K, true, 'LITGPT; KERAS', [1024, 40]),
  row('google/gemma-3-27b-it', 27.43, [62, 32, 16, 128], 507_904, 128 * K, true, 'LITGPT', [1024, 52]),
  row('meta-llama/Llama-3.2-1B-Instruct', 1.236, [16, 32, 8, 64], 32_768, 128 * K, true, 'LITGPT'),
  row('meta-llama/Llama-3.2-3B-Instruct', 3.213, [28, 24, 8, 128], 114_688, 128 * K, true, 'LITGPT'),
  row('meta-llama/Llama-3.1-8B-Instruct', 8.03, [32, 32, 8, 128], 131_072, 128 * K, true, 'LITGPT'),
  row('meta-llama/Llama-3.1-70B-Instruct', 70.55, [80, 64, 8, 128], 327_680, 128 * K, true, 'LITGPT'),
  row('meta-llama/Llama-3.3-70B-Instruct', 70.55, [80, 64, 8, 128], 327_680, 128 * K, true, 'LITGPT'),
  row('Qwen/Qwen2.5-7B-Instruct', 7.62, [28, 28, 4, 128], 57_344, 32 * K, false, 'LITGPT'),
  row('Qwen/Qwen2.5-32B-Instruct', 32.76, [64, 40, 8, 128], 262_144, 32 * K, false, 'LITGPT'),
  row('Qwen/Qwen2.5-72B-Instruct', 72.7, [80, 64, 8, 128], 327_680, 32 * K, false, 'LITGPT; HF'),
  row('Qwen/Qwen3-0.6B', 0.596, [28, 16, 8, 128], 114_688, 40 * K, false, 'LITGPT'),
  row('Qwen/Qwen3-8B', 8.19, [36, 32, 8, 128], 147_456, 40 * K, false, 'LITGPT'),
  row('Qwen/Qwen3-14B', 14.77, [40, 40, 8, 128], 163_840, 40 * K, false, 'LITGPT'),
  row('Qwen/Qwen3-32B', 32.76, [64, 64, 8, 128], 262_144, 40 * K, false, 'LITGPT'),
  row('Qwen/Qwen3-30B-A3B', 30.53, [48, 32, 4, 128], 98_304, 40 * K, false, 'LITGPT'),
  row('Qwen/Qwen3-235B-A22B', 235.09, [94, 64, 4, 128], 192_512, 40 * K, false, 'LITGPT'),
  row('mistralai/Mistral-7B-Instruct-v0.3', 7.25, [32, 32, 8, 128], 131_072, 32 * K, true, 'LITGPT'),
  row('mistralai/Mistral-Small-3.1-24B-Instruct-2503', 24, [40, 32, 8, 128], 163_840, 128 * K, false, 'TF'),
  row('mistralai/Mixtral-8x7B-Instruct-v0.1', 46.7, [32, 32, 8, 128], 131_072, 32 * K, true, 'LITGPT'),
  row('openai/gpt-oss-20b', 20.9, [24, 64, 8, 64], 49_152, 128 * K, false, 'TF; HF', [128, 12]),
  row('openai/gpt-oss-120b', 116.8, [36, 64, 8, 64], 73_728, 128 * K, false, 'TF', [128, 18]),
  row('deepseek-ai/DeepSeek-R1-Distill-Llama-8B', 8.03, [32, 32, 8, 128], 131_072, 128 * K, false, 'LITGPT'),
  row('deepseek-ai/DeepSeek-R1-Distill-Qwen-32B', 32.76, [64, 40, 8, 128], 262_144, 128 * K, false, 'LITGPT'),
  // Latent attention: 61 layers x (512 + 64) elements x 2 bytes.
  row('deepseek-ai/DeepSeek-V3', 671, [61, 128, 128, 128], 70_272, 160 * K, false, 'TF'),
  row('microsoft/phi-4', 14.66, [40, 40, 10, 128], 204_800, 16 * K, false, 'LITGPT'),
];

describe.each(ROWS)('$id', (expected) => {
  const facts = modelFacts(expected.id)!;

  test('has its number of parameters, to one per cent', () => {
    expect(Math.abs(facts.parametersBillion / expected.parameters - 1)).toBeLessThan(0.01);
  });

  test('has its layers, heads and context', () => {
    expect([facts.layers, facts.attentionHeads, facts.kvHeads, facts.headSize, facts.maxContext]).toEqual([
      expected.layers,
      expected.heads,
      expected.kvHeads,
      expected.headSize,
      expected.context,
    ]);
  });

  test(`keeps ${expected.kvBytes} bytes of KV cache for a token that every layer sees`, () => {
    const elements = facts.kvElementsPerLayer ?? 2 * facts.kvHeads * facts.headSize;

    expect(facts.layers * elements * 2).toBe(expected.kvBytes);
  });

  test(expected.gated ? 'is gated' : 'is open to everybody', () => {
    expect(facts.gated).toBe(expected.gated);
  });

  test(expected.window === undefined ? 'sees all tokens in every layer' : 'sees a window in some layers', () => {
    const window = expected.window && { tokens: expected.window[0], layers: expected.window[1] };

    expect(facts.slidingWindow).toEqual(window);
  });
});

test('the catalogue has the models of the table and no others', () => {
  expect(KNOWN_MODELS.map(({ id }) => id).sort()).toEqual(ROWS.map(({ id }) => id).sort());
});

test.each([
  ['openai/gpt-oss-20b', 'mxfp4'],
  ['openai/gpt-oss-120b', 'mxfp4'],
  ['deepseek-ai/DeepSeek-V3', 'fp8'],
])('%s is published in %s', (id, quantization) => {
  expect(modelFacts(id)?.quantization).toBe(quantization);
});

// transformers' Gemma 3 and vLLM's list of models that are not numerically stable in float16.
test('Gemma 3, and no other, overflows float16', () => {
  const overflowing = KNOWN_MODELS.filter(({ refusesFloat16 }) => refusesFloat16 === true).map(({ id }) => id);

  expect(overflowing).toEqual([
    'google/gemma-3-1b-it',
    'google/gemma-3-4b-it',
    'google/gemma-3-12b-it',
    'google/gemma-3-27b-it',
  ]);
});

// config.json: experts of 2,880 x 2,880 x 3 in MXFP4 (a byte of scale for each 32 values), everything else in bfloat16.
test.each([
  ['openai/gpt-oss-20b', 24 * 32, 12.8],
  ['openai/gpt-oss-120b', 36 * 128, 60.8],
])('the published weights of %s, with %d experts, take %d GiB', (id, experts, gib) => {
  const facts = modelFacts(id)!;
  const inExperts = experts * 3 * 2880 * 2880;
  const bytes = inExperts * (4.25 / 8) + (facts.parametersBillion * 1e9 - inExperts) * 2;

  expect(bytes / 2 ** 30).toBeCloseTo(gib, 0);
  expect(facts.publishedWeightsGib).toBeCloseTo(gib, 1);
});

test('formats are mixed in the weights of no other model', () => {
  const mixed = KNOWN_MODELS.filter(({ publishedWeightsGib }) => publishedWeightsGib !== undefined);

  expect(mixed.map(({ id }) => id)).toEqual(['openai/gpt-oss-20b', 'openai/gpt-oss-120b']);
});

test('the other models are published in bfloat16', () => {
  const others = KNOWN_MODELS.filter((facts) => facts.quantization === undefined);

  expect(others).toHaveLength(KNOWN_MODELS.length - 3);
  expect(others.every((facts) => (facts.dataType ?? 'bfloat16') === 'bfloat16')).toBe(true);
});

test.each(['acme/unheard-of', '', 'google/gemma-3-12b-it ', 'GOOGLE/GEMMA-3-12B-IT', 'constructor'])(
  "nothing is known of '%s'",
  (id) => {
    expect(modelFacts(id)).toBeUndefined();
  },
);

test('entries cannot be changed', () => {
  expect(Object.isFrozen(KNOWN_MODELS)).toBe(true);
  expect(KNOWN_MODELS.every((facts) => Object.isFrozen(facts))).toBe(true);
  expect(KNOWN_MODELS.every(({ slidingWindow }) => Object.isFrozen(slidingWindow))).toBe(true);
});
