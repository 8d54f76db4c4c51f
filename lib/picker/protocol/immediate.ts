import { DROPPED_REASON_HEADER } from '../../core/headers';
import type { RejectVerdict } from '../director/types';
import type { ImmediateAnswer } from './responses';

/** What the gateway is told of a rejection. Its access log shows who answered and why: `endpoint_picker_evicted`. */
export function immediateAnswer({ status, headers, body }: RejectVerdict): ImmediateAnswer {
  const reason = headers.find(([name]) => name === DROPPED_REASON_HEADER)?.[1] ?? String(status);
  return { status, headers, body, details: `endpoint_picker_${reason}` };
}
