import { deepFreeze } from '../../core/freeze';
import type { BodyFormat, ParserDefinition } from './body-format';

const CHAT: BodyFormat = {
  name: 'chat completions',
  prompt: ['tools', 'messages'],
  required: { name: 'messages', kinds: ['array'], missing: 'must have valid messages field' },
  outputLimits: ['max_completion_tokens', 'max_tokens'],
  modelOptional: false,
  usage: 'usage',
};

const COMPLETIONS: BodyFormat = {
  name: 'completions',
  prompt: ['prompt'],
  required: { name: 'prompt', kinds: ['text', 'array'], missing: 'must have prompt field' },
  outputLimits: ['max_tokens'],
  modelOptional: false,
  usage: 'usage',
};

const RESPONSES: BodyFormat = {
  name: 'responses',
  prompt: ['instructions', 'tools', 'input'],
  required: { name: 'input', kinds: ['text', 'array'], missing: 'must have input field' },
  outputLimits: ['max_output_tokens'],
  modelOptional: false,
  usage: 'usage',
};

const CONVERSATIONS: BodyFormat = {
  name: 'conversations',
  prompt: ['items'],
  required: { name: 'items', kinds: ['array'], missing: 'must have items field' },
  outputLimits: [],
  modelOptional: false,
  usage: 'usage',
};

const EMBEDDINGS: BodyFormat = {
  name: 'embeddings',
  prompt: ['input'],
  required: { name: 'input', kinds: ['text', 'array', 'object'], missing: 'must have input field' },
  outputLimits: [],
  modelOptional: false,
  usage: 'usage',
};

const IMAGES: BodyFormat = {
  name: 'images generations',
  prompt: ['prompt'],
  required: { name: 'prompt', kinds: ['text'], missing: 'must have prompt field' },
  outputLimits: [],
  modelOptional: false,
  usage: 'usage',
};

/** The OpenAI API, and vLLM's rendering of its requests. @see https://platform.openai.com/docs/api-reference */
export const OPENAI_PARSER: ParserDefinition = deepFreeze({
  type: 'openai-parser',
  formats: {
    'chat/completions': CHAT,
    'chat/completions/render': CHAT,
    completions: COMPLETIONS,
    'completions/render': COMPLETIONS,
    responses: RESPONSES,
    conversations: CONVERSATIONS,
    embeddings: EMBEDDINGS,
    'images/generations': IMAGES,
  },
});
