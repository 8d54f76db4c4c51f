import type { PluginFactory } from '../plugin-factory';
import type { Endpoint } from '../endpoint';
import type { Scorer, SchedulingContext } from '../plugin';
import { preferLeast } from './least';

/** Requests that wait at an endpoint, those included that it got after the last reading; NaN where that is not known. */
export function waitingRequests(context: SchedulingContext, endpoint: Endpoint): number {
  const waiting = context.metrics(endpoint)?.waiting;
  return waiting === undefined ? NaN : waiting + endpoint.load.unseenRequests;
}

/** Prefers endpoints with the shortest waiting queue: `(max - waiting) / (max - min)`. */
export function queueScorer(name: string): Scorer {
  return {
    type: 'queue-scorer',
    name,
    kind: 'scorer',
    score(context, candidates, scores) {
      let i = 0;
      for (const endpoint of candidates) scores[i++] = waitingRequests(context, endpoint);
      preferLeast(scores, candidates.length);
    },
    explain: (context, endpoint) => ({
      waiting: context.metrics(endpoint)?.waiting ?? 'unknown',
      routedSince: endpoint.load.unseenRequests,
    }),
  };
}

export const QUEUE: PluginFactory<Scorer> = { type: 'queue-scorer', create: (name) => queueScorer(name) };
