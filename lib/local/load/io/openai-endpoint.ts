import { ValidationError } from '../../../core/problem';
import type { Clock } from '../../../picker/time';
import { fieldsAt, isFields, listAt, numberAt, textAt } from '../../manifests/fields';
import { AnswerReader, faultReason } from '../answer-reader';
import type { ChatRequest, ListedModel, SendChat } from '../types';

/** Longest wait for the list of models, ms. */
const MODELS_MS = 10_000;

/** Where an OpenAI-compatible server is. */
export interface Endpoint {
  /** With or without the `/v1` at its end. */
  readonly url: string;
  /** @default - none is sent */
  readonly apiKey?: string | undefined;
}

/** Sends chats to an endpoint as streams. */
export function chatSender(endpoint: Endpoint, clock: Clock): SendChat {
  const url = `${baseUrl(endpoint.url)}/chat/completions`;
  const headers = { ...authorization(endpoint), 'content-type': 'application/json' };
  return async (request, signal) => {
    try {
      const response = await fetch(url, { method: 'POST', headers, body: bodyOf(request), signal });
      if (!response.ok) return { kind: 'failure', reason: faultReason(response.status, await response.text()) };
      const reader = new AnswerReader();
      if (response.body !== null) {
        for await (const bytes of response.body) reader.push(bytes as Uint8Array, clock.now());
      }
      return reader.end(clock.now());
    } catch (error) {
      signal.throwIfAborted();
      return { kind: 'failure', reason: connectionTrouble(error) };
    }
  };
}

function bodyOf({ model, messages, maxTokens }: ChatRequest): string {
  return JSON.stringify({
    model,
    messages,
    max_tokens: maxTokens,
    temperature: 0,
    stream: true,
    stream_options: { include_usage: true },
  });
}

/**
 * The models that an endpoint lists; none where it has no list.
 * @throws ValidationError where nobody answers
 */
export async function listModels(endpoint: Endpoint, signal: AbortSignal): Promise<readonly ListedModel[]> {
  const url = `${baseUrl(endpoint.url)}/models`;
  const within = AbortSignal.any([signal, AbortSignal.timeout(MODELS_MS)]);
  const response = await fetch(url, { headers: authorization(endpoint), signal: within }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw new ValidationError('load', [
      {
        what: `--url ${endpoint.url}`,
        why: within.aborted ? `no answer within ${MODELS_MS / 1000} s` : connectionTrouble(error),
        fix: 'give the address of a gateway or server that runs, such as http://localhost:8080',
      },
    ]);
  });
  const body: unknown = await response.json().catch(() => undefined);
  if (!response.ok || !isFields(body)) return [];
  return listAt(body, 'data').flatMap((entry) => {
    const id = textAt(entry, 'id');
    if (id === undefined) return [];
    return [{ id, adapter: textAt(entry, 'parent') !== undefined, maxTokens: numberAt(entry, 'max_model_len') }];
  });
}

/** An address that requests are put after: with `/v1`, without a slash at its end. */
export function baseUrl(url: string): string {
  const trimmed = url.replace(/\/+$/, '');
  return trimmed.endsWith('/v1') ? trimmed : `${trimmed}/v1`;
}

function authorization({ apiKey }: Endpoint): Readonly<Record<string, string>> {
  return apiKey === undefined || apiKey === '' ? {} : { authorization: `Bearer ${apiKey}` };
}

/** The cause is what says something: `fetch failed` does not. */
function connectionTrouble(error: unknown): string {
  const failed = isFields(error) ? error : {};
  const cause = fieldsAt(failed, 'cause');
  const why = textAt(cause, 'code') ?? textAt(cause, 'message') ?? textAt(failed, 'message');
  return why === undefined ? 'the connection failed' : `the connection failed: ${why}`;
}
