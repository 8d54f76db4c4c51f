import type { PluginFactory } from '../plugin-factory';
import type { Scorer } from '../plugin';

/** Score of an endpoint whose cache usage is not known. */
const UNKNOWN = 0.5;

/** Prefers endpoints with a free KV cache: `1 - usage`. */
export function kvCacheUtilizationScorer(name: string): Scorer {
  return {
    type: 'kv-cache-utilization-scorer',
    name,
    kind: 'scorer',
    score(context, candidates, scores) {
      let i = 0;
      for (const endpoint of candidates) {
        const usage = context.metrics(endpoint)?.kvCacheUsage;
        scores[i++] = usage === undefined ? UNKNOWN : 1 - usage;
      }
    },
    explain: (context, endpoint) => ({ kvCacheUsage: context.metrics(endpoint)?.kvCacheUsage ?? 'unknown' }),
  };
}

export const KV_CACHE_UTILIZATION: PluginFactory<Scorer> = {
  type: 'kv-cache-utilization-scorer',
  create: (name) => kvCacheUtilizationScorer(name),
};
