import { GRACE_AFTER_DRAIN_SECONDS } from '../core/picker/lifecycle';
import type { DecisionLog } from './director/decision-log';
import type { AdminServer } from './io/admin-server';
import { sleep } from './io/sleep';
import type { CustomPlugins } from './io/custom-plugins';
import type { MetricsScraper } from './io/metrics-scraper';
import type { PoolView } from './pool/views';
import type { DecisionCore } from './server-director';
import type { GrpcFront } from './server-grpc';
import type { Log } from './telemetry/log';
import type { Readiness } from './server-readiness';
import type { EndpointSource } from './server-source';

/** Everything that runs in a picker. */
export interface PickerServerParts {
  readonly core: DecisionCore;
  /** Threads of a team's own plugins. */
  readonly plugins: Pick<CustomPlugins, 'start' | 'close'>;
  readonly pool: PoolView;
  readonly source: EndpointSource;
  /** Undefined where the configuration wants no metrics of the pods. */
  readonly scraper: MetricsScraper | undefined;
  readonly front: GrpcFront;
  readonly admin: AdminServer;
  readonly readiness: Readiness;
  readonly log: Log;
  /** Time to take new requests after the request to stop, ms. */
  readonly drainMs: number;
  /** Sends what is left of traces. */
  readonly flush: () => Promise<void>;
}

/** Ports that a picker listens on. */
export interface PickerAddresses {
  /** External processing. */
  readonly grpc: number;
  readonly health: number;
  /** Metrics and debugging. */
  readonly admin: number;
}

/** Time for streams after the drain, a little less than Kubernetes gives: an end is better than being killed, ms. */
const STREAMS_MS = (GRACE_AFTER_DRAIN_SECONDS - 5) * 1000;
/** Part of that time left for the answers to requests that still wait at the door: none of them will be served. */
const REFUSALS_MS = 5000;

/** An endpoint picker that can be started and stopped. */
export class PickerServer {
  readonly #parts: PickerServerParts;
  readonly #forced = new AbortController();
  #starting: Promise<PickerAddresses> | undefined;

  public constructor(parts: PickerServerParts) {
    this.#parts = parts;
  }

  /** Whether it should get requests. */
  public get ready(): boolean {
    return this.#parts.readiness.ready;
  }

  public get pool(): PoolView {
    return this.#parts.pool;
  }

  /** The latest decisions. */
  public get decisions(): DecisionLog {
    return this.#parts.core.log;
  }

  /** Streams of gateways that are open. */
  public get streams(): number {
    return this.#parts.front.streams;
  }

  /** Listens, and begins to watch endpoints. Resolves when it listens; ready it is later. */
  public start(): Promise<PickerAddresses> {
    this.#starting ??= this.#start();
    return this.#starting;
  }

  async #start(): Promise<PickerAddresses> {
    const { admin, front, plugins, scraper, source } = this.#parts;
    try {
      await plugins.start();
      const adminPort = await admin.start();
      const ports = await front.start();
      scraper?.start();
      await source.start();
      return { ...ports, admin: adminPort };
    } catch (error) {
      await this.#close();
      throw error;
    }
  }

  /**
   * Ends without losing a stream: says that it is not ready, still serves until every gateway had time to learn it, then
   * takes no new streams and waits for those that are open. Requests that still wait at the door near the end of that
   * time are refused, so that their clients get an answer instead of a broken stream. `kill` cuts it short.
   */
  public async stop(drainMs: number = this.#parts.drainMs): Promise<void> {
    const { core, front, log, readiness, source } = this.#parts;
    readiness.drain();
    // What has begun to open must be open before it is closed; why it failed is told to whoever started it.
    await this.#starting?.catch(() => undefined);
    source.resign();
    log.info('draining: not ready any more, and still serving', { drain_ms: drainMs, streams: front.streams });
    await sleep(drainMs, this.#forced.signal);
    if (!this.#forced.signal.aborted) {
      log.info('taking no new streams', { streams: front.streams });
      const refusal = setTimeout(() => {
        const { waiting } = core.admission;
        if (waiting > 0) log.info('refusing what still waits', { waiting, streams: front.streams });
        core.admission.close();
      }, STREAMS_MS - REFUSALS_MS);
      try {
        await front.drain(STREAMS_MS);
      } finally {
        clearTimeout(refusal);
      }
    }
    await this.#close();
    log.info('stopped');
  }

  /** Breaks off what is left; a `stop` that is under way ends at once. */
  public kill(): void {
    this.#forced.abort();
    this.#parts.front.destroy();
  }

  async #close(): Promise<void> {
    const { admin, core, flush, front, plugins, scraper, source } = this.#parts;
    core.admission.close();
    scraper?.stop();
    await source.stop();
    front.destroy();
    await Promise.all([admin.stop(), plugins.close(), flush()]);
  }
}
