import { DECISION_ID_HEADER, DROPPED_REASON_HEADER } from '../../core/headers';
import type { DropReason } from '../admission/types';
import type { RejectVerdict } from './types';

/** Names of errors in the answers that the picker itself gives, as upstream has them, and their HTTP status. */
const STATUS = Object.freeze({
  BadRequest: 400,
  PreconditionFailed: 412,
  PayloadTooLarge: 413,
  ResourceExhausted: 429,
  Internal: 500,
  ServiceUnavailable: 503,
});

export type ErrorCode = keyof typeof STATUS;

const CODE_OF_STATUS: Readonly<Record<429 | 500 | 503, ErrorCode>> = Object.freeze({
  429: 'ResourceExhausted',
  500: 'Internal',
  503: 'ServiceUnavailable',
});

/** Code of the answer to a request that admission dropped. */
export function codeOf(status: 429 | 500 | 503): ErrorCode {
  return CODE_OF_STATUS[status];
}

/** What a rejection says beside its code and message. */
export interface RejectionFacts {
  /** Told to the client in a header. */
  readonly reason?: DropReason | undefined;
  /** Decision to look up, where one was recorded. */
  readonly decisionId?: string | undefined;
}

/** An answer in the picker's own name: plain text, `inference error: <Code> - <message>`. */
export function rejection(code: ErrorCode, message: string, facts: RejectionFacts = {}): RejectVerdict {
  const headers: (readonly [string, string])[] = [['content-type', 'text/plain; charset=utf-8']];
  if (facts.reason !== undefined) headers.push([DROPPED_REASON_HEADER, facts.reason]);
  if (facts.decisionId !== undefined) headers.push([DECISION_ID_HEADER, facts.decisionId]);
  return { kind: 'reject', status: STATUS[code], body: `inference error: ${code} - ${message}`, headers };
}

/** The answer to a running request that had to make room for one of higher priority. */
export function eviction(decisionId: string): RejectVerdict {
  const { headers } = rejection('ResourceExhausted', '', { reason: 'evicted', decisionId });
  return { kind: 'reject', status: STATUS.ResourceExhausted, body: 'request evicted by flow control', headers };
}
