import type { Endpoint } from '../../scheduling/endpoint';
import type { Clock } from '../../time';
import type { AdmissionObserver } from '../observer';
import { droppedFor, type DropOutcome } from '../outcomes';
import type { EndpointLimit } from '../saturation/endpoint-limit';
import { PoolGauge } from '../saturation/pool-gauge';
import type { FlowControlSettings } from '../settings';
import type { Admission, AdmissionTicket, AdmissionVerdict, Admitted } from '../types';
import type { Band } from './band';
import { Evictions } from './evictions';
import { sortKeyOf } from './ordering';
import { Queue } from './queue';
import { createUsageLimit, type UsageLimit } from './usage-limits';
import { WaitingRequest } from './waiting-request';

/** What flow control is made of. */
export interface FlowControlOptions {
  readonly settings: FlowControlSettings;
  readonly detector: EndpointLimit;
  readonly clock: Pick<Clock, 'now'>;
  /** All endpoints of the pool, whatever a request's subset is. */
  readonly pool: () => readonly Endpoint[];
  readonly observer: AdmissionObserver;
}

/** How often flows and bands are looked through for idle ones, ms. */
const SWEEP_MS = 1000;
/** Microtasks between a verdict and its request's place in an endpoint's load. */
const ROUTED_AFTER_TURNS = 4;

/**
 * Lets requests wait in the picker while the pool is full, where they can still change places, instead of in a model
 * server. Strictly by priority: while the head of the highest band is held back, nothing below it goes on.
 */
export class FlowControl implements Admission {
  readonly #options: FlowControlOptions;
  readonly #queue: Queue;
  readonly #gauge: PoolGauge;
  readonly #usageLimit: UsageLimit;
  readonly #evictions: Evictions;
  readonly #admitted: Admitted = Object.freeze({
    kind: 'admitted',
    release: () => {
      this.#released();
    },
  });
  #sequence = 0;
  #unrouted = 0;
  #poolEmpty = false;
  #poolChangedAt = -Infinity;
  #nextSweepAt = -Infinity;
  #dispatching = false;
  #closed = false;

  public constructor(options: FlowControlOptions) {
    this.#options = options;
    this.#queue = new Queue(options.settings, options.clock.now());
    this.#gauge = new PoolGauge(options.detector);
    this.#usageLimit = createUsageLimit(options.settings.usageLimit);
    this.#evictions = new Evictions(options.settings.eviction, options.observer);
  }

  public get waiting(): number {
    return this.#queue.requests;
  }

  /** Bands and their counts, highest priority first, for metrics and people. */
  public get bands(): readonly Band[] {
    return this.#queue.bands;
  }

  /** Bytes of the bodies that wait. */
  public get waitingBytes(): number {
    return this.#queue.bytes;
  }

  public admit(ticket: AdmissionTicket): AdmissionVerdict | Promise<AdmissionVerdict> {
    const now = this.#options.clock.now();
    if (this.#closed) return this.#refuse(ticket, 'RejectedOther');
    if (ticket.signal.aborted) return this.#refuse(ticket, 'EvictedContextCancelled');
    this.#observe(now);
    const band = this.#queue.bandOf(ticket.request.priority, now);
    if (this.#queue.requests === 0 && !this.#poolEmpty && this.#mayGoOn(ticket, this.#queue.bands.indexOf(band), now)) {
      return this.#letIn(ticket, 0, false);
    }
    if (!this.#queue.hasRoomFor(band, ticket.request.bodyBytes)) {
      return this.#refuse(ticket, this.#poolEmpty ? 'RejectedNoEndpoints' : 'RejectedCapacity');
    }
    const waiting = this.#enqueue(band, ticket, now);
    this.#dispatch(now);
    if (waiting.verdict === undefined) return this.#wait(waiting);
    // The caller routes it before it does anything else.
    this.#unrouted -= 1;
    return waiting.verdict;
  }

  public tick(now: number): void {
    this.#observe(now);
    this.#dispatch(now);
  }

  public close(): void {
    this.#closed = true;
    for (let oldest = this.#queue.oldest; oldest !== undefined; oldest = this.#queue.oldest) {
      this.#drop(oldest, 'EvictedOther');
    }
  }

  #released(): void {
    if (this.#queue.requests === 0 || this.#dispatching) return;
    const now = this.#options.clock.now();
    this.#observe(now);
    this.#dispatch(now);
  }

  /** Takes in what may have changed since the last call, and drops what waited too long. */
  #observe(now: number): void {
    this.#gauge.refresh();
    const empty = this.#options.pool().length === 0;
    if (empty !== this.#poolEmpty) {
      this.#poolEmpty = empty;
      this.#poolChangedAt = now;
    }
    this.#expire(now);
    if (now < this.#nextSweepAt) return;
    this.#nextSweepAt = now + SWEEP_MS;
    this.#queue.forgetIdle(now);
  }

  #enqueue(band: Band, ticket: AdmissionTicket, now: number): WaitingRequest {
    const key = sortKeyOf(band.settings.ordering, ticket.request, now, this.#options.settings.requestTtlMs);
    const waiting = new WaitingRequest(ticket, key, ++this.#sequence, now);
    this.#queue.add(band, waiting);
    this.#options.observer.queued(ticket.request);
    return waiting;
  }

  #wait(waiting: WaitingRequest): Promise<AdmissionVerdict> {
    const verdict = waiting.wait(() => {
      this.#drop(waiting, 'EvictedContextCancelled');
    });
    void this.#routed(verdict);
    return verdict;
  }

  /** Forgets a request that went on as soon as it counts in the load of its endpoint. */
  async #routed(verdict: Promise<AdmissionVerdict>): Promise<void> {
    const { kind } = await verdict;
    // Whoever asked goes on within the microtasks that follow; a few more leave room for functions between.
    for (let turn = 0; turn < ROUTED_AFTER_TURNS; turn += 1) await Promise.resolve();
    if (kind === 'admitted') this.#unrouted -= 1;
  }

  /** Lets everything go on that can. */
  #dispatch(now: number): void {
    this.#dispatching = true;
    while (!this.#poolEmpty) {
      const rank = this.#queue.firstRank();
      const band = this.#queue.bands[rank];
      const head = band?.head;
      if (band === undefined || head === undefined) break;
      if (!this.#mayGoOn(head.ticket, rank, now)) {
        this.#evictions.reclaim(band.priority, band.requests, now);
        break;
      }
      this.#queue.take(band, head, now);
      this.#unrouted += 1;
      head.settle(this.#letIn(head.ticket, now - head.queuedAt, true));
    }
    this.#dispatching = false;
  }

  #mayGoOn(ticket: AdmissionTicket, rank: number, now: number): boolean {
    const candidates = ticket.candidates();
    // The pool has endpoints and the subset has none: scheduling says so, and waiting would not help.
    if (candidates.length === 0) return true;
    const saturation = this.#gauge.saturation(candidates, now, this.#unrouted);
    this.#options.observer.saturation(saturation);
    return saturation < this.#usageLimit.ceiling(rank, this.#queue.priorities, saturation);
  }

  /** Drops what waited too long. All have the same time to wait, so the oldest is always the next. */
  #expire(now: number): void {
    const { requestTtlMs, noEndpointRequestTtlMs } = this.#options.settings;
    const ttl = this.#poolEmpty ? noEndpointRequestTtlMs : requestTtlMs;
    for (let oldest = this.#queue.oldest; oldest !== undefined; oldest = this.#queue.oldest) {
      if (now < Math.max(oldest.queuedAt, this.#poolChangedAt) + ttl) return;
      this.#drop(oldest, this.#poolEmpty ? 'EvictedNoEndpoints' : 'EvictedTTL');
    }
  }

  #letIn(ticket: AdmissionTicket, waitedMs: number, wasQueued: boolean): Admitted {
    this.#options.observer.settled(ticket.request, 'Dispatched', waitedMs, wasQueued);
    if (!this.#evictions.concerns(ticket)) return this.#admitted;
    const running = this.#evictions.started(ticket);
    const release = (): void => {
      this.#evictions.ended(running, this.#options.clock.now());
      this.#released();
    };
    return { kind: 'admitted', release };
  }

  #refuse(ticket: AdmissionTicket, outcome: DropOutcome): AdmissionVerdict {
    this.#options.observer.settled(ticket.request, outcome, 0, false);
    return droppedFor(outcome);
  }

  #drop(waiting: WaitingRequest, outcome: DropOutcome): void {
    if (waiting.verdict !== undefined) return;
    const now = this.#options.clock.now();
    this.#queue.remove(waiting, now);
    this.#options.observer.settled(waiting.ticket.request, outcome, now - waiting.queuedAt, true);
    waiting.settle(droppedFor(outcome));
  }
}
