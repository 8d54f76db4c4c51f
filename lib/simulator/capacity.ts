/** How a rate is searched for. */
export interface RateSearch {
  /** A rate that might hold, requests a second; the search starts there. */
  readonly start: number;
  /** Relative precision of the answer, such as 0.02. */
  readonly precision: number;
  /**
   * Factor of the steps that look for a rate that holds and one that does not; small where the start is a good guess.
   * @default 2
   */
  readonly growth?: number | undefined;
}

/** The search gives up at a rate so many times, or such a part, of where it started. */
const FARTHEST = 4096;

/**
 * The highest rate that holds, to the precision asked for: goes up or down in steps until one rate holds and the next
 * does not, then divides between them. 0 when none holds.
 */
export function highestRate(holds: (rate: number) => boolean, { start, precision, growth = 2 }: RateSearch): number {
  const steps = Math.round(Math.log(FARTHEST) / Math.log(growth));
  let low = start;
  let high = start;
  if (holds(start)) {
    for (let i = 0; i < steps && (high === low || holds(high)); i++) [low, high] = [high, high * growth];
  } else {
    let held = false;
    for (let i = 0; i < steps && !held; i++) {
      [low, high] = [low / growth, low];
      held = holds(low);
    }
    if (!held) return 0;
  }
  while (high / low > 1 + precision) {
    const middle = Math.sqrt(low * high);
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}
