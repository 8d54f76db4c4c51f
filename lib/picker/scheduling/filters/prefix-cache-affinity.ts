import type { Endpoint } from '../endpoint';
import { LOAD_PRODUCER, PREFIX_PRODUCER, readProducerName } from '../parameters/producer-name';
import type { Filter, SchedulingContext } from '../plugin';
import type { PluginFactory } from '../plugin-factory';
import { keep } from './keep';

/** Parameters of the filter. */
export interface PrefixAffinityOptions {
  /** Part of the prompt that an endpoint must have to hold the request, 0 to 1. */
  readonly affinityThreshold: number;
  /** Chance that a request may go anywhere, so that prefixes spread, 0 to 1. */
  readonly explorationProbability: number;
  /** How much longer the holders may let a request wait than others, ms; 0 for any time. */
  readonly maxTTFTPenaltyMs: number;
  /** Prompt tokens that an endpoint computes in a second. */
  readonly peakPrefillThroughput: number;
}

/**
 * Keeps endpoints that have most of the prompt in their cache, as long as waiting for them does not take much longer
 * than computing it elsewhere. The wait is what an endpoint has left to prefill, at its peak speed.
 */
export function prefixCacheAffinityFilter(name: string, options: PrefixAffinityOptions): Filter {
  return {
    type: 'prefix-cache-affinity-filter',
    name,
    kind: 'filter',
    filter(context, candidates) {
      const { explorationProbability } = options;
      if (explorationProbability > 0 && context.random() < explorationProbability) return candidates;
      const holders = keep(candidates, (endpoint) => isHolder(context, endpoint, options.affinityThreshold));
      if (holders.length === 0 || holders.length === candidates.length) return candidates;
      return tooSlow(context, candidates, options) ? candidates : holders;
    },
    explain: (context, { load }) => ({
      waitMs: waitMs(load.prefillTokens, options.peakPrefillThroughput),
      promptBlocks: context.request.prompt.hashes.length,
    }),
  };
}

function isHolder(context: SchedulingContext, endpoint: Endpoint, threshold: number): boolean {
  const blocks = context.request.prompt.hashes.length;
  return blocks > 0 && context.matchedBlocks(endpoint) / blocks >= threshold;
}

function tooSlow(context: SchedulingContext, candidates: readonly Endpoint[], options: PrefixAffinityOptions): boolean {
  if (options.maxTTFTPenaltyMs === 0) return false;
  let leastHeld = Infinity;
  let leastOther = Infinity;
  for (const endpoint of candidates) {
    const tokens = endpoint.load.prefillTokens;
    if (isHolder(context, endpoint, options.affinityThreshold)) leastHeld = Math.min(leastHeld, tokens);
    else leastOther = Math.min(leastOther, tokens);
  }
  return waitMs(leastHeld - leastOther, options.peakPrefillThroughput) > options.maxTTFTPenaltyMs;
}

function waitMs(tokens: number, tokensPerSecond: number): number {
  return (tokens / tokensPerSecond) * 1000;
}

export const PREFIX_CACHE_AFFINITY: PluginFactory<Filter> = {
  type: 'prefix-cache-affinity-filter',
  create(name, parameters, around) {
    readProducerName(parameters, 'prefixMatchInfoProducerName', PREFIX_PRODUCER, around);
    readProducerName(parameters, 'inFlightLoadProducerName', LOAD_PRODUCER, around);
    const sources = ['prefillThroughput', 'latencyPredictor'] as const;
    if (parameters.choice('ttftSource', sources, 'prefillThroughput') === 'latencyPredictor') {
      parameters.reject('ttftSource', 'this picker runs no latency predictor', 'use prefillThroughput');
    }
    return prefixCacheAffinityFilter(name, {
      affinityThreshold: parameters.number('affinityThreshold', 0.8, { above: 0, max: 1 }),
      explorationProbability: parameters.number('explorationProbability', 0, { min: 0, max: 1 }),
      maxTTFTPenaltyMs: parameters.number('maxTTFTPenaltyMs', 18_000, { min: 0 }),
      peakPrefillThroughput: parameters.number('peakPrefillThroughput', 15_928, { above: 0 }),
    });
  },
};
