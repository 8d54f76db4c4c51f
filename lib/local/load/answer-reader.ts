import { fieldsAt, isFields, listAt, numberAt, textAt } from '../manifests/fields';
import { EventLines } from './event-lines';
import type { ChatAnswer, ChatFailure } from './types';

/** The event that ends a stream. */
const DONE = '[DONE]';

/** Puts an answer together from the events of its stream, and notes when its tokens came. */
export class AnswerReader {
  readonly #lines = new EventLines();
  #text = '';
  #pieces = 0;
  #firstTokenAt: number | undefined;
  #usage: {
    readonly prompt: number | undefined;
    readonly output: number | undefined;
    readonly cached: number | undefined;
  } = { prompt: undefined, output: undefined, cached: undefined };
  #failure: string | undefined;
  #done = false;

  /** Takes bytes of the answer that came at `now`, ms. */
  public push(bytes: Uint8Array, now: number): void {
    for (const data of this.#lines.push(bytes)) this.#event(data, now);
  }

  /** What it came to when the stream ended at `now`, ms. */
  public end(now: number): ChatAnswer | ChatFailure {
    if (this.#failure !== undefined) return { kind: 'failure', reason: this.#failure };
    if (!this.#done) return { kind: 'failure', reason: 'the answer broke off' };
    if (this.#firstTokenAt === undefined) return { kind: 'failure', reason: 'the answer was empty' };
    return {
      kind: 'answer',
      text: this.#text,
      firstTokenAt: this.#firstTokenAt,
      finishedAt: now,
      promptTokens: this.#usage.prompt,
      // Most servers send an event a token; some put several into one, and then the usage knows better.
      outputTokens: this.#usage.output ?? this.#pieces,
      cachedTokens: this.#usage.cached,
    };
  }

  #event(data: string, now: number): void {
    if (data === DONE) {
      this.#done = true;
      return;
    }
    const event = parsed(data);
    if (!isFields(event)) {
      this.#failure ??= 'an event of the answer is not JSON';
      return;
    }
    if (isFields(event['error'])) this.#failure ??= errorText(event) ?? 'an error within the answer';
    const usage = fieldsAt(event, 'usage');
    if (Object.keys(usage).length > 0) {
      this.#usage = {
        prompt: numberAt(usage, 'prompt_tokens'),
        output: numberAt(usage, 'completion_tokens'),
        cached: numberAt(fieldsAt(usage, 'prompt_tokens_details'), 'cached_tokens'),
      };
    }
    for (const choice of listAt(event, 'choices')) this.#piece(fieldsAt(choice, 'delta'), now);
  }

  #piece(delta: ReturnType<typeof fieldsAt>, now: number): void {
    const content = textAt(delta, 'content') ?? '';
    // Models that think send that first, under a name of its own.
    const thought = textAt(delta, 'reasoning_content') ?? textAt(delta, 'reasoning') ?? '';
    if (content === '' && thought === '') return;
    this.#firstTokenAt ??= now;
    this.#pieces++;
    this.#text += content;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What an error of OpenAI's API says; undefined where a text is none. */
export function errorText(body: unknown): string | undefined {
  if (!isFields(body)) return undefined;
  return textAt(fieldsAt(body, 'error'), 'message') ?? textAt(body, 'error') ?? textAt(body, 'message');
}

/** What the text of a failed answer says, in a line. */
export function faultReason(status: number, body: string): string {
  const said = errorText(parsed(body)) ?? body.trim().split('\n', 1)[0] ?? '';
  return said === '' ? `HTTP ${status}` : `HTTP ${status}: ${said.slice(0, 200)}`;
}
