import type { GenerationKind } from './generation-request';

/** What the answers to one request have in common. */
export interface AnswerHead {
  readonly kind: GenerationKind;
  readonly id: string;
  /** Seconds since 1970. */
  readonly created: number;
  readonly model: string;
}

/** Tokens of a request, as OpenAI's API counts them. */
export interface Usage {
  readonly promptTokens: number;
  readonly outputTokens: number;
  readonly cachedTokens: number;
}

/** Why an answer ended: by itself, or at the limit that the client set. */
export type FinishReason = 'stop' | 'length';

/** A whole answer. */
export function answerBody(head: AnswerHead, text: string, finish: FinishReason, usage: Usage): string {
  const choice =
    head.kind === 'chat'
      ? { index: 0, message: { role: 'assistant', content: text }, logprobs: null, finish_reason: finish }
      : { index: 0, text, logprobs: null, finish_reason: finish };
  const object = head.kind === 'chat' ? 'chat.completion' : 'text_completion';
  return JSON.stringify({ ...common(head, object), choices: [choice], usage: usageBody(usage) });
}

/** Stands where the text of an event will be. */
const MARK = '@';

/** Writes an answer as server-sent events. The texts around each piece are made once. */
export class AnswerEvents {
  readonly #prefix: string;
  readonly #suffix: string;

  public constructor(private readonly head: AnswerHead) {
    // The text of the answer needs no escapes: it is made of letters and spaces.
    const event = this.#event(this.#choice(MARK, null));
    // The last one: names may have it too.
    const at = event.lastIndexOf(MARK);
    this.#prefix = event.slice(0, at);
    this.#suffix = event.slice(at + MARK.length);
  }

  /** The first event of a chat, which says who speaks. */
  public start(): string {
    if (this.head.kind !== 'chat') return '';
    return this.#event({ index: 0, delta: { role: 'assistant', content: '' }, logprobs: null, finish_reason: null });
  }

  /** An event with more of the text. */
  public piece(text: string): string {
    return this.#prefix + text + this.#suffix;
  }

  /** The events at the end. */
  public end(finish: FinishReason, usage: Usage | undefined): string {
    const last =
      usage === undefined
        ? ''
        : `data: ${JSON.stringify({ ...common(this.head, this.#object), choices: [], usage: usageBody(usage) })}\n\n`;
    return `${this.#event(this.#choice('', finish))}${last}data: [DONE]\n\n`;
  }

  get #object(): string {
    return this.head.kind === 'chat' ? 'chat.completion.chunk' : 'text_completion';
  }

  #choice(text: string, finish: FinishReason | null): object {
    const content = this.head.kind === 'chat' ? { delta: text === '' ? {} : { content: text } } : { text };
    return { index: 0, ...content, logprobs: null, finish_reason: finish };
  }

  #event(choice: object): string {
    return `data: ${JSON.stringify({ ...common(this.head, this.#object), choices: [choice] })}\n\n`;
  }
}

function common({ id, created, model }: AnswerHead, object: string): object {
  return { id, object, created, model };
}

function usageBody({ promptTokens, outputTokens, cachedTokens }: Usage): object {
  return {
    prompt_tokens: promptTokens,
    total_tokens: promptTokens + outputTokens,
    completion_tokens: outputTokens,
    prompt_tokens_details: { cached_tokens: cachedTokens },
  };
}
