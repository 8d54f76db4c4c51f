import type { InferenceRequest } from '../../scheduling/request';
import type { OrderingPolicy } from '../settings';

/** Sort key of a request in its flow: lower goes first, equals go by arrival. */
export function sortKeyOf(ordering: OrderingPolicy, request: InferenceRequest, now: number, ttlMs: number): number {
  switch (ordering) {
    case 'fcfs':
      return 0;
    case 'edf':
      return now + ttlMs;
    case 'slo-deadline':
      return request.receivedAt + (request.objective.ttftMs ?? Infinity);
  }
}
