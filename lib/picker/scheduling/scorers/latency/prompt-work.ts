/**
 * How much attending to one earlier token costs, as a part of a token's matrix products: `4 x width x layers` operations
 * against 2 for each parameter, which is 2e-5 for a dense model of 70 billion parameters and 3.3e-5 for one of 8.
 */
const ATTENTION_PART = 3e-5;

/**
 * What a server must do to compute the last `uncached` of `promptTokens` tokens, in units of one token without context:
 * late tokens of a long prompt cost more than early ones, though the others before them come from the cache.
 */
export function promptWork(uncached: number, promptTokens: number): number {
  // The next token comes from the last one, so that one is always computed.
  const tokens = uncached < 1 ? 1 : uncached;
  return tokens * (1 + ATTENTION_PART * Math.max(0, promptTokens - tokens / 2));
}
