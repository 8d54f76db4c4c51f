import { deepFreeze } from '../../core/freeze';
import type { BodyFormat, ParserDefinition } from './body-format';

const MESSAGES: BodyFormat = {
  name: 'messages',
  prompt: ['tools', 'system', 'messages'],
  required: { name: 'messages', kinds: ['array'], missing: 'must have valid messages field' },
  outputLimits: ['max_tokens'],
  modelOptional: false,
  usage: 'usage',
};

/** Computes nothing, so it neither needs nor leaves anything in a cache. */
const COUNT_TOKENS: BodyFormat = { ...MESSAGES, name: 'count tokens', prompt: [], outputLimits: [] };

/** The Anthropic Messages API. @see https://docs.anthropic.com/en/api/messages */
export const ANTHROPIC_PARSER: ParserDefinition = deepFreeze({
  type: 'anthropic-parser',
  formats: { messages: MESSAGES, 'messages/count_tokens': COUNT_TOKENS },
});
