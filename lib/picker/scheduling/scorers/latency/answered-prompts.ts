import type { Endpoint } from '../../endpoint';
import type { InferenceRequest, PromptBlocks } from '../../request';

/** A prompt that was answered, and its answer. */
interface AnsweredPrompt {
  /** Of the endpoint that answered. */
  readonly slot: number;
  readonly generation: number;
  /** Hash of the prompt's last block: another one after the same block is another prompt. */
  readonly end: number;
  /** Tokens of the prompt and the answer together; 0 where several prompts end after the same block. */
  readonly tokens: number;
}

/** Blocks that are remembered, two for each of the latest prompts: a few megabytes. */
const MOST_BLOCKS = 100_000;

/**
 * Which endpoint answered which prompt: the answer is in its cache too, so it has more of the conversation's next prompt
 * than its blocks tell. The index of prefixes cannot know that: nobody sees an answer's tokens before they come back in
 * a prompt. An answer of which the next prompt leaves something out, such as reasoning, is there in part only.
 */
export class AnsweredPrompts {
  /** By the last block that a longer prompt has in common: the last one or, where that was not full, the one before. */
  readonly #byBlock = new Map<number, AnsweredPrompt>();
  #askedBlock = -1;
  #found: AnsweredPrompt | undefined;

  /** Remembers an answer. */
  public add({ prompt, promptTokens }: InferenceRequest, { slot, generation }: Endpoint, outputTokens: number): void {
    const { hashes } = prompt;
    const end = hashes.at(-1);
    if (end === undefined || outputTokens <= 0) return;
    this.#askedBlock = -1;
    const answered = { slot, generation, end, tokens: promptTokens + outputTokens };
    // Whether the last block is full depends on how a parser cuts; a partial one is never found in a longer prompt.
    this.#put(end, answered);
    const before = hashes.at(-2);
    if (before === undefined) return;
    const known = this.#byBlock.get(before);
    const isShared = known !== undefined && (known.tokens === 0 || ![end, before].includes(known.end));
    this.#put(before, isShared ? { ...answered, tokens: 0 } : answered);
  }

  /**
   * Tokens of a prompt that an endpoint has from the start on, blocks of which it has `matchedBlocks`, because it gave the
   * conversation's last answer; 0 where it did not, or where that cannot be told.
   */
  public tokensAt({ prompt }: InferenceRequest, matchedBlocks: number, { slot, generation }: Endpoint): number {
    const found = this.#find(prompt, matchedBlocks);
    return found?.slot === slot && found.generation === generation ? found.tokens : 0;
  }

  #put(block: number, answered: AnsweredPrompt): void {
    this.#byBlock.delete(block);
    this.#byBlock.set(block, answered);
    if (this.#byBlock.size <= MOST_BLOCKS) return;
    for (const oldest of this.#byBlock.keys()) {
      this.#byBlock.delete(oldest);
      return;
    }
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
