import type { Scorer } from '../plugin';
import type { PluginFactory } from '../plugin-factory';

/** Parameters of the scorer. */
export interface ActiveRequestOptions {
  /** Requests up to which an endpoint counts as idle. */
  readonly idleThreshold: number;
  /** Highest score of an endpoint that is not idle, 0 to 1. */
  readonly maxBusyScore: number;
}

/**
 * Prefers endpoints with the fewest requests of this picker in flight: 1 when idle, else
 * `(max - requests) / max * maxBusyScore`.
 */
export function activeRequestScorer(name: string, { idleThreshold, maxBusyScore }: ActiveRequestOptions): Scorer {
  return {
    type: 'active-request-scorer',
    name,
    kind: 'scorer',
    score(_context, candidates, scores) {
      let most = 0;
      for (const { load } of candidates) if (load.requests > most) most = load.requests;
      let i = 0;
      for (const { load } of candidates) {
        const idle = load.requests <= idleThreshold;
        scores[i++] = idle ? 1 : ((most - load.requests) / most) * maxBusyScore;
      }
    },
    explain: (_context, { load }) => ({ requestsInFlight: load.requests }),
  };
}

export const ACTIVE_REQUEST: PluginFactory<Scorer> = {
  type: 'active-request-scorer',
  create(name, parameters) {
    // Without effect, as in upstream: a request counts until it ended.
    parameters.durationMs('requestTimeout', 0);
    return activeRequestScorer(name, {
      idleThreshold: parameters.integer('idleThreshold', 0, { min: 0 }),
      maxBusyScore: parameters.number('maxBusyScore', 1, { min: 0, max: 1 }),
    });
  },
};
