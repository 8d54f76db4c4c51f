import type { Endpoint } from '../../scheduling/endpoint';
import type { EndpointLimit } from './endpoint-limit';
import { stagesOf } from './stages';

const NO_ENDPOINTS: readonly Endpoint[] = Object.freeze([]);

/**
 * Reads the saturation of a pool between decisions: requests that were let through and are not yet routed count, so
 * that several can go on at once without more going on than there is room for.
 */
export class PoolGauge {
  readonly #limit: EndpointLimit;
  #endpoints = NO_ENDPOINTS;
  #stages: readonly (readonly Endpoint[])[] = [];
  #smallest = 0;
  #read = false;
  #routed = 0;

  public constructor(limit: EndpointLimit) {
    this.#limit = limit;
  }

  /** Loads may have changed: the next reading looks at them again. */
  public refresh(): void {
    this.#read = false;
  }

  /**
   * 1 or more means full. `unrouted` requests are in no endpoint's load yet. Costs a look at each endpoint once after a
   * `refresh`.
   */
  public saturation(endpoints: readonly Endpoint[], now: number, unrouted: number): number {
    if (endpoints.length === 0) return 1;
    if (endpoints !== this.#endpoints) this.#split(endpoints);
    if (!this.#read) {
      this.#read = true;
      this.#routed = 0;
      for (const stage of this.#stages) this.#routed = Math.max(this.#routed, this.#limit.saturation(stage, now));
    }
    return unrouted === 0 ? this.#routed : this.#routed + unrouted * this.#limit.increment(this.#smallest);
  }

  #split(endpoints: readonly Endpoint[]): void {
    this.#endpoints = endpoints;
    this.#stages = stagesOf(endpoints);
    this.#smallest = this.#stages.reduce((least, stage) => Math.min(least, stage.length), Infinity);
    this.#read = false;
  }
}
