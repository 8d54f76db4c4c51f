import { LOAD_PRODUCER, readProducerName } from '../parameters/producer-name';
import type { Scorer } from '../plugin';
import type { PluginFactory } from '../plugin-factory';

/**
 * Prefers endpoints with few prompt tokens to compute, this request's included: `1 - min(tokens, threshold) / threshold`.
 */
export function tokenLoadScorer(name: string, queueThresholdTokens: number): Scorer {
  return {
    type: 'token-load-scorer',
    name,
    kind: 'scorer',
    score(context, candidates, scores) {
      let i = 0;
      for (const endpoint of candidates) {
        const tokens = endpoint.load.prefillTokens + context.uncachedTokens(endpoint);
        scores[i++] = tokens <= 0 ? 1 : 1 - Math.min(tokens, queueThresholdTokens) / queueThresholdTokens;
      }
    },
    explain: (context, endpoint) => ({
      tokensInFlight: endpoint.load.prefillTokens,
      uncachedTokens: context.uncachedTokens(endpoint),
    }),
  };
}

export const TOKEN_LOAD: PluginFactory<Scorer> = {
  type: 'token-load-scorer',
  create(name, parameters, around) {
    readProducerName(parameters, 'inFlightLoadProducerName', LOAD_PRODUCER, around);
    return tokenLoadScorer(name, parameters.number('queueThresholdTokens', 4_194_304, { above: 0 }));
  },
};
