import type { Endpoint } from '../scheduling/endpoint';
import type { InferenceRequest } from '../scheduling/request';
import type { Release } from '../time';

/** Values of the dropped-reason header. */
export type DropReason =
  | 'rejected-saturated'
  | 'rejected-no-endpoints'
  | 'rejected-ttl-expired'
  | 'rejected-context-cancelled'
  | 'rejected-shutting-down'
  | 'evicted';

/** A request that was let through. `release` is called when it ended, so that what waits can follow. */
export interface Admitted {
  readonly kind: 'admitted';
  readonly release: Release;
}

/** A request that was not let through. */
export interface Dropped {
  readonly kind: 'dropped';
  readonly status: 429 | 500 | 503;
  readonly reason: DropReason;
  readonly message: string;
}

export type AdmissionVerdict = Admitted | Dropped;

/** A request at the door. */
export interface AdmissionTicket {
  readonly request: InferenceRequest;
  /** Endpoints that may serve it now, by the gateway's subset hint: asked again while the request waits. */
  candidates(): readonly Endpoint[];
  /** Fires when the client is gone. */
  readonly signal: AbortSignal;
  /** Ends the running request with a 429; called at most once, and only for sheddable requests. */
  evict(): void;
}

/** Decides which requests go on now, wait, or are dropped. */
export interface Admission {
  /** Returns at once unless the request must wait: only then a promise. */
  admit(ticket: AdmissionTicket): AdmissionVerdict | Promise<AdmissionVerdict>;
  /** Called now and then by the rim (about every ms while something waits): dispatches what can go on. */
  tick(now: number): void;
  /** Whether something waits. */
  readonly waiting: number;
  /** Drops everything that waits; the picker is going away. */
  close(): void;
}

/** How full the pool is: 1 or more means full. */
export interface SaturationDetector {
  readonly name: string;
  saturation(candidates: readonly Endpoint[], now: number): number;
}
