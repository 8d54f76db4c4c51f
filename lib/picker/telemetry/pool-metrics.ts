import type { PoolView } from '../pool/views';
import type { Clock } from '../time';
import type { Endpoint, EndpointMetrics } from '../scheduling/endpoint';
import type { Family } from './family';
import type { Counter } from './instruments';
import type { MetricRegistry } from './metric-registry';

const SOURCE = 'metrics-data-source';
const EXTRACTOR = 'core-metrics-extractor';
const PRODUCER = 'inflight-load-producer';

/** What pool metrics are made from. */
export interface PoolMetricsOptions {
  readonly pool: PoolView;
  readonly clock: Pick<Clock, 'now'>;
  /** Age from which a reading counts no more, ms: `--metrics-staleness-threshold`. */
  readonly stalenessMs: number;
  /**
   * Name and staleness of the saturation detector that counts stale endpoints.
   * @default - it reads no metrics
   */
  readonly detector?: { readonly name: string; readonly stalenessMs: number } | undefined;
}

/** Shows the pool as it is whenever metrics are read, and counts readings that failed. */
export class PoolMetrics {
  readonly #pollErrors: Counter;
  readonly #extractErrors: Counter;

  public constructor(registry: MetricRegistry, options: PoolMetricsOptions) {
    this.#pollErrors = registry.counter('datalayer_poll_errors_total').with(SOURCE);
    this.#extractErrors = registry.counter('datalayer_extract_errors_total').with(SOURCE, EXTRACTOR);
    watchAverages(registry, options);
    watchEndpoints(registry, options);
    watchStale(registry, options);
  }

  /** A reading failed: `poll` when there was no answer, `extract` when it could not be understood. */
  public scrapeFailed(step: 'poll' | 'extract'): void {
    (step === 'poll' ? this.#pollErrors : this.#extractErrors).inc();
  }
}

type Reading = (metrics: EndpointMetrics) => number | undefined;

const READINGS = [
  ['kv_cache_utilization', ({ kvCacheUsage }: EndpointMetrics) => kvCacheUsage],
  ['queue_size', ({ waiting }: EndpointMetrics) => waiting],
  ['running_requests', ({ running }: EndpointMetrics) => running],
] as const satisfies readonly (readonly [string, Reading])[];

function watchAverages(registry: MetricRegistry, { pool, clock, stalenessMs }: PoolMetricsOptions): void {
  const ready = registry.gauge('ready_endpoints');
  const gauges = READINGS.map(([name, reading]) => ({
    reading,
    mean: registry.gauge(`average_${name}`),
    deviation: registry.gauge(`std_dev_${name}`),
  }));
  registry.onCollect(() => {
    ready.with(pool.name).set(pool.endpoints.length);
    const fresh = pool.endpoints.filter((endpoint) => isFresh(endpoint, clock.now(), stalenessMs));
    for (const { reading, mean, deviation } of gauges) {
      const values = fresh.flatMap(({ metrics }) => (metrics && reading(metrics)) ?? []);
      // Nothing known is not zero: an autoscaler would take the pool for idle.
      if (values.length === 0) {
        mean.clear();
        deviation.clear();
        continue;
      }
      const average = sum(values) / values.length;
      mean.with(pool.name).set(average);
      deviation.with(pool.name).set(Math.sqrt(sum(values.map((value) => (value - average) ** 2)) / values.length));
    }
  });
}

function watchEndpoints(registry: MetricRegistry, { pool, clock, stalenessMs }: PoolMetricsOptions): void {
  const queue = registry.gauge('per_endpoint_queue_size');
  const requests = registry.gauge('inflight_requests');
  const tokens = registry.gauge('inflight_tokens');
  const families: readonly Family[] = [queue, requests, tokens];
  registry.onCollect(() => {
    for (const family of families) family.clear();
    for (const endpoint of pool.endpoints) {
      const labels = [endpoint.id, endpoint.namespace, PRODUCER];
      requests.with(...labels).set(endpoint.load.requests);
      tokens.with(...labels).set(endpoint.load.prefillTokens);
      const waiting = isFresh(endpoint, clock.now(), stalenessMs) ? endpoint.metrics?.waiting : undefined;
      if (waiting !== undefined) queue.with(pool.name, endpoint.id).set(waiting);
    }
  });
}

function watchStale(registry: MetricRegistry, { pool, clock, detector }: PoolMetricsOptions): void {
  if (detector === undefined) return;
  const stale = registry.gauge('flow_control_stale_endpoints').with(detector.name);
  registry.onCollect(() => {
    stale.set(pool.endpoints.filter((endpoint) => !isFresh(endpoint, clock.now(), detector.stalenessMs)).length);
  });
}

function isFresh({ metrics }: Endpoint, now: number, stalenessMs: number): boolean {
  return metrics !== undefined && now - metrics.at <= stalenessMs;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
