import type { PromptBlocks } from './request';

/** Knows which endpoints have the head of a prompt in their caches. */
export interface PrefixMatcher {
  /**
   * Writes to `matched[slot]`, for each endpoint that has the prompt's first block, how many blocks it has from the
   * first one on without a gap. Leaves all other elements alone: the caller zeroed them. Slots beyond the array's end
   * are skipped. Returns the largest number written, 0 when no endpoint has the first block.
   */
  match(prompt: PromptBlocks, matched: Int32Array): number;
}

/** Knows nothing: for schedulers without a prefix index. */
export const NO_PREFIXES: PrefixMatcher = Object.freeze({ match: () => 0 });
