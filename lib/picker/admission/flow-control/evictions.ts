import type { AdmissionObserver } from '../observer';
import type { EvictionSettings } from '../settings';
import type { AdmissionTicket } from '../types';
import { type HeapNode, IndexedHeap } from './indexed-heap';

/** A running request that may be ended. */
export interface Running extends HeapNode {
  readonly ticket: AdmissionTicket;
  readonly sequence: number;
  /** Clock time at which it was told to end, ms. */
  revokedAt: number | undefined;
}

/**
 * Ends running sheddable requests so that higher ones can go on: the lowest priority first, of equals the newest, which
 * has the least to lose. A few at a time, and no more until their end shows in the saturation.
 */
export class Evictions {
  readonly #settings: EvictionSettings;
  readonly #observer: AdmissionObserver;
  readonly #running = new IndexedHeap<Running>(endsBefore);
  readonly #ending = new Set<Running>();
  #quietUntil = -Infinity;
  #sequence = 0;

  public constructor(settings: EvictionSettings, observer: AdmissionObserver) {
    this.#settings = settings;
    this.#observer = observer;
  }

  /** Whether a request may be ended once it runs. */
  public concerns(ticket: AdmissionTicket): boolean {
    return this.#settings.enabled && ticket.request.priority < 0;
  }

  /** Requests that may be ended. */
  public get candidates(): number {
    return this.#running.size;
  }

  public started(ticket: AdmissionTicket): Running {
    const running: Running = { ticket, sequence: ++this.#sequence, heapIndex: -1, revokedAt: undefined };
    this.#running.push(running);
    return running;
  }

  public ended(running: Running, now: number): void {
    this.#running.remove(running);
    if (running.revokedAt === undefined || !this.#ending.delete(running)) return;
    this.#quietUntil = now + this.#settings.confirmationGraceMs;
    this.#observer.revocationEnded('confirmed', now - running.revokedAt);
  }

  /** Makes room for `wanted` requests of `priority`. */
  public reclaim(priority: number, wanted: number, now: number): void {
    if (this.#running.size === 0) return;
    this.#giveUpOnLate(now);
    if (this.#ending.size > 0 || now < this.#quietUntil) return;
    for (let left = Math.min(wanted, this.#settings.maxPerDecision); left > 0; left -= 1) {
      const victim = this.#running.peek();
      if (victim === undefined || victim.ticket.request.priority >= priority) return;
      this.#running.remove(victim);
      victim.revokedAt = now;
      this.#ending.add(victim);
      this.#observer.revoked(victim.ticket.request.priority);
      victim.ticket.evict();
    }
  }

  #giveUpOnLate(now: number): void {
    for (const running of this.#ending) {
      const took = now - (running.revokedAt ?? now);
      if (took < this.#settings.timeoutMs) continue;
      this.#ending.delete(running);
      this.#observer.revocationEnded('timeout', took);
    }
  }
}

function endsBefore(a: Running, b: Running): boolean {
  const byPriority = a.ticket.request.priority - b.ticket.request.priority;
  return byPriority < 0 || (byPriority === 0 && a.sequence > b.sequence);
}
