import { readFileSync } from 'node:fs';
import * as http from 'node:http';
import * as https from 'node:https';
import type { EngineReaders } from '../pool/engines';
import type { MetricsSource } from '../pool/metrics-source';
import { hostPort } from '../pool/pool-endpoint';
import type { PoolState } from '../pool/pool-state';
import type { ScrapeSchedule } from '../pool/scrape-schedule';
import type { Endpoint } from '../scheduling/endpoint';
import type { Clock, Release } from '../time';
import { fetchPage, type PageRequest } from './metrics-fetch';

/** Most sleep between two looks at the schedule, ms: requests that begin meanwhile make endpoints due earlier. */
const LONGEST_SLEEP_MS = 50;

const IDLE_CONNECTION_MS = 15_000;

const DEFAULTS = { timeoutMs: 1000, maxPageBytes: 8 * 2 ** 20 };

/** What became of readings, for metrics and logs. */
export interface ScrapeObserver {
  /** Metrics of an endpoint were read. `missing` names those that its engine should have and has not. */
  read?(endpoint: Endpoint, durationMs: number, missing: readonly string[]): void;
  /** An endpoint could not be read: `poll` when there was no page, `extract` when it was none of its engine. */
  failed?(endpoint: Endpoint, reason: string, step: 'poll' | 'extract'): void;
}

/** What to read, when, and where readings go. */
export interface MetricsScraperOptions {
  readonly pool: PoolState;
  readonly schedule: ScrapeSchedule;
  readonly engines: EngineReaders;
  readonly source: MetricsSource;
  readonly clock: Pick<Clock, 'now'>;
  /**
   * Told of readings, good and bad.
   * @default - nobody hears
   */
  readonly observer?: ScrapeObserver;
  /**
   * Time that a pod has to answer, ms.
   * @default 1000
   */
  readonly timeoutMs?: number;
  /**
   * Longest page, bytes; that of a busy server is below 1 MiB.
   * @default 8388608
   */
  readonly maxPageBytes?: number;
}

/** Reads the metrics of a pool's endpoints as its schedule says, each over a connection that is kept. */
export class MetricsScraper {
  readonly #options: MetricsScraperOptions & typeof DEFAULTS;
  readonly #agent: http.Agent;
  readonly #running = new Set<AbortController>();
  #timer: NodeJS.Timeout | undefined;
  #wakesAt = Infinity;
  #unlisten: Release | undefined;

  /** Reads the files of certificates that the source names; throws where one cannot be read. */
  public constructor(options: MetricsScraperOptions) {
    this.#options = { ...DEFAULTS, ...options };
    this.#agent = createAgent(options.source);
  }

  public start(): void {
    const { pool, schedule } = this.#options;
    for (const endpoint of pool.endpoints) schedule.add(endpoint);
    this.#unlisten ??= pool.listen({
      added: (endpoint) => {
        schedule.add(endpoint);
        this.#plan();
      },
      removed: (endpoint) => {
        schedule.remove(endpoint);
      },
    });
    this.#plan();
  }

  /** Ends all readings; none is started any more. */
  public stop(): void {
    this.#unlisten?.();
    this.#unlisten = undefined;
    clearTimeout(this.#timer);
    for (const controller of this.#running) controller.abort(new Error('stopped'));
    this.#agent.destroy();
  }

  /** Looks at the schedule when the next endpoint is due, unless it is looked at before. */
  #plan(): void {
    const { clock, schedule } = this.#options;
    const now = clock.now();
    const at = Math.min(now + LONGEST_SLEEP_MS, schedule.nextAt(now));
    if (this.#unlisten === undefined || this.#wakesAt <= at) return;
    clearTimeout(this.#timer);
    this.#wakesAt = at;
    this.#timer = setTimeout(
      () => {
        this.#readDue();
      },
      Math.max(0, at - now),
    );
  }

  #readDue(): void {
    const { clock, schedule } = this.#options;
    this.#wakesAt = Infinity;
    for (const endpoint of schedule.due(clock.now())) void this.#read(endpoint);
    this.#plan();
  }

  /** Never rejects. */
  async #read(endpoint: Endpoint): Promise<void> {
    const { clock, engines, observer, pool, schedule, timeoutMs } = this.#options;
    const controller = new AbortController();
    this.#running.add(controller);
    const timer = setTimeout(() => {
      controller.abort(new Error(`no answer within ${timeoutMs} ms`));
    }, timeoutMs);
    const sentAt = clock.now();
    let ok = false;
    try {
      const page = await fetchPage(this.#request(endpoint, controller.signal));
      const reading = engines.readerFor(endpoint.labels).read(page, sentAt);
      this.#connected(endpoint, true);
      if ('what' in reading) observer?.failed?.(endpoint, reading.what, 'extract');
      else {
        ok = true;
        pool.reading(endpoint, reading.metrics);
        observer?.read?.(endpoint, clock.now() - sentAt, reading.missing);
      }
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      // A pod that does not answer in time may be busy: that says nothing.
      if (!controller.signal.aborted) this.#connected(endpoint, !isRefusal(error));
      if (this.#unlisten !== undefined) observer?.failed?.(endpoint, reason, 'poll');
    }
    clearTimeout(timer);
    this.#running.delete(controller);
    schedule.finished(endpoint, ok, clock.now());
    this.#plan();
  }

  /** Whether a port other than that of the model takes connections is of no interest. */
  #connected(endpoint: Endpoint, isTaken: boolean): void {
    const { port } = this.#options.source;
    if (port === undefined || port === endpoint.port) this.#options.pool.connected(endpoint, isTaken);
  }

  #request(endpoint: Endpoint, signal: AbortSignal): PageRequest {
    const { scheme, path, port } = this.#options.source;
    return {
      scheme,
      host: endpoint.address,
      port: port ?? endpoint.port,
      path,
      hostHeader: hostPort(endpoint.address, port ?? endpoint.port),
      agent: this.#agent,
      maxBytes: this.#options.maxPageBytes,
      signal,
    };
  }
}

/** Errors of addresses at which nobody serves. */
const REFUSALS: readonly unknown[] = ['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH'];

function isRefusal(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && REFUSALS.includes(error.code);
}

function createAgent(source: MetricsSource): http.Agent {
  // One connection a pod: it is never read twice at a time. Those of pods that are gone are closed after a while.
  const options = { keepAlive: true, maxFreeSockets: 1, timeout: IDLE_CONNECTION_MS };
  if (source.scheme === 'http') return new http.Agent(options);
  return new https.Agent({
    ...options,
    rejectUnauthorized: !source.insecureSkipVerify,
    ...pem('ca', source.caCertPath),
    ...pem('cert', source.clientCertPath),
    ...pem('key', source.clientKeyPath),
  });
}

function pem(name: 'ca' | 'cert' | 'key', path: string | undefined): https.AgentOptions {
  return path === undefined ? {} : { [name]: readFileSync(path) };
}
