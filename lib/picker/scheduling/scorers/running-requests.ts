import type { PluginFactory } from '../plugin-factory';
import type { Scorer } from '../plugin';
import { preferLeast } from './least';

/** Prefers endpoints with the fewest requests in the batch: `(max - running) / (max - min)`. */
export function runningRequestsScorer(name: string): Scorer {
  return {
    type: 'running-requests-size-scorer',
    name,
    kind: 'scorer',
    score(context, candidates, scores) {
      let i = 0;
      for (const endpoint of candidates) scores[i++] = context.metrics(endpoint)?.running ?? NaN;
      preferLeast(scores, candidates.length);
    },
    explain: (context, endpoint) => ({ running: context.metrics(endpoint)?.running ?? 'unknown' }),
  };
}

export const RUNNING_REQUESTS: PluginFactory<Scorer> = {
  type: 'running-requests-size-scorer',
  create: (name) => runningRequestsScorer(name),
};
