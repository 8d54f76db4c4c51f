import type { Endpoint, EndpointMetrics } from '../../scheduling/endpoint';
import { CONCURRENCY_DEFAULTS, UTILIZATION_DEFAULTS, type UtilizationSettings } from '../settings';
import type { EndpointLimit } from './endpoint-limit';

/** Age up to which a stale reading still says something, ms: upstream's `--metrics-staleness-threshold`. */
export const LAST_READING_MS = 2000;

/**
 * Mean over the endpoints of how near each is to a full queue or a full KV cache. Requests that this picker routed
 * after the reading count as waiting, so that a burst is seen before the next reading.
 *
 * An endpoint with a stale reading counts by the policy: `saturated` takes it for full. `ignore` takes its last queue
 * and cache or its requests in flight, whichever is fuller; without a reading of the last two seconds it is left out;
 * and when all are, the requests in flight decide. So a gap between readings neither fills nor empties a pool.
 */
export class UtilizationDetector implements EndpointLimit {
  public readonly name: string = 'utilization-detector';
  public readonly whenNoneFits = 'all';
  readonly #settings: UtilizationSettings;

  public constructor(settings: UtilizationSettings = UTILIZATION_DEFAULTS) {
    this.#settings = settings;
  }

  public saturation(candidates: readonly Endpoint[], now: number): number {
    if (candidates.length === 0) return 1;
    let sum = 0;
    let known = 0;
    let inFlight = 0;
    for (const endpoint of candidates) {
      const fullness = this.#fullness(endpoint, now);
      inFlight += concurrency(endpoint);
      if (fullness < 0) continue;
      sum += fullness;
      known += 1;
    }
    return known === 0 ? inFlight / candidates.length : sum / known;
  }

  public fits(endpoint: Endpoint, now: number): boolean {
    const { metrics } = endpoint;
    const more = 1 + this.#settings.headroom;
    if (metrics === undefined || this.#isStale(metrics, now)) {
      return this.#settings.stalenessPolicy === 'ignore' && this.#fullness(endpoint, now) < more;
    }
    if (this.#queue(metrics, endpoint.load.unseenRequests) >= more) return false;
    const most = Math.min(1, this.#settings.kvCacheUtilThreshold * more);
    return (metrics.kvCacheUsage ?? 0) < most;
  }

  public increment(endpoints: number): number {
    return 1 / (endpoints * this.#settings.queueDepthThreshold);
  }

  /** 1 for full; below zero where nothing is known. */
  #fullness(endpoint: Endpoint, now: number): number {
    const { metrics } = endpoint;
    if (metrics !== undefined && !this.#isStale(metrics, now)) {
      return Math.max(this.#queue(metrics, endpoint.load.unseenRequests), this.#cache(metrics));
    }
    if (this.#settings.stalenessPolicy === 'saturated') return 1;
    if (metrics === undefined || now - metrics.at > LAST_READING_MS) return -1;
    // Requests routed during a gap are not known to wait: what they fill is the endpoint, not its queue.
    return Math.max(this.#queue(metrics, 0), this.#cache(metrics), concurrency(endpoint));
  }

  #isStale(metrics: EndpointMetrics, now: number): boolean {
    return now - metrics.at > this.#settings.metricsStalenessThresholdMs;
  }

  #queue(metrics: EndpointMetrics, unseen: number): number {
    return ((metrics.waiting ?? 0) + unseen) / this.#settings.queueDepthThreshold;
  }

  #cache(metrics: EndpointMetrics): number {
    return (metrics.kvCacheUsage ?? 0) / this.#settings.kvCacheUtilThreshold;
  }
}

/** How full an endpoint is by this picker's requests alone: the concurrency detector's measure. */
function concurrency(endpoint: Endpoint): number {
  return endpoint.load.requests / CONCURRENCY_DEFAULTS.maxConcurrency;
}
