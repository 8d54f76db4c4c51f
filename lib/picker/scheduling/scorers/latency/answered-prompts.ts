import type { Endpoint } from '../../endpoint';
import type { InferenceRequest, PromptBlocks } from '../../request';

/** A prompt that was answered, and its answer. */
interface AnsweredPrompt {
  /** Of the endpoint that answered. */
  readonly slot: number;
  readonly generation: number;
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
  #askedBlock = -1;
  #found: AnsweredPrompt | undefined;

  /** Remembers an answer. Prompts shorter than a block tell nothing apart. */
  public add({ prompt, promptTokens }: InferenceRequest, { slot, generation }: Endpoint, outputTokens: number): void {
    const block = prompt.hashes[Math.floor(promptTokens / prompt.blockTokens) - 1];
    if (block === undefined || outputTokens <= 0) return;
    this.#askedBlock = -1;
    this.#byBlock.delete(block);
    this.#byBlock.set(block, { slot, generation, tokens: promptTokens + outputTokens });
    if (this.#byBlock.size <= MOST_PROMPTS) return;
    for (const oldest of this.#byBlock.keys()) {
      this.#byBlock.delete(oldest);
      return;
    }
  }

  /**
   * Tokens of a prompt that an endpoint has from the start on, blocks of which it has `matchedBlocks`, because it gave the
   * conversation's last answer; 0 where it did not.
   */
  public tokensAt({ prompt }: InferenceRequest, matchedBlocks: number, { slot, generation }: Endpoint): number {
    const found = this.#find(prompt, matchedBlocks);
    return found?.slot === slot && found.generation === generation ? found.tokens : 0;
  }

  /** Most endpoints have the same number of blocks of a prompt: the last answer to the question is kept. */
  #find(prompt: PromptBlocks, matchedBlocks: number): AnsweredPrompt | undefined {
    const block = matchedBlocks > 0 ? prompt.hashes[matchedBlocks - 1] : undefined;
    if (block === undefined) return undefined;
    if (block !== this.#askedBlock) {
      this.#askedBlock = block;
      this.#found = this.#byBlock.get(block);
    }
    return this.#found;
  }
}
