import type { AdmissionTicket, AdmissionVerdict } from '../types';
import type { HeapNode } from './indexed-heap';
import type { ListNode } from './linked-list';

/** A request in the queue. */
export class WaitingRequest implements HeapNode, ListNode<WaitingRequest> {
  public heapIndex = -1;
  public previous: WaitingRequest | undefined;
  public next: WaitingRequest | undefined;
  /** Set once, when it leaves the queue. */
  public verdict: AdmissionVerdict | undefined;
  #resolve: ((verdict: AdmissionVerdict) => void) | undefined;
  #onAbort: (() => void) | undefined;

  public constructor(
    public readonly ticket: AdmissionTicket,
    /** Lower leaves first; of equals the one with the lower sequence. */
    public readonly sortKey: number,
    public readonly sequence: number,
    /** Clock time at which it came, ms. */
    public readonly queuedAt: number,
  ) {}

  public get bytes(): number {
    return this.ticket.request.bodyBytes;
  }

  public get priority(): number {
    return this.ticket.request.priority;
  }

  /** The verdict to come. `onAbort` is called when the client is gone before. */
  public wait(onAbort: () => void): Promise<AdmissionVerdict> {
    this.#onAbort = onAbort;
    this.ticket.signal.addEventListener('abort', onAbort, { once: true });
    return new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  public settle(verdict: AdmissionVerdict): void {
    this.verdict = verdict;
    if (this.#onAbort !== undefined) this.ticket.signal.removeEventListener('abort', this.#onAbort);
    this.#resolve?.(verdict);
  }
}

/** Whether `a` leaves the queue before `b`, within one flow. */
export function leavesBefore(a: WaitingRequest, b: WaitingRequest): boolean {
  return a.sortKey < b.sortKey || (a.sortKey === b.sortKey && a.sequence < b.sequence);
}
