import type { ParameterReader } from './parameters/parameter-reader';

/** How prompts are cut into blocks and how many of them are remembered: `approx-prefix-cache-producer`. */
export interface PrefixIndexSettings {
  /** Tokens of a block. */
  readonly blockTokens: number;
  /** Blocks at the head of a prompt that are hashed and matched; `Infinity` for all. */
  readonly maxBlocks: number;
  /** Whether an endpoint's own count of blocks says how many it holds, where its metrics tell. */
  readonly autoTune: boolean;
  /** Blocks that an endpoint holds, where its metrics do not tell or are not asked. */
  readonly blocksPerEndpoint: number;
}

/** Smaller blocks would cost memory without telling more prompts apart. */
export const LEAST_BLOCK_TOKENS = 64;

/** Upstream's numbers. */
export const PREFIX_INDEX_DEFAULTS: PrefixIndexSettings = Object.freeze({
  blockTokens: LEAST_BLOCK_TOKENS,
  maxBlocks: 131_072 / LEAST_BLOCK_TOKENS,
  autoTune: true,
  blocksPerEndpoint: 31_250,
});

/** Reads the parameters of `approx-prefix-cache-producer`. */
export function readPrefixIndexSettings(parameters: ParameterReader): PrefixIndexSettings {
  // `blockSize` is the older name.
  const size = parameters.integer('blockSizeTokens', parameters.integer('blockSize', 16, { min: 1 }), { min: 1 });
  const blockTokens = Math.max(LEAST_BLOCK_TOKENS, size);
  const mostTokens = parameters.integer('maxPrefixTokensToMatch', 131_072, { min: 0 });
  // Counts only where there is no limit of tokens; zero of both means all.
  const mostBlocks = parameters.integer('maxPrefixBlocksToMatch', 2048, { min: 0 });
  const maxBlocks = mostTokens > 0 ? Math.max(1, Math.floor(mostTokens / blockTokens)) : mostBlocks;
  return {
    blockTokens,
    maxBlocks: maxBlocks === 0 ? Infinity : maxBlocks,
    autoTune: parameters.boolean('autoTune', true),
    blocksPerEndpoint: parameters.integer('lruCapacityPerServer', PREFIX_INDEX_DEFAULTS.blocksPerEndpoint, { min: 1 }),
  };
}
