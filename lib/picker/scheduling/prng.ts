import type { Random } from '../time';

/** Spreads the upper half of a 53-bit seed over the lower one. */
const HIGH_HALF = 0x9e3779b1;

/**
 * Random numbers that a seed determines, with one 32-bit word of state: made to be seeded anew for every decision, which
 * costs one multiplication. A counter in steps of the golden ratio whose bits are mixed twice; the period is 2^32.
 */
export class Prng {
  #state = 0;

  /** Starts the sequence of a whole number below 2^53. */
  public seed(seed: number): void {
    this.#state = (seed | 0) ^ Math.imul((seed / 2 ** 32) | 0, HIGH_HALF);
  }

  /** The next number. Bound, so that it can be passed on. */
  public readonly next: Random = () => {
    this.#state = (this.#state + 0x9e3779b9) | 0;
    let bits = this.#state;
    bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
    bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
    return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32;
  };
}
