import { EXT_PROC_SERVICE } from '../core/picker/ext-proc';
import type { ServingStatus } from './io/grpc-health';
import type { PoolView } from './pool/views';

/** Services that are healthy while the process runs. */
const ALIVE = ['liveness'];
/** Services that are healthy while this process should get requests; the last one is what the Go picker's charts ask for. */
const READY = ['readiness', '', EXT_PROC_SERVICE, 'inference-extension'];

/** Every service that health checks may ask for. */
export const HEALTH_SERVICES: readonly string[] = Object.freeze([...ALIVE, ...READY]);

/** What readiness depends on. */
export interface ReadinessOptions {
  readonly pool: Pick<PoolView, 'synced' | 'measured'>;
  /** Whether this process leads; always true without an election. */
  readonly leads: () => boolean;
}

/**
 * Whether the picker should get requests: it knows the pods and the metrics of one at least, leads where there is an
 * election, and does not drain. It may be asked for decisions all the same, and decides as well as it can.
 */
export class Readiness {
  readonly #options: ReadinessOptions;
  #draining = false;

  public constructor(options: ReadinessOptions) {
    this.#options = options;
  }

  /** From now on not ready. */
  public drain(): void {
    this.#draining = true;
  }

  public get ready(): boolean {
    return this.missing.length === 0;
  }

  /** What keeps the picker from being ready, for people. */
  public get missing(): readonly string[] {
    const { pool, leads } = this.#options;
    return [
      ...(pool.synced ? [] : ['the pool and its pods are not known yet']),
      ...(pool.measured ? [] : ['no metrics of a pod were read yet']),
      ...(leads() ? [] : ['another process leads']),
      ...(this.#draining ? ['the process is about to end'] : []),
    ];
  }

  /** Status of a service. */
  public status(service: string): ServingStatus {
    if (ALIVE.includes(service)) return 'SERVING';
    if (!READY.includes(service)) return 'SERVICE_UNKNOWN';
    return this.ready ? 'SERVING' : 'NOT_SERVING';
  }
}
