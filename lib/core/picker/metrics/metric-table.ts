import { FLOW_CONTROL_METRICS } from './flow-control-metrics';
import { type MetricFacts, OWN_PREFIX, UPSTREAM_PREFIX } from './metric-facts';
import { OWN_METRICS } from './own-metrics';
import { POOL_METRICS } from './pool-metrics';
import { REQUEST_METRICS } from './request-metrics';
import { SCHEDULING_METRICS } from './scheduling-metrics';

/** Metrics that the Go picker has too, without their prefix. */
export const UPSTREAM_METRICS = Object.freeze({
  ...REQUEST_METRICS,
  ...POOL_METRICS,
  ...SCHEDULING_METRICS,
  ...FLOW_CONTROL_METRICS,
});

/** Every metric that the picker shows. */
export const METRICS = Object.freeze({ ...UPSTREAM_METRICS, ...OWN_METRICS });

export type MetricName = keyof typeof METRICS;

/** Metrics of one type. */
export type MetricOfType<T extends MetricFacts['type']> = {
  [N in MetricName]: (typeof METRICS)[N]['type'] extends T ? N : never;
}[MetricName];

/** A metric's name as Prometheus sees it. */
export function fullName(metric: MetricName): string {
  return `${metric in OWN_METRICS ? OWN_PREFIX : UPSTREAM_PREFIX}${metric}`;
}

/** What is known of a metric. */
export function metricFacts(metric: MetricName): MetricFacts {
  return METRICS[metric];
}
