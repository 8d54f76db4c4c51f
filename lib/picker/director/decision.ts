import type { Problem } from '../../core/problem';
import type { DropReason } from '../admission/types';
import type { Call } from '../scheduling/call';
import type { Endpoint, EndpointMetrics } from '../scheduling/endpoint';
import type { ProfileTrace, ScheduleOutcome } from '../scheduling/outcome';
import type { InferenceRequest } from '../scheduling/request';
import type { Moment } from './moment';

/** Loads of an endpoint, in the order in which a snapshot has them. */
export const LOADS = Object.freeze([
  'requests',
  'unseenRequests',
  'prefillTokens',
  'decodeTokens',
  'lastPickedAt',
] as const);

/** What the candidates of a decision were like, in their order. */
export interface CandidateSnapshot {
  readonly candidates: readonly Endpoint[];
  /** Last readings, however old. */
  readonly metrics: readonly (EndpointMetrics | undefined)[];
  /** As many numbers a candidate as there are in `LOADS`. */
  readonly loads: Float64Array;
}

/** How the scheduler decided, with all that it saw. */
export interface Scheduling {
  /** What the gateway allows: the candidates, and endpoints that are none because they refuse connections. */
  readonly allowed: readonly Endpoint[];
  readonly snapshot: CandidateSnapshot;
  readonly moment: Moment;
  readonly outcome: ScheduleOutcome;
  readonly profiles: readonly ProfileTrace[];
}

/** Why the client was told no. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
  readonly reason: DropReason | undefined;
}

/** Call as a record sees it. */
export interface FollowedCall extends Call {
  /** What the gateway named as the endpoint that served, where it named one. */
  readonly served: string | undefined;
  /** Whether the answer came as a stream of events. */
  readonly streamed: boolean;
}

/**
 * A decision as it is kept in memory: references to what nobody changes and copies of what somebody might, because one
 * is made for each request and few are ever read.
 */
export interface Decision {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly wallTime: number;
  readonly request: InferenceRequest;
  /** Rule that chose the model name. */
  readonly rule: string | undefined;
  /** Header values that were ignored. */
  readonly ignored: readonly Problem[];
  /** Time at the door of admission, ms. */
  readonly waitedMs: number;
  /** Undefined when the request did not come as far as the scheduler. */
  readonly scheduling: Scheduling | undefined;
  readonly refusal: Refusal | undefined;
  /** The call that followed; undefined for a refusal. */
  readonly call: FollowedCall | undefined;
}

/** Of a decision that is not recorded. */
export const NO_SNAPSHOT: CandidateSnapshot = Object.freeze({
  candidates: [],
  metrics: [],
  loads: new Float64Array(0),
});

/** Copies what may change before the record is read. */
export function snapshotOf(candidates: readonly Endpoint[]): CandidateSnapshot {
  const metrics: (EndpointMetrics | undefined)[] = [];
  const loads = new Float64Array(candidates.length * LOADS.length);
  let at = 0;
  for (const endpoint of candidates) {
    metrics.push(endpoint.metrics);
    const { load } = endpoint;
    loads[at++] = load.requests;
    loads[at++] = load.unseenRequests;
    loads[at++] = load.prefillTokens;
    loads[at++] = load.decodeTokens;
    loads[at++] = load.lastPickedAt;
  }
  return { candidates, metrics, loads };
}

/** About how many bytes a decision keeps from being freed: metrics and endpoints count, though others may share them. */
export function sizeOf({ request, scheduling }: Decision): number {
  let bytes = 1024 + request.prompt.hashes.byteLength;
  for (const [name, value] of request.headers) bytes += name.length + value.length + 64;
  if (scheduling === undefined) return bytes;
  bytes += scheduling.allowed.length * CANDIDATE_BYTES;
  for (const { filters, candidates, scorers } of scheduling.profiles) {
    bytes += 256 + 16 * candidates.length;
    for (const { kept } of filters) bytes += 64 + 8 * kept.length;
    for (const { scores, state, explanations } of scorers) {
      bytes += 128 + scores.byteLength + 128 * explanations.length + (state === undefined ? 0 : STATE_BYTES);
    }
  }
  return bytes;
}

/** A reading of metrics with two sets of adapters, five numbers of load and two references. */
const CANDIDATE_BYTES = 320;
/** State that a scorer captures: to measure it would cost more than to make it. */
const STATE_BYTES = 4096;
