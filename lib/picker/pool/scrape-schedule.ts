import type { Endpoint } from '../scheduling/endpoint';
import type { Random } from '../time';

/** How often endpoints are read, all in ms. */
export interface ScrapeTimes {
  /** Between two readings of an endpoint that has requests of this picker, or had one a moment ago. */
  readonly fastMs: number;
  /** Between two readings of another endpoint while any of the pool works: it may be the next to be chosen. */
  readonly sharedMs: number;
  /** Between two readings while nobody works. */
  readonly slowMs: number;
  /** How long after its last request an endpoint counts as working. */
  readonly activeForMs: number;
  /** From a first failure to the next attempt; doubled with every further one. */
  readonly firstRetryMs: number;
  readonly maxRetryMs: number;
}

/** Times from the interval of busy endpoints, that of `--refresh-metrics-interval`. */
export function scrapeTimes(fastMs: number): ScrapeTimes {
  return {
    fastMs,
    sharedMs: fastMs * 2,
    slowMs: Math.max(1000, fastMs),
    activeForMs: 2000,
    firstRetryMs: fastMs * 2,
    maxRetryMs: 5000,
  };
}

/** How often endpoints are read, and how many at a time. */
export interface ScrapeScheduleOptions {
  readonly times: ScrapeTimes;
  /** Most readings at one time. */
  readonly maxConcurrent: number;
  readonly random: Random;
}

/** Part of an interval by which readings are brought forward at random, so that pods are not read all at once. */
const JITTER = 0.2;

/** Part of the readings at one time that may be of endpoints whose last one failed: these may hang until they time out. */
const FAILING_SHARE = 0.5;

interface Entry {
  readonly endpoint: Endpoint;
  /** When the last reading began. */
  startedAt: number;
  reading: boolean;
  /** Failures since the last success. */
  failures: number;
  /** Whether a reading ever ended. */
  tried: boolean;
  /** When a failed one is tried again. */
  retryAt: number;
  /** Whether the endpoint is gone, and only the end of its reading is waited for. */
  gone: boolean;
  /** Factor of the next interval, 1 - JITTER to 1. */
  factor: number;
}

/**
 * Decides when to read the metrics of which endpoint. Holds no timer: whoever reads asks `due` and sleeps until
 * `nextAt`. New endpoints are due at once, and never is one read twice at a time.
 */
export class ScrapeSchedule {
  readonly #entries = new Map<Endpoint, Entry>();
  #reading = 0;
  #readingFailed = 0;

  public constructor(private readonly options: ScrapeScheduleOptions) {}

  /** Whether as many are being read as may be. */
  public get full(): boolean {
    return this.#reading >= this.options.maxConcurrent;
  }

  public add(endpoint: Endpoint): void {
    if (!this.#entries.has(endpoint)) this.#entries.set(endpoint, newEntry(endpoint));
  }

  /** An endpoint is gone. A reading of it that goes on still counts until `finished`. */
  public remove(endpoint: Endpoint): void {
    const entry = this.#entries.get(endpoint);
    if (entry !== undefined && !entry.reading) this.#entries.delete(endpoint);
    else if (entry !== undefined) entry.gone = true;
  }

  /** Endpoints to read now, the most overdue first, as many as may be read; each counts as being read from here on. */
  public due(now: number): readonly Endpoint[] {
    if (this.full) return [];
    const active = this.#active(now);
    const late: (readonly [entry: Entry, at: number])[] = [];
    for (const entry of this.#entries.values()) {
      if (entry.reading) continue;
      const at = this.#dueAt(entry, now, active);
      if (at <= now) late.push([entry, at]);
    }
    late.sort(([, a], [, b]) => (a < b ? -1 : Number(a > b)));
    return late.filter(([entry]) => this.#start(entry, now)).map(([{ endpoint }]) => endpoint);
  }

  /** A reading ended, well or badly. */
  public finished(endpoint: Endpoint, ok: boolean, now: number): void {
    const entry = this.#entries.get(endpoint);
    if (entry?.reading !== true) return;
    this.#reading--;
    if (entry.failures > 0) this.#readingFailed--;
    entry.reading = false;
    if (entry.gone) {
      this.#entries.delete(endpoint);
      return;
    }
    const { random } = this.options;
    // The first interval may be anything up to a whole one: pods that came together go apart.
    entry.factor = ok && !entry.tried ? random() : 1 - JITTER * random();
    entry.tried = true;
    entry.failures = ok ? 0 : entry.failures + 1;
    entry.retryAt = now + this.#backOff(entry.failures) * entry.factor;
  }

  /** When the next endpoint is due, as far as can be said now; infinite where none is waited for. */
  public nextAt(now: number): number {
    if (this.full) return Infinity;
    const active = this.#active(now);
    let next = Infinity;
    for (const entry of this.#entries.values()) {
      if (!entry.reading && this.#mayStart(entry)) next = Math.min(next, this.#dueAt(entry, now, active));
    }
    return next;
  }

  #start(entry: Entry, now: number): boolean {
    if (!this.#mayStart(entry)) return false;
    this.#reading++;
    if (entry.failures > 0) this.#readingFailed++;
    entry.reading = true;
    entry.startedAt = now;
    return true;
  }

  #mayStart({ failures }: Entry): boolean {
    if (this.full) return false;
    const mostFailing = Math.max(1, Math.floor(this.options.maxConcurrent * FAILING_SHARE));
    return failures === 0 || this.#readingFailed < mostFailing;
  }

  #dueAt(entry: Entry, now: number, active: boolean): number {
    if (!entry.tried) return -Infinity;
    if (entry.failures > 0) return entry.retryAt;
    return entry.startedAt + this.#interval(entry.endpoint, now, active) * entry.factor;
  }

  #interval(endpoint: Endpoint, now: number, active: boolean): number {
    const { fastMs, sharedMs, slowMs } = this.options.times;
    if (this.#worksForUs(endpoint, now)) return fastMs;
    return active ? sharedMs : slowMs;
  }

  #worksForUs({ load }: Endpoint, now: number): boolean {
    return load.requests > 0 || now - load.lastPickedAt < this.options.times.activeForMs;
  }

  /** Whether any endpoint works, be it for another picker. */
  #active(now: number): boolean {
    for (const { endpoint } of this.#entries.values()) {
      const { metrics } = endpoint;
      if (this.#worksForUs(endpoint, now) || (metrics?.running ?? 0) + (metrics?.waiting ?? 0) > 0) return true;
    }
    return false;
  }

  #backOff(failures: number): number {
    const { firstRetryMs, maxRetryMs } = this.options.times;
    return Math.min(maxRetryMs, firstRetryMs * 2 ** Math.max(0, failures - 1));
  }
}

function newEntry(endpoint: Endpoint): Entry {
  return {
    endpoint,
    startedAt: -Infinity,
    reading: false,
    failures: 0,
    tried: false,
    retryAt: 0,
    gone: false,
    factor: 1,
  };
}
