import type { Endpoint } from '../../scheduling/endpoint';
import type { SaturationDetector } from '../types';

/** A detector that can also say of one endpoint whether it may take more: the filter of the same name asks it. */
export interface EndpointLimit extends SaturationDetector {
  /** Whether the endpoint has room, with the headroom. */
  fits(endpoint: Endpoint, now: number): boolean;
  /** What a filter keeps when no endpoint has room: `none` rejects the request. */
  readonly whenNoneFits: 'all' | 'none';
  /**
   * By how much one more request on the average endpoint of so many raises the saturation at most. For requests that
   * were let through and are not yet counted in any endpoint's load.
   */
  increment(endpoints: number): number;
}
