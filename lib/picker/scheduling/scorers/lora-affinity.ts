import type { PluginFactory } from '../plugin-factory';
import type { EndpointMetrics } from '../endpoint';
import type { Scorer } from '../plugin';
import { fillUnknown } from './unknown';

/** Prefers endpoints that have the request's adapter in memory, then those with a free place for it. */
export function loraAffinityScorer(name: string): Scorer {
  return {
    type: 'lora-affinity-scorer',
    name,
    kind: 'scorer',
    score(context, candidates, scores) {
      const { model } = context.request;
      let i = 0;
      for (const endpoint of candidates) {
        const metrics = context.metrics(endpoint);
        scores[i++] = metrics === undefined ? NaN : affinity(metrics, model);
      }
      fillUnknown(scores, candidates.length, 1);
    },
    explain(context, endpoint) {
      const metrics = context.metrics(endpoint);
      if (metrics === undefined) return { adapter: 'unknown' };
      const { runningAdapters, waitingAdapters, maxAdapters } = metrics;
      const used = runningAdapters.size + waitingAdapters.size;
      return { adapter: stateOf(metrics, context.request.model), adaptersInUse: used, maxAdapters };
    },
  };
}

/** Looks a name up only where there are any: most pods of a pool without adapters have none. */
function affinity({ runningAdapters, waitingAdapters, maxAdapters }: EndpointMetrics, model: string): number {
  const running = runningAdapters.size;
  const waiting = waitingAdapters.size;
  if (running > 0 && runningAdapters.has(model)) return 1;
  if (running + waiting < maxAdapters) return 0.8;
  return waiting > 0 && waitingAdapters.has(model) ? 0.6 : 0;
}

function stateOf({ runningAdapters, waitingAdapters }: EndpointMetrics, model: string): string {
  if (runningAdapters.has(model)) return 'running';
  return waitingAdapters.has(model) ? 'waiting' : 'absent';
}

export const LORA_AFFINITY: PluginFactory<Scorer> = {
  type: 'lora-affinity-scorer',
  create: (name) => loraAffinityScorer(name),
};
