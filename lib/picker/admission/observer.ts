import type { InferenceRequest } from '../scheduling/request';
import type { QueueOutcome } from './outcomes';

/** Hears what happens at the door; telemetry implements it. Methods must not throw. */
export interface AdmissionObserver {
  /** The request waits. */
  queued(request: InferenceRequest): void;
  /** The request left the door, after `waitedMs`. `wasQueued` says whether `queued` was called for it. */
  settled(request: InferenceRequest, outcome: QueueOutcome, waitedMs: number, wasQueued: boolean): void;
  /** The saturation that decided last: 1 or more means full. */
  saturation(value: number): void;
  /** A running request of this priority was told to end. */
  revoked(priority: number): void;
  /** It ended after `tookMs`, or did not within the time it had. */
  revocationEnded(outcome: 'confirmed' | 'timeout', tookMs: number): void;
}

const nothing = (): void => undefined;

/** Hears nothing. */
export const NO_ADMISSION_OBSERVER: AdmissionObserver = Object.freeze({
  queued: nothing,
  settled: nothing,
  saturation: nothing,
  revoked: nothing,
  revocationEnded: nothing,
});
