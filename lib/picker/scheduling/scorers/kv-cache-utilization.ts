import type { PluginFactory } from '../plugin-factory';
import type { Scorer } from '../plugin';
import { fillUnknown } from './unknown';

/** Score of all endpoints while the cache usage of none is known. */
const NOTHING_KNOWN = 0.5;

/** Prefers endpoints with a free KV cache: `1 - usage`. */
export function kvCacheUtilizationScorer(name: string): Scorer {
  return {
    type: 'kv-cache-utilization-scorer',
    name,
    kind: 'scorer',
    score(context, candidates, scores) {
      let i = 0;
      for (const endpoint of candidates) {
        scores[i++] = 1 - (context.metrics(endpoint)?.kvCacheUsage ?? NaN);
      }
      fillUnknown(scores, candidates.length, NOTHING_KNOWN);
    },
    explain: (context, endpoint) => ({ kvCacheUsage: context.metrics(endpoint)?.kvCacheUsage ?? 'unknown' }),
  };
}

export const KV_CACHE_UTILIZATION: PluginFactory<Scorer> = {
  type: 'kv-cache-utilization-scorer',
  create: (name) => kvCacheUtilizationScorer(name),
};
