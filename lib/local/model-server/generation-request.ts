import { type Fields, isFields } from '../manifests/fields';
import { type ApiFault, badRequest } from './faults';
import { TOKEN_BYTES } from './token-identities';

/** The two ways to ask for an answer. */
export type GenerationKind = 'chat' | 'completion';

/** What a client asks for, as far as a simulated server follows it. */
export interface GenerationRequest {
  readonly kind: GenerationKind;
  readonly model: string;
  /** The prompt with the marks between its parts, `TOKEN_BYTES` a token. */
  readonly prompt: Uint8Array;
  /** Tokens of the answer; undefined where the client leaves that to the model. */
  readonly maxTokens: number | undefined;
  readonly stream: boolean;
  /** Whether a stream ends with an event that has the usage. */
  readonly includeUsage: boolean;
}

/** Tokens of a completion where the client sets no limit. */
const COMPLETION_TOKENS = 16;

/** Reads the body of a request for an answer. */
export function readGeneration(kind: GenerationKind, body: unknown): GenerationRequest | ApiFault {
  if (!isFields(body)) return badRequest('the body must be a JSON object');
  const { model } = body;
  if (typeof model !== 'string') return badRequest('model must be a text', 'model');
  const prompt = kind === 'chat' ? chatPrompt(body) : completionPrompt(body);
  if (!(prompt instanceof Uint8Array)) return prompt;
  const limit = limitOf(kind, body);
  if (typeof limit === 'object') return limit;
  const copies = body['n'];
  if (copies !== undefined && copies !== null && copies !== 1) {
    return badRequest(`n ${JSON.stringify(copies)}: the simulated server gives one answer a request`, 'n');
  }
  const options = body['stream_options'];
  return {
    kind,
    model,
    prompt,
    maxTokens: limit,
    stream: body['stream'] === true,
    includeUsage: isFields(options) && options['include_usage'] === true,
  };
}

function limitOf(kind: GenerationKind, body: Fields): number | undefined | ApiFault {
  const name = (kind === 'chat' && body['max_completion_tokens'] != null && 'max_completion_tokens') || 'max_tokens';
  const value = body[name];
  if (value === undefined || value === null) return kind === 'chat' ? undefined : COMPLETION_TOKENS;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1) return value;
  return badRequest(`${name} must be a whole number of at least 1, not ${JSON.stringify(value)}`, name);
}

/** What a chat template would make: each message under its role, and the mark after which the model goes on. */
function chatPrompt(body: Fields): Uint8Array | ApiFault {
  const { messages, tools } = body;
  if (!Array.isArray(messages) || messages.length === 0) {
    return badRequest('messages must be a list with at least one message', 'messages');
  }
  let text = Array.isArray(tools) && tools.length > 0 ? `<|tools|>${JSON.stringify(tools)}\n` : '';
  for (const message of messages) {
    if (!isFields(message) || typeof message['role'] !== 'string') {
      return badRequest('every message must have a role', 'messages');
    }
    text += `<|${message['role']}|>\n${contentText(message['content'])}<|end|>\n`;
  }
  return new TextEncoder().encode(`${text}<|assistant|>\n`);
}

function contentText(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return content == null ? '' : JSON.stringify(content);
  return content
    .map((part: unknown) => (isFields(part) && typeof part['text'] === 'string' ? part['text'] : JSON.stringify(part)))
    .join('');
}

/** A text or the numbers of its tokens; a list of one of them counts as that one. */
function completionPrompt(body: Fields): Uint8Array | ApiFault {
  const given = body['prompt'];
  const single: unknown = Array.isArray(given) && given.length === 1 && typeof given[0] !== 'number' ? given[0] : given;
  if (typeof single === 'string') return new TextEncoder().encode(single);
  if (Array.isArray(single) && single.length > 0 && single.every((item) => typeof item === 'number')) {
    const bytes = new Uint8Array(single.length * TOKEN_BYTES);
    const view = new DataView(bytes.buffer);
    single.forEach((token, i) => {
      view.setUint32(i * TOKEN_BYTES, token);
    });
    return bytes;
  }
  const several = Array.isArray(single) && single.length > 1;
  return badRequest(
    several ? 'prompt: the simulated server takes one prompt a request' : 'prompt must be a text or a list of tokens',
    'prompt',
  );
}
