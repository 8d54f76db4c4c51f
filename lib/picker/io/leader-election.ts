import { LEASE, leaseName } from '../../core/picker/lease';
import { isJsonObject, type JsonObject } from '../pool/objects/field';
import type { Clock, Random } from '../time';
import type { KubeClient } from './kube-client';
import { KubePaths } from './kube-paths';
import { statusOf } from './kube-error';
import { sleep, type Sleep } from './sleep';
import { within } from './within';

/** Told of what people want to know. */
export interface ElectionObserver {
  /** This process leads from now on, or no longer. */
  leading?(leads: boolean): void;
  /** The lease could not be read or written; it is tried again. */
  failed?(reason: string): void;
}

/** Who takes part in which election. */
export interface LeaderElectionOptions {
  readonly client: Pick<KubeClient, 'get' | 'create' | 'replace'>;
  readonly namespace: string;
  /** Name of the pool. */
  readonly pool: string;
  /** Name that no other replica has, such as that of the pod. */
  readonly identity: string;
  readonly clock: Clock;
  readonly random: Random;
  /**
   * Told who leads, and of failures.
   * @default - nobody hears
   */
  readonly observer?: ElectionObserver;
  /**
   * Waits between attempts.
   * @default - as long as it takes
   */
  readonly sleep?: Sleep;
}

const SECOND_MS = 1000;

/** Part of the pause between attempts that is added at random. */
const JITTER = 0.2;

/** For one attempt, ms: several fit into the deadline. */
const ATTEMPT_MS = 3000;

/**
 * Holds a Lease, or waits for it. Clocks of other machines do not matter: another's lease counts as running out when
 * it did not change for its duration by this machine's own clock.
 */
export class LeaderElection {
  readonly #options: LeaderElectionOptions & { readonly sleep: Sleep };
  readonly #path: string;
  readonly #name: string;
  readonly #stop = new AbortController();
  #loop: Promise<void> | undefined;
  /** When the last successful renewal was asked for; undefined while another leads, or nobody. */
  #renewedAt: number | undefined;
  #told = false;
  /** Version of the lease that was seen last, and when it was seen first. */
  #seen: { readonly version: string; readonly at: number } | undefined;

  public constructor(options: LeaderElectionOptions) {
    this.#options = { sleep, ...options };
    this.#path = KubePaths.leases(options.namespace);
    this.#name = leaseName(options.namespace, options.pool);
  }

  /** Whether this process leads. False as soon as the last renewal is too old, even while a request hangs. */
  public get leading(): boolean {
    const deadline = LEASE.renewDeadlineSeconds * SECOND_MS;
    return this.#renewedAt !== undefined && this.#options.clock.now() - this.#renewedAt < deadline;
  }

  public start(): void {
    this.#loop ??= this.#run();
  }

  /** Gives the lease back, so that another may have it at once. */
  public async stop(): Promise<void> {
    this.#stop.abort();
    await this.#loop;
    const held = this.leading;
    this.#renewedAt = undefined;
    this.#tell();
    if (held) await this.#release();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    const ended = (): boolean => signal.aborted;
    while (!ended()) {
      await this.#attempt(signal);
      this.#tell();
      const pause = LEASE.retrySeconds * SECOND_MS * (1 + JITTER * this.#options.random());
      await this.#options.sleep(pause, signal);
      this.#tell();
    }
  }

  async #attempt(signal: AbortSignal): Promise<void> {
    const { clock, observer } = this.#options;
    const askedAt = clock.now();
    try {
      const mine = await within(ATTEMPT_MS, late(), signal, (both) => this.#acquire(both));
      this.#renewedAt = mine ? askedAt : undefined;
    } catch (error) {
      // 409: another was faster. Who leads is seen at the next attempt; until then nothing changes.
      if (statusOf(error) === 409 || signal.aborted) return;
      observer?.failed?.(error instanceof Error ? error.message : String(error));
    }
  }

  /** Takes or renews the lease; false while it is another's. */
  async #acquire(signal: AbortSignal): Promise<boolean> {
    const { client, clock, identity } = this.#options;
    const lease = await this.#read(signal);
    if (lease === undefined) {
      await client.create(this.#path, this.#lease({}, { leaseTransitions: 0, acquireTime: this.#wallTime() }), signal);
      return true;
    }
    const spec = isJsonObject(lease['spec']) ? lease['spec'] : {};
    const { holderIdentity: holder, leaseTransitions: transitions } = spec;
    const held = typeof holder === 'string' && holder !== '';
    const now = clock.now();
    if (held && holder !== identity && now < this.#freeAt(lease, spec, now)) return false;
    const taken = holder !== identity;
    const changes = taken
      ? { acquireTime: this.#wallTime(), leaseTransitions: (typeof transitions === 'number' ? transitions : 0) + 1 }
      : {};
    await client.replace(`${this.#path}/${this.#name}`, this.#lease(lease, { ...spec, ...changes }), signal);
    return true;
  }

  async #read(signal: AbortSignal): Promise<JsonObject | undefined> {
    try {
      return await this.#options.client.get(`${this.#path}/${this.#name}`, signal);
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw error;
    }
  }

  /** When another's lease runs out if it does not change any more, by this machine's clock. */
  #freeAt(lease: JsonObject, spec: JsonObject, now: number): number {
    const metadata = isJsonObject(lease['metadata']) ? lease['metadata'] : {};
    const version = JSON.stringify([metadata['resourceVersion'], spec['holderIdentity'], spec['renewTime']]);
    if (this.#seen?.version !== version) this.#seen = { version, at: now };
    const { leaseDurationSeconds: seconds } = spec;
    return this.#seen.at + (typeof seconds === 'number' ? seconds : LEASE.durationSeconds) * SECOND_MS;
  }

  async #release(): Promise<void> {
    const { client, identity, observer } = this.#options;
    try {
      await within(ATTEMPT_MS, late(), undefined, async (signal) => {
        const lease = await this.#read(signal);
        const spec = isJsonObject(lease?.['spec']) ? lease['spec'] : {};
        if (lease === undefined || spec['holderIdentity'] !== identity) return;
        const free = { ...spec, holderIdentity: '', leaseDurationSeconds: 1, renewTime: this.#wallTime() };
        await client.replace(`${this.#path}/${this.#name}`, { ...lease, spec: free }, signal);
      });
    } catch (error) {
      observer?.failed?.(error instanceof Error ? error.message : String(error));
    }
  }

  /** A lease of this process. It keeps the version of the one that was read: whoever was faster wins. */
  #lease(read: JsonObject, spec: JsonObject): JsonObject {
    const { namespace, identity } = this.#options;
    return {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: this.#name, namespace },
      ...read,
      spec: {
        ...spec,
        holderIdentity: identity,
        leaseDurationSeconds: LEASE.durationSeconds,
        renewTime: this.#wallTime(),
      },
    };
  }

  /** As Kubernetes writes times with microseconds. */
  #wallTime(): string {
    return new Date(this.#options.clock.wallTime()).toISOString().replace('Z', '000Z');
  }

  #tell(): void {
    const { leading } = this;
    if (leading === this.#told) return;
    this.#told = leading;
    this.#options.observer?.leading?.(leading);
  }
}

function late(): Error {
  return new Error(`the lease was not answered for within ${ATTEMPT_MS} ms`);
}
