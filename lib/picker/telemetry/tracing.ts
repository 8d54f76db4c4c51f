import type { Call } from '../scheduling/call';
import type { RequestObserver } from './telemetry';

/** Traces of requests. Where nobody wants any there is no such object, and so no cost. */
export interface Tracing {
  /**
   * Starts the trace of a request that was routed; returns the headers that tell the server of it, none for a request
   * that is not traced.
   */
  readonly traceHeaders: (call: Call) => readonly (readonly [string, string])[];
  /** Ends traces. */
  readonly requests: RequestObserver;
  /** Sends what is left, and stops. */
  close(): Promise<void>;
}
