import type { Problem } from '../core/problem';
import { errorRatio, gauge, highest, quantile, type QueryScope } from './serving-queries';

/**
 * When to wake somebody; `false` leaves an alert out.
 * @see https://gateway-api-inference-extension.sigs.k8s.io/guides/metrics-and-observability/
 */
export interface AlertThresholds {
  /**
   * Seconds that the slowest hundredth of the requests takes, to the last token. Long answers need a higher one.
   * @default 10
   */
  readonly p99LatencySeconds?: number | false;
  /**
   * Part of the requests that the load balancer answers with a 5xx, 0 to 1.
   * @default 0.05
   */
  readonly errorRatio?: number | false;
  /**
   * Requests that wait on one pod.
   * @default 50
   */
  readonly waitingRequests?: number | false;
  /**
   * Part of a pod's KV cache that is in use, 0 to 1.
   * @default 0.9
   */
  readonly kvCacheUsage?: number | false;
}

/** Thresholds of the guide. */
export const DEFAULT_ALERT_THRESHOLDS: Readonly<Record<keyof AlertThresholds, number>> = Object.freeze({
  p99LatencySeconds: 10,
  errorRatio: 0.05,
  waitingRequests: 50,
  kvCacheUsage: 0.9,
});

/** An alert, without the cloud's way to write it. */
export interface ServingAlert {
  /** Role in logical names, such as `latency`. */
  readonly role: string;
  readonly title: string;
  readonly query: string;
  readonly severity: 'WARNING' | 'ERROR' | 'CRITICAL';
  /** What it means and what to do, in Markdown. */
  readonly advice: string;
}

/** The alerts that thresholds ask for. */
export function servingAlerts(thresholds: AlertThresholds, scope: QueryScope): readonly ServingAlert[] {
  const of = (key: keyof AlertThresholds): number | false => thresholds[key] ?? DEFAULT_ALERT_THRESHOLDS[key];
  return [
    latency(of('p99LatencySeconds'), scope),
    errors(of('errorRatio'), scope),
    queue(of('waitingRequests'), scope),
    kvCache(of('kvCacheUsage'), scope),
  ].filter((alert) => alert !== undefined);
}

/** Checks the numbers. */
export function checkThresholds(thresholds: AlertThresholds): readonly Problem[] {
  return (Object.keys(DEFAULT_ALERT_THRESHOLDS) as (keyof AlertThresholds)[]).flatMap((key) => {
    const value = thresholds[key];
    if (value === undefined || value === false) return [];
    const share = key === 'errorRatio' || key === 'kvCacheUsage';
    if (value > 0 && (!share || value < 1)) return [];
    return [
      {
        what: `alerts.${key} ${value} is out of range`,
        why: share ? 'it is a part of a whole' : 'it would always or never be reached',
        fix: `use a number above 0${share ? ' and below 1' : ''}, or false for no alert`,
      },
    ];
  });
}

function latency(seconds: number | false, scope: QueryScope): ServingAlert | undefined {
  if (seconds === false) return undefined;
  return {
    role: 'latency',
    title: `p99 latency above ${seconds} s`,
    query: `${quantile(scope, scope.metrics.requestLatency, 0.99, 'model')} > ${seconds}`,
    severity: 'WARNING',
    advice: 'Requests are slow. See whether requests wait (too few replicas) or tokens are slow (batches too large).',
  };
}

function errors(share: number | false, scope: QueryScope): ServingAlert | undefined {
  if (share === false) return undefined;
  return {
    role: 'errors',
    title: `more than ${percent(share)} of the requests fail`,
    query: `${errorRatio(scope)} > ${share}`,
    severity: 'CRITICAL',
    advice: 'The load balancer answers with 5xx. See whether pods and the endpoint picker are healthy.',
  };
}

function queue(requests: number | false, scope: QueryScope): ServingAlert | undefined {
  if (requests === false) return undefined;
  return {
    role: 'queue',
    title: `more than ${requests} requests wait on a pod`,
    query: `${gauge(scope, scope.metrics.waiting, 'pod')} > ${requests}`,
    severity: 'WARNING',
    advice: 'Replicas are too few, or new ones do not come up: look at the autoscaler and at GPU quota.',
  };
}

function kvCache(share: number | false, scope: QueryScope): ServingAlert | undefined {
  const { kvCacheUsage } = scope.metrics;
  if (share === false || kvCacheUsage === undefined) return undefined;
  return {
    role: 'kv-cache',
    title: `KV cache of a pod is used to more than ${percent(share)}`,
    query: `${highest(scope, kvCacheUsage, 'pod')} > ${share}`,
    severity: 'WARNING',
    advice: 'Requests are about to be preempted. Add replicas, or lower the longest context or the batch.',
  };
}

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`;
}
