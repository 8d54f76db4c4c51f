import { deepFreeze } from '../../core/freeze';
import type { ParserDefinition } from './body-format';

/** SGLang's own generate call: a text, or token ids. @see https://docs.sglang.ai/basic_usage/native_api.html */
export const SGLANG_HTTP_PARSER: ParserDefinition = deepFreeze({
  type: 'sglanghttp-parser',
  formats: {
    generate: {
      name: 'generate',
      prompt: ['text', 'input_ids'],
      required: undefined,
      outputLimits: ['sampling_params.max_new_tokens'],
      modelOptional: true,
      usage: 'meta_info',
    },
  },
});
