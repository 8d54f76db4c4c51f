import type { Random } from '../picker/time';

/** A generator whose numbers depend on the seed alone (Mulberry32: fast, 2^32 states, good enough for workloads). */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A seed for one part of a simulation, so that drawing more in one part changes nothing in another. */
export function seedFor(seed: number, ...parts: readonly number[]): number {
  return Math.floor(parts.reduce((hash, part) => mix(hash, part), seed) % 4294967296);
}

const MASK_21 = 0x1fffff;

/** Two whole numbers below 2^53 as one below 2^53: identities of token blocks. */
export function mix(a: number, b: number): number {
  const aLow = a >>> 0;
  const aHigh = Math.floor(a / 4294967296);
  const bLow = b >>> 0;
  const bHigh = Math.floor(b / 4294967296);
  let low = Math.imul(aLow ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(bLow + 0x165667b1, 0xc2b2ae35);
  let high = Math.imul(aHigh + 0x27d4eb2f, 0x165667b1) ^ Math.imul(bHigh ^ 0x85ebca6b, 0x9e3779b1);
  low ^= low >>> 15;
  high = Math.imul(high ^ low, 0x2c1b3c6d);
  low = Math.imul(low ^ (high >>> 13), 0x297a2d39);
  low ^= low >>> 15;
  high ^= high >>> 12;
  return (high & MASK_21) * 4294967296 + (low >>> 0);
}

/** Time to the next event of a Poisson process, in the unit of the mean. */
export function exponential(random: Random, mean: number): number {
  return -Math.log(1 - random()) * mean;
}

/** A normal deviate, mean 0 and deviation 1 (Box-Muller). */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** A whole number with a log-normal distribution, between two limits. */
export function logNormalInt(random: Random, { median, sigma, min, max }: LogNormal): number {
  return Math.min(max, Math.max(min, Math.round(median * Math.exp(sigma * normal(random)))));
}

/** A log-normal distribution of whole numbers. */
export interface LogNormal {
  readonly median: number;
  /** Deviation of the logarithm. */
  readonly sigma: number;
  readonly min: number;
  readonly max: number;
}

/** Draws ranks 0 to count - 1, rank r with a weight of 1 / (r + 1)^exponent. */
export function zipf(count: number, exponent: number): (random: Random) => number {
  const sums = new Float64Array(count);
  let sum = 0;
  for (let rank = 0; rank < count; rank++) {
    sum += (rank + 1) ** -exponent;
    sums[rank] = sum;
  }
  return (random) => {
    const wanted = random() * sum;
    let low = 0;
    let high = count - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((sums[middle] ?? 0) > wanted) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}
