import type { Scorer } from '../plugin';
import type { PluginFactory } from '../plugin-factory';
import { waitingRequests } from './queue';
import { fillUnknown } from './unknown';

/** Score of an endpoint where nothing waits. */
const NOTHING_WAITS = 0.5;

/** Prefers endpoints with short queues, on a fixed scale: `0.5 * (1 - min(waiting, threshold) / threshold)`. */
export function loadAwareScorer(name: string, threshold: number): Scorer {
  return {
    type: 'load-aware-scorer',
    name,
    kind: 'scorer',
    score(context, candidates, scores) {
      let i = 0;
      for (const endpoint of candidates) {
        const waiting = waitingRequests(context, endpoint);
        scores[i++] = NOTHING_WAITS * (1 - Math.min(waiting, threshold) / threshold);
      }
      fillUnknown(scores, candidates.length, NOTHING_WAITS);
    },
    explain: (context, endpoint) => ({
      waiting: context.metrics(endpoint)?.waiting ?? 'unknown',
      routedSince: endpoint.load.unseenRequests,
    }),
  };
}

export const LOAD_AWARE: PluginFactory<Scorer> = {
  type: 'load-aware-scorer',
  create: (name, parameters) => loadAwareScorer(name, parameters.number('threshold', 128, { above: 0 })),
};
