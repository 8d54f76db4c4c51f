import type { ModelFacts } from './model-facts';

const llama3 = { kvHeads: 8, headSize: 128, maxContext: 131_072, gated: true } as const;

/** @see https://huggingface.co/meta-llama/Llama-3.1-8B-Instruct/blob/main/config.json and its siblings */
export const LLAMA: readonly ModelFacts[] = [
  {
    ...llama3,
    id: 'meta-llama/Llama-3.2-1B-Instruct',
    parametersBillion: 1.24,
    layers: 16,
    attentionHeads: 32,
    headSize: 64,
  },
  { ...llama3, id: 'meta-llama/Llama-3.2-3B-Instruct', parametersBillion: 3.21, layers: 28, attentionHeads: 24 },
  { ...llama3, id: 'meta-llama/Llama-3.1-8B-Instruct', parametersBillion: 8.03, layers: 32, attentionHeads: 32 },
  { ...llama3, id: 'meta-llama/Llama-3.1-70B-Instruct', parametersBillion: 70.6, layers: 80, attentionHeads: 64 },
  { ...llama3, id: 'meta-llama/Llama-3.3-70B-Instruct', parametersBillion: 70.6, layers: 80, attentionHeads: 64 },
];
