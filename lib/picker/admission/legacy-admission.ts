import type { Clock } from '../time';
import type { AdmissionObserver } from './observer';
import { droppedFor, SHED } from './outcomes';
import type { Admission, AdmissionTicket, AdmissionVerdict, Admitted, SaturationDetector } from './types';

/** What admission without queues is made of. */
export interface LegacyAdmissionOptions {
  readonly detector: SaturationDetector;
  readonly clock: Pick<Clock, 'now'>;
  readonly observer: AdmissionObserver;
}

const ADMITTED: Admitted = Object.freeze({ kind: 'admitted', release: () => undefined });

/**
 * Upstream's default: everything goes on at once and queues in the model servers; only requests of priorities below
 * zero are dropped while the pool is full.
 */
export class LegacyAdmission implements Admission {
  public readonly waiting = 0;
  readonly #options: LegacyAdmissionOptions;
  #closed = false;

  public constructor(options: LegacyAdmissionOptions) {
    this.#options = options;
  }

  public admit(ticket: AdmissionTicket): AdmissionVerdict {
    if (this.#closed) return droppedFor('RejectedOther');
    return ticket.request.priority < 0 && this.#isFull(ticket) ? SHED : ADMITTED;
  }

  public tick(): void {
    // Nothing ever waits.
  }

  public close(): void {
    this.#closed = true;
  }

  #isFull(ticket: AdmissionTicket): boolean {
    const candidates = ticket.candidates();
    // A pool without endpoints is not full: scheduling answers with what is really the matter.
    if (candidates.length === 0) return false;
    const saturation = this.#options.detector.saturation(candidates, this.#options.clock.now());
    this.#options.observer.saturation(saturation);
    return saturation >= 1;
  }
}
