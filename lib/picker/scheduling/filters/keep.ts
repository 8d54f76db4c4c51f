import type { Endpoint } from '../endpoint';

/** The candidates that a rule fits, in their order; the very same array when it fits all. */
export function keep(candidates: readonly Endpoint[], fits: (endpoint: Endpoint) => boolean): readonly Endpoint[] {
  for (let i = 0; i < candidates.length; i++) {
    const endpoint = candidates[i];
    if (endpoint === undefined || fits(endpoint)) continue;
    const kept = candidates.slice(0, i);
    for (let j = i + 1; j < candidates.length; j++) {
      const next = candidates[j];
      if (next !== undefined && fits(next)) kept.push(next);
    }
    return kept;
  }
  return candidates;
}
