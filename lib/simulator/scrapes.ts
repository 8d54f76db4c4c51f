import type { EndpointMetrics } from '../picker/scheduling/endpoint';
import { KV_BLOCK_TOKENS } from '../core/serving-cost/engine';
import { mix } from './random';
import type { Replica } from './replica/replica';

/** How the routers read the pods' metrics. */
export interface ScrapeSettings {
  /** Time between two readings of a pod, ms. */
  readonly intervalMs: number;
  /** Part of the interval by which a reading may be early or late, 0 to 1. */
  readonly jitter: number;
  /** Time between asking and having the answer, ms. */
  readonly latencyMs: number;
  /** Slots whose metrics cannot be read. */
  readonly missing: ReadonlySet<number>;
}

/**
 * Readings of one pod's metrics, taken only when somebody could see them: the state between two events of a replica is
 * the state of the last reading in between, so it is enough to look before each of its events and at each decision.
 */
export class PodScrapes {
  readonly #replica: Replica;
  readonly #settings: ScrapeSettings;
  readonly #seed: number;
  readonly #from: number;
  /** Number and result of the last readings; the second is not visible before its answer is there. */
  #lastTaken = -1;
  #readings: EndpointMetrics[] = [];
  #shown = -Infinity;

  public constructor(replica: Replica, settings: ScrapeSettings, seed: number, from: number) {
    this.#replica = replica;
    this.#settings = settings;
    this.#seed = seed;
    this.#from = from + (mix(seed, 0) / 2 ** 53) * settings.intervalMs;
  }

  /** Takes the reading that is due before the replica changes at `now`. */
  public beforeChange(now: number): void {
    const number = this.#dueBy(now);
    if (number <= this.#lastTaken || number < 0) return;
    const at = this.#timeOf(number);
    this.#replica.settle(at);
    this.#readings.push(readMetrics(this.#replica, at));
    this.#lastTaken = number;
  }

  /** The newest reading whose answer has come by `now` and that was not returned before. */
  public visible(now: number): EndpointMetrics | undefined {
    this.beforeChange(now - this.#settings.latencyMs);
    let newest: EndpointMetrics | undefined;
    let used = 0;
    for (const reading of this.#readings) {
      if (reading.at + this.#settings.latencyMs > now) break;
      newest = reading;
      used++;
    }
    this.#readings = this.#readings.slice(used);
    if (newest === undefined || newest.at <= this.#shown) return undefined;
    this.#shown = newest.at;
    return newest;
  }

  /** Number of the last reading asked for by `now`. */
  #dueBy(now: number): number {
    const guess = Math.floor((now - this.#from) / this.#settings.intervalMs) + 1;
    for (let number = guess; number >= 0; number--) if (this.#timeOf(number) <= now) return number;
    return -1;
  }

  #timeOf(number: number): number {
    const { intervalMs, jitter } = this.#settings;
    const off = ((mix(this.#seed, number + 1) / 2 ** 53) * 2 - 1) * (jitter / 2) * intervalMs;
    return this.#from + number * intervalMs + off;
  }
}

const NO_ADAPTERS: ReadonlySet<string> = new Set();

/** What the metrics of a replica say at a moment. */
export function readMetrics(replica: Replica, at: number): EndpointMetrics {
  const { batch, kv, settings } = replica;
  const running = batch.adapters.size === 0 ? NO_ADAPTERS : new Set(batch.adapters.keys());
  return {
    waiting: batch.waiting.length,
    running: batch.running.length,
    kvCacheUsage: kv.used / kv.capacity,
    runningAdapters: running,
    waitingAdapters: settings.adapters === undefined ? NO_ADAPTERS : waitingAdapters(replica, running),
    maxAdapters: settings.adapters?.slots ?? 0,
    blockSizeTokens: KV_BLOCK_TOKENS,
    blocks: kv.capacity,
    at,
  };
}

function waitingAdapters({ batch }: Replica, running: ReadonlySet<string>): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { request } of batch.waiting) if (request.adapter && !running.has(request.model)) names.add(request.model);
  return names;
}
