import { droppedFor, SHED, type DropOutcome } from '../../../lib/picker/admission/outcomes';

test.each<[DropOutcome, number, string, string]>([
  ['RejectedCapacity', 429, 'rejected-saturated', 'the queue of this priority is full'],
  ['RejectedNoEndpoints', 503, 'rejected-no-endpoints', 'no endpoint is ready and the queue is full'],
  ['RejectedOther', 503, 'rejected-shutting-down', 'the endpoint picker is shutting down'],
  ['EvictedTTL', 429, 'rejected-ttl-expired', 'the request waited too long for a free endpoint'],
  ['EvictedNoEndpoints', 503, 'rejected-no-endpoints', 'no endpoint became ready while the request waited'],
  ['EvictedContextCancelled', 503, 'rejected-context-cancelled', 'the client is gone'],
  ['EvictedOther', 503, 'rejected-shutting-down', 'the endpoint picker is shutting down'],
])('%s answers %d %s', (outcome, status, reason, message) => {
  expect(droppedFor(outcome)).toEqual({ kind: 'dropped', status, reason, message });
});

test('shedding answers as upstream does, and says why in the header too', () => {
  expect(SHED).toEqual({
    kind: 'dropped',
    status: 429,
    reason: 'rejected-saturated',
    message: 'system saturated, sheddable request dropped',
  });
});
