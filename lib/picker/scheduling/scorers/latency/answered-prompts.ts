import type { Endpoint } from '../../endpoint';
import type { InferenceRequest } from '../../request';

/** A prompt that was answered, and its answer. */
export interface AnsweredPrompt {
  readonly endpoint: Endpoint;
  /** Tokens of the prompt and the answer together. */
  readonly tokens: number;
}

/** Prompts that are remembered, the latest ones: a few megabytes. */
const MOST_PROMPTS = 50_000;

/**
 * Which endpoint answered which prompt: the answer is in its cache too, so it has more of the conversation's next prompt
 * than its blocks tell. The index of prefixes cannot know that: nobody sees an answer's tokens before they come back in
 * a prompt.
 */
export class AnsweredPrompts {
  /** By the last full block of the prompt. */
  readonly #byBlock = new Map<number, AnsweredPrompt>();

  /** Remembers an answer. Prompts shorter than a block tell nothing apart. */
  public add(request: InferenceRequest, endpoint: Endpoint, outputTokens: number): void {
    const { prompt, promptTokens } = request;
    const block = prompt.hashes[Math.floor(promptTokens / prompt.blockTokens) - 1];
    if (block === undefined || outputTokens <= 0) return;
    this.#byBlock.delete(block);
    this.#byBlock.set(block, { endpoint, tokens: promptTokens + outputTokens });
    if (this.#byBlock.size <= MOST_PROMPTS) return;
    for (const oldest of this.#byBlock.keys()) {
      this.#byBlock.delete(oldest);
      return;
    }
  }

  /**
   * The answered prompt that a request goes on from, when an endpoint has just that prompt's blocks of it; undefined
   * where there is none.
   */
  public find({ prompt }: InferenceRequest, matchedBlocks: number): AnsweredPrompt | undefined {
    const block = matchedBlocks > 0 ? prompt.hashes[matchedBlocks - 1] : undefined;
    return block === undefined ? undefined : this.#byBlock.get(block);
  }
}
