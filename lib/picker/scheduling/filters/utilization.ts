import type { Endpoint } from '../endpoint';
import type { ParameterReader } from '../parameters/parameter-reader';
import type { Filter, SchedulingContext } from '../plugin';
import type { PluginFactory } from '../plugin-factory';
import { waitingRequests } from '../scorers/queue';
import { keep } from './keep';

const METRICS = ['active-requests', 'running-requests', 'waiting-queue', 'kv-cache-utilization'] as const;

/** A limit for one number of an endpoint. */
export interface UtilizationCondition {
  readonly metric: (typeof METRICS)[number];
  /** Largest value that is allowed. */
  readonly maxValue: number;
}

/**
 * Keeps endpoints that meet all conditions. One that might break a condition whose number is not known is kept only
 * when no endpoint is known to meet them all: it is neither idle nor full.
 */
export function utilizationFilter(
  name: string,
  conditions: readonly UtilizationCondition[],
  fallbackOnEmpty: boolean,
): Filter {
  return {
    type: 'utilization-filter',
    name,
    kind: 'filter',
    filter(context, candidates) {
      const known = keep(candidates, (endpoint) =>
        conditions.every(({ metric, maxValue }) => valueOf(metric, context, endpoint) <= maxValue),
      );
      if (known.length > 0) return known;
      const possible = keep(
        candidates,
        (endpoint) => !conditions.some(({ metric, maxValue }) => valueOf(metric, context, endpoint) > maxValue),
      );
      return possible.length === 0 && fallbackOnEmpty ? candidates : possible;
    },
  };
}

/** NaN where it is not known. */
function valueOf(metric: UtilizationCondition['metric'], context: SchedulingContext, endpoint: Endpoint): number {
  switch (metric) {
    case 'active-requests':
      return endpoint.load.requests;
    case 'running-requests':
      return context.metrics(endpoint)?.running ?? NaN;
    case 'waiting-queue':
      return waitingRequests(context, endpoint);
    case 'kv-cache-utilization':
      return context.metrics(endpoint)?.kvCacheUsage ?? NaN;
  }
}

function readCondition(condition: ParameterReader): UtilizationCondition {
  const metric = condition.choice('metric', METRICS, 'active-requests');
  const maxValue = condition.number('maxValue', 0, { min: 0 });
  for (const name of ['metric', 'maxValue']) {
    if (!condition.has(name)) condition.reject(name, 'a condition is a metric and its largest value', 'add it');
  }
  return { metric, maxValue };
}

export const UTILIZATION: PluginFactory<Filter> = {
  type: 'utilization-filter',
  create: (name, parameters) =>
    utilizationFilter(
      name,
      parameters.objects('conditions').map(readCondition),
      parameters.boolean('fallbackOnEmpty', false),
    ),
};
