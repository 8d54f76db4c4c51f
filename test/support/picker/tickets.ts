import type { AdmissionTicket } from '../../../lib/picker/admission/types';
import type { Endpoint } from '../../../lib/picker/scheduling/endpoint';
import type { InferenceRequest } from '../../../lib/picker/scheduling/request';
import { request } from './builders';

/** A request at the door, and the client behind it. */
export interface TestTicket extends AdmissionTicket {
  /** The client goes away. */
  abort(): void;
  /** Whether it was told to end. */
  readonly evicted: boolean;
}

/** A ticket for a request of priority 0 that any of the given endpoints may serve. */
export function ticket(candidates: () => readonly Endpoint[], given: Partial<InferenceRequest> = {}): TestTicket {
  const client = new AbortController();
  let evicted = false;
  return {
    request: request(given),
    candidates,
    signal: client.signal,
    evict() {
      if (evicted) throw new Error('evicted twice');
      evicted = true;
    },
    abort() {
      client.abort();
    },
    get evicted() {
      return evicted;
    },
  };
}
