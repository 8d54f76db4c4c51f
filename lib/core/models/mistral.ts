import type { ModelFacts } from './model-facts';

const mistral = { attentionHeads: 32, kvHeads: 8, headSize: 128 } as const;

/** @see https://huggingface.co/mistralai/Mistral-7B-Instruct-v0.3/blob/main/config.json and its siblings */
export const MISTRAL: readonly ModelFacts[] = [
  {
    ...mistral,
    id: 'mistralai/Mistral-7B-Instruct-v0.3',
    parametersBillion: 7.25,
    layers: 32,
    maxContext: 32_768,
    gated: true,
  },
  {
    ...mistral,
    id: 'mistralai/Mistral-Small-3.1-24B-Instruct-2503',
    parametersBillion: 24,
    layers: 40,
    maxContext: 131_072,
    gated: false,
  },
  {
    ...mistral,
    id: 'mistralai/Mixtral-8x7B-Instruct-v0.1',
    parametersBillion: 46.7,
    activeParametersBillion: 12.9,
    layers: 32,
    maxContext: 32_768,
    gated: true,
  },
];
