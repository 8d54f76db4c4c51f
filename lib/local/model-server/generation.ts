import type { SimulatedRequest } from '../../simulator/request';
import { answerLength, answerText } from './answer-text';
import { type ApiFault, badRequest } from './faults';
import type { GenerationRequest } from './generation-request';
import type { ServedModel } from './served-models';
import { saltOf, textStream, TOKEN_BYTES, tokensOf } from './token-identities';
import type { FinishReason } from './wire';

/** An answer as it will be, before the first token of it comes. */
export interface Generation {
  readonly request: SimulatedRequest;
  /** Decides the words. */
  readonly seed: number;
}

/**
 * Decides what a server will answer: as many tokens as the client takes, or as the prompt leads the model to. The same
 * prompt gets the same answer, and the answer's tokens are known, so that the next turn of a conversation finds them in
 * the cache.
 */
export function planGeneration(
  asked: GenerationRequest,
  model: ServedModel,
  limits: { readonly id: number; readonly maxTokens: number },
): Generation | ApiFault {
  const promptTokens = tokensOf(asked.prompt.length);
  const room = limits.maxTokens - promptTokens;
  if (room < (asked.maxTokens ?? 1)) return tooLong(promptTokens, asked, limits.maxTokens);
  const salt = model.adapter ? saltOf(model.name) : 0;
  const seed = textStream(asked.prompt, salt).pieces.at(-1) ?? salt;
  const outputTokens = asked.maxTokens ?? Math.min(room, answerLength(seed));
  const text = new Uint8Array(asked.prompt.length + outputTokens * TOKEN_BYTES);
  text.set(asked.prompt);
  new TextEncoder().encodeInto(answerText(seed, 0, outputTokens), text.subarray(asked.prompt.length));
  const request: SimulatedRequest = {
    id: limits.id,
    session: limits.id,
    model: model.name,
    adapter: model.adapter,
    promptTokens,
    outputTokens,
    maxOutputTokens: asked.maxTokens,
    tokens: textStream(text, salt),
  };
  return { request, seed };
}

/** Why an answer ends: a client's limit is always reached. */
export function finishReason({ maxOutputTokens }: SimulatedRequest): FinishReason {
  return maxOutputTokens === undefined ? 'stop' : 'length';
}

function tooLong(promptTokens: number, { kind, maxTokens }: GenerationRequest, most: number): ApiFault {
  const where = kind === 'chat' ? 'messages' : 'prompt';
  const total = promptTokens + (maxTokens ?? 1);
  return badRequest(
    `This model's maximum context length is ${most} tokens, and the request needs ${total}: ${promptTokens} in the ` +
      `${where}, ${maxTokens ?? 1} in the answer. Shorten the ${where}${maxTokens === undefined ? '' : ' or the answer'}.`,
    where,
  );
}
