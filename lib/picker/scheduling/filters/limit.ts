import type { Endpoint } from '../endpoint';
import type { Filter } from '../plugin';
import { keep } from './keep';

/** Says of each endpoint whether it has room: a saturation detector that stands in a profile. */
export interface Limit {
  fits(endpoint: Endpoint, now: number): boolean;
  /** What is kept when no endpoint has room. */
  readonly whenNoneFits: 'all' | 'none';
}

/** Keeps endpoints that have room. */
export function limitFilter(type: string, name: string, limit: Limit): Filter {
  return {
    type,
    name,
    kind: 'saturation-detector',
    filter({ now }, candidates) {
      const kept = keep(candidates, (endpoint) => limit.fits(endpoint, now));
      return kept.length === 0 && limit.whenNoneFits === 'all' ? candidates : kept;
    },
  };
}
