import type { ModelFacts } from './model-facts';

const qwen = { kvHeads: 8, headSize: 128, gated: false } as const;

/** @see https://huggingface.co/Qwen/Qwen3-8B/blob/main/config.json and its siblings */
export const QWEN: readonly ModelFacts[] = [
  {
    ...qwen,
    id: 'Qwen/Qwen2.5-7B-Instruct',
    parametersBillion: 7.62,
    layers: 28,
    attentionHeads: 28,
    kvHeads: 4,
    maxContext: 32_768,
  },
  {
    ...qwen,
    id: 'Qwen/Qwen2.5-32B-Instruct',
    parametersBillion: 32.8,
    layers: 64,
    attentionHeads: 40,
    maxContext: 32_768,
  },
  {
    ...qwen,
    id: 'Qwen/Qwen2.5-72B-Instruct',
    parametersBillion: 72.7,
    layers: 80,
    attentionHeads: 64,
    maxContext: 32_768,
  },
  { ...qwen, id: 'Qwen/Qwen3-0.6B', parametersBillion: 0.6, layers: 28, attentionHeads: 16, maxContext: 40_960 },
  { ...qwen, id: 'Qwen/Qwen3-8B', parametersBillion: 8.2, layers: 36, attentionHeads: 32, maxContext: 40_960 },
  { ...qwen, id: 'Qwen/Qwen3-14B', parametersBillion: 14.8, layers: 40, attentionHeads: 40, maxContext: 40_960 },
  { ...qwen, id: 'Qwen/Qwen3-32B', parametersBillion: 32.8, layers: 64, attentionHeads: 64, maxContext: 40_960 },
  {
    ...qwen,
    id: 'Qwen/Qwen3-30B-A3B',
    parametersBillion: 30.5,
    activeParametersBillion: 3.3,
    layers: 48,
    attentionHeads: 32,
    kvHeads: 4,
    maxContext: 40_960,
  },
  {
    ...qwen,
    id: 'Qwen/Qwen3-235B-A22B',
    parametersBillion: 235,
    activeParametersBillion: 22,
    layers: 94,
    attentionHeads: 64,
    kvHeads: 4,
    maxContext: 40_960,
  },
];
