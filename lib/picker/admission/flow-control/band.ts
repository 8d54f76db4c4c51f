import type { BandSettings, FairnessSettings } from '../settings';
import { AttainedService } from './attained-service';
import type { FlowSet } from './flow-set';
import { GlobalStrict } from './global-strict';
import { RoundRobin } from './round-robin';
import type { WaitingRequest } from './waiting-request';

/** All waiting requests of one priority. */
export class Band {
  readonly #flows: FlowSet;
  #requests = 0;
  #bytes = 0;
  #idleSince: number;

  public constructor(
    public readonly priority: number,
    public readonly settings: BandSettings,
    now: number,
  ) {
    this.#flows = createFlowSet(settings.fairness);
    this.#idleSince = now;
  }

  public get requests(): number {
    return this.#requests;
  }

  /** Bytes of the bodies that wait. */
  public get bytes(): number {
    return this.#bytes;
  }

  public get flows(): number {
    return this.#flows.flows;
  }

  public get head(): WaitingRequest | undefined {
    return this.#flows.head;
  }

  /** Clock time since which it has had no request, ms; `Infinity` while it has one. */
  public get idleSince(): number {
    return this.#requests > 0 ? Infinity : this.#idleSince;
  }

  /** Whether a body of so many bytes is within the limits. */
  public hasRoomFor(bytes: number): boolean {
    return this.#requests < this.settings.maxRequests && this.#bytes + bytes <= this.settings.maxBytes;
  }

  public add(waiting: WaitingRequest): void {
    this.#flows.add(waiting);
    this.#requests += 1;
    this.#bytes += waiting.bytes;
  }

  /** Takes out a request that is dropped. */
  public remove(waiting: WaitingRequest, now: number): void {
    this.#flows.remove(waiting, now);
    this.#left(waiting, now);
  }

  /** Takes out the head, which goes on. */
  public take(head: WaitingRequest, now: number): void {
    this.#flows.take(head, now);
    this.#left(head, now);
  }

  public forgetIdleFlows(since: number): void {
    this.#flows.forgetIdle(since);
  }

  #left(waiting: WaitingRequest, now: number): void {
    this.#requests -= 1;
    this.#bytes -= waiting.bytes;
    this.#idleSince = now;
  }
}

function createFlowSet(fairness: FairnessSettings): FlowSet {
  switch (fairness.kind) {
    case 'global-strict':
      return new GlobalStrict();
    case 'round-robin':
      return new RoundRobin();
    case 'least-attained-service':
      return new AttainedService(fairness.halfLifeMs);
  }
}
