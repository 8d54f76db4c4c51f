import type { Random } from '../../time';
import type { Endpoint } from '../endpoint';

/**
 * The `count` candidates with the largest values, the largest first; among equal values chance decides, each being as
 * likely as the others. One pass over the candidates for each that is taken.
 */
export function takeTop(
  candidates: readonly Endpoint[],
  values: Float64Array,
  count: number,
  random: Random,
): readonly Endpoint[] {
  const taken: Endpoint[] = [];
  const left = Math.min(count, candidates.length);
  while (taken.length < left) taken.push(...bestBeside(taken, candidates, values, random));
  return taken;
}

function bestBeside(
  taken: readonly Endpoint[],
  candidates: readonly Endpoint[],
  values: Float64Array,
  random: Random,
): readonly Endpoint[] {
  let best: Endpoint | undefined;
  let highest = -Infinity;
  let equals = 0;
  let i = 0;
  for (const endpoint of candidates) {
    const value = values[i++] ?? 0;
    if (value < highest || taken.includes(endpoint)) continue;
    // The n-th of equals takes the lead with a chance of 1 in n, so each has the same chance in the end.
    if (value > highest) equals = 1;
    else if (random() * ++equals >= 1) continue;
    highest = value;
    best = endpoint;
  }
  return best === undefined ? [] : [best];
}
