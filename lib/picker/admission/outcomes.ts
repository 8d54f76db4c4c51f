import type { Dropped, DropReason } from './types';

/** How a request left the door, by upstream's names: values of the label `outcome`. */
export type QueueOutcome =
  | 'Dispatched'
  | 'RejectedCapacity'
  | 'RejectedNoEndpoints'
  | 'RejectedOther'
  | 'EvictedTTL'
  | 'EvictedNoEndpoints'
  | 'EvictedContextCancelled'
  | 'EvictedOther';

/** Every outcome but the good one. */
export type DropOutcome = Exclude<QueueOutcome, 'Dispatched'>;

function drop(status: Dropped['status'], reason: DropReason, message: string): Dropped {
  return Object.freeze({ kind: 'dropped', status, reason, message });
}

/** What the client gets for each outcome. A full queue is the client's to retry, a pool without endpoints is not. */
const DROPS: Readonly<Record<DropOutcome, Dropped>> = Object.freeze({
  RejectedCapacity: drop(429, 'rejected-saturated', 'the queue of this priority is full'),
  RejectedNoEndpoints: drop(503, 'rejected-no-endpoints', 'no endpoint is ready and the queue is full'),
  RejectedOther: drop(503, 'rejected-shutting-down', 'the endpoint picker is shutting down'),
  EvictedTTL: drop(429, 'rejected-ttl-expired', 'the request waited too long for a free endpoint'),
  EvictedNoEndpoints: drop(503, 'rejected-no-endpoints', 'no endpoint became ready while the request waited'),
  EvictedContextCancelled: drop(503, 'rejected-context-cancelled', 'the client is gone'),
  EvictedOther: drop(503, 'rejected-shutting-down', 'the endpoint picker is shutting down'),
});

/** The verdict for an outcome. */
export function droppedFor(outcome: DropOutcome): Dropped {
  return DROPS[outcome];
}

/** The verdict for a sheddable request while the pool is full; the message is upstream's. */
export const SHED: Dropped = drop(429, 'rejected-saturated', 'system saturated, sheddable request dropped');
