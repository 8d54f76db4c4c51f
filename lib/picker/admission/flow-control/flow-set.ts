import type { WaitingRequest } from './waiting-request';

/** The waiting requests of a band, and whose turn it is. */
export interface FlowSet {
  add(waiting: WaitingRequest): void;
  /** Takes out a request that does not go on. */
  remove(waiting: WaitingRequest, now: number): void;
  /** The request whose turn it is. */
  readonly head: WaitingRequest | undefined;
  /** Takes out the head, which goes on: its flow has had its turn. */
  take(head: WaitingRequest, now: number): void;
  /** Forgets flows that have had no request since the given clock time, ms. */
  forgetIdle(since: number): void;
  /** Flows that it remembers, those that have no request included. */
  readonly flows: number;
}
