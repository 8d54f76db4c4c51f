import type { PluginFactory } from '../plugin-factory';
import { PREFIX_PRODUCER, readProducerName } from '../parameters/producer-name';
import type { Scorer } from '../plugin';

/** Parameters of the scorer. */
export interface PrefixCacheOptions {
  /** Part of the score that depends on the absolute length of the match, 0 to 1. */
  readonly matchLengthWeight: number;
  /** Matched tokens from which that part is full. */
  readonly matchLengthScaleTokens: number;
}

/**
 * Prefers endpoints that have the head of the prompt in their cache. With `w` for the weight of the length:
 * `w * min(1, matchedTokens / scale)^2 + (1 - w) * matchedBlocks / totalBlocks`; 0 for requests without a prompt.
 */
export function prefixCacheScorer(name: string, options: PrefixCacheOptions): Scorer {
  const { matchLengthWeight: weight, matchLengthScaleTokens: scale } = options;
  return {
    type: 'prefix-cache-scorer',
    name,
    kind: 'scorer',
    score(context, candidates, scores) {
      const { hashes, blockTokens } = context.request.prompt;
      if (hashes.length === 0) return;
      let i = 0;
      for (const endpoint of candidates) {
        const matched = context.matchedBlocks(endpoint);
        const length = Math.min(1, (matched * blockTokens) / scale);
        scores[i++] = weight * length * length + ((1 - weight) * matched) / hashes.length;
      }
    },
    explain: (context, endpoint) => ({
      matchedBlocks: context.matchedBlocks(endpoint),
      totalBlocks: context.request.prompt.hashes.length,
    }),
  };
}

export const PREFIX_CACHE: PluginFactory<Scorer> = {
  type: 'prefix-cache-scorer',
  create(name, parameters, around) {
    readProducerName(parameters, 'prefixMatchInfoProducerName', PREFIX_PRODUCER, around);
    return prefixCacheScorer(name, {
      matchLengthWeight: parameters.number('matchLengthWeight', 0, { min: 0, max: 1 }),
      matchLengthScaleTokens: parameters.number('matchLengthScaleTokens', 8192, { above: 0 }),
    });
  },
};
