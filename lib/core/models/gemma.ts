import type { ModelFacts } from './model-facts';

/** Every sixth layer of Gemma 3 sees all tokens, the others the last 1,024 (512 in the 1B model). */
const gemma3 = {
  attentionHeads: 8,
  kvHeads: 4,
  headSize: 256,
  maxContext: 131_072,
  gated: true,
  refusesFloat16: true,
} as const;

/** @see https://huggingface.co/google/gemma-3-12b-it/blob/main/config.json and its siblings */
export const GEMMA: readonly ModelFacts[] = [
  {
    ...gemma3,
    id: 'google/gemma-3-1b-it',
    parametersBillion: 1.0,
    layers: 26,
    attentionHeads: 4,
    kvHeads: 1,
    maxContext: 32_768,
    slidingWindow: { tokens: 512, layers: 22 },
  },
  {
    ...gemma3,
    id: 'google/gemma-3-4b-it',
    parametersBillion: 4.3,
    layers: 34,
    slidingWindow: { tokens: 1024, layers: 29 },
  },
  {
    ...gemma3,
    id: 'google/gemma-3-12b-it',
    parametersBillion: 12.2,
    layers: 48,
    attentionHeads: 16,
    kvHeads: 8,
    slidingWindow: { tokens: 1024, layers: 40 },
  },
  {
    ...gemma3,
    id: 'google/gemma-3-27b-it',
    parametersBillion: 27.4,
    layers: 62,
    attentionHeads: 32,
    kvHeads: 16,
    headSize: 128,
    slidingWindow: { tokens: 1024, layers: 52 },
  },
];
