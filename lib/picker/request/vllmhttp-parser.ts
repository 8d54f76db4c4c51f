import { deepFreeze } from '../../core/freeze';
import type { ParserDefinition } from './body-format';

/** vLLM's own generate call, whose prompt is token ids. @see https://docs.vllm.ai */
export const VLLM_HTTP_PARSER: ParserDefinition = deepFreeze({
  type: 'vllmhttp-parser',
  formats: {
    'inference/v1/generate': {
      name: 'generate',
      prompt: ['token_ids'],
      required: { name: 'token_ids', kinds: ['array'], missing: 'must have token_ids field' },
      outputLimits: ['sampling_params.max_tokens'],
      modelOptional: true,
      usage: 'usage',
    },
  },
});
