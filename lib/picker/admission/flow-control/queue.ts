import type { FlowControlSettings } from '../settings';
import { Band } from './band';
import { LinkedList } from './linked-list';
import type { WaitingRequest } from './waiting-request';

/** Everything that waits: by priority for who goes on, by arrival for whose time is over. */
export class Queue {
  readonly #settings: FlowControlSettings;
  readonly #bands = new Map<number, Band>();
  /** Highest priority first. */
  #sorted: readonly Band[] = [];
  #priorities: readonly number[] = [];
  readonly #byArrival = new LinkedList<WaitingRequest>();
  #bytes = 0;

  public constructor(settings: FlowControlSettings, now: number) {
    this.#settings = settings;
    for (const [priority, band] of settings.bands) this.#bands.set(priority, new Band(priority, band, now));
    this.#sort();
  }

  public get requests(): number {
    return this.#byArrival.size;
  }

  /** Bytes of the bodies that wait. */
  public get bytes(): number {
    return this.#bytes;
  }

  /** Highest priority first; those without requests too. */
  public get bands(): readonly Band[] {
    return this.#sorted;
  }

  /** Priorities of the bands, in their order. */
  public get priorities(): readonly number[] {
    return this.#priorities;
  }

  /** The request that came before all others that wait. */
  public get oldest(): WaitingRequest | undefined {
    return this.#byArrival.first;
  }

  /** The band of a priority, made where there was none. */
  public bandOf(priority: number, now: number): Band {
    const known = this.#bands.get(priority);
    if (known !== undefined) return known;
    const settings = priority < 0 ? this.#settings.defaultNegativeBand : this.#settings.defaultBand;
    const band = new Band(priority, settings, now);
    this.#bands.set(priority, band);
    this.#sort();
    return band;
  }

  /** Rank of the highest band with requests: its index in `bands`; -1 when nothing waits. */
  public firstRank(): number {
    return this.#byArrival.size === 0 ? -1 : this.#sorted.findIndex(hasRequests);
  }

  public hasRoomFor(band: Band, bytes: number): boolean {
    const { maxRequests, maxBytes } = this.#settings;
    return this.requests < maxRequests && this.#bytes + bytes <= maxBytes && band.hasRoomFor(bytes);
  }

  public add(band: Band, waiting: WaitingRequest): void {
    band.add(waiting);
    this.#byArrival.append(waiting);
    this.#bytes += waiting.bytes;
  }

  /** Takes out a request that is dropped. */
  public remove(waiting: WaitingRequest, now: number): void {
    this.bandOf(waiting.priority, now).remove(waiting, now);
    this.#left(waiting);
  }

  /** Takes out the head of a band, which goes on. */
  public take(band: Band, head: WaitingRequest, now: number): void {
    band.take(head, now);
    this.#left(head);
  }

  /** Forgets flows and bands that have had no requests for long. */
  public forgetIdle(now: number): void {
    const { bandIdleMs, flowIdleMs, bands } = this.#settings;
    for (const band of this.#sorted) {
      if (!bands.has(band.priority) && band.idleSince <= now - bandIdleMs) this.#bands.delete(band.priority);
      else band.forgetIdleFlows(now - flowIdleMs);
    }
    if (this.#bands.size !== this.#sorted.length) this.#sort();
  }

  #left(waiting: WaitingRequest): void {
    this.#byArrival.remove(waiting);
    this.#bytes -= waiting.bytes;
  }

  #sort(): void {
    this.#sorted = [...this.#bands.values()].sort((a, b) => b.priority - a.priority);
    this.#priorities = this.#sorted.map(({ priority }) => priority);
  }
}

function hasRequests(band: Band): boolean {
  return band.requests > 0;
}
