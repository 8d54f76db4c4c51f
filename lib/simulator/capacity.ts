/** How a rate is searched for. */
export interface RateSearch {
  /** A rate that might hold, requests a second; the search starts there. */
  readonly start: number;
  /** Relative precision of the answer, such as 0.02. */
  readonly precision: number;
}

/** Doublings or halvings before the search gives up. */
const MOST_DOUBLINGS = 12;

/**
 * The highest rate that holds, to the precision asked for: doubles or halves until one holds and one does not, then
 * divides between them. 0 when none holds.
 */
export function highestRate(holds: (rate: number) => boolean, { start, precision }: RateSearch): number {
  let low = start;
  let high = start;
  if (holds(start)) {
    for (let i = 0; i < MOST_DOUBLINGS && (high === low || holds(high)); i++) [low, high] = [high, high * 2];
  } else {
    let held = false;
    for (let i = 0; i < MOST_DOUBLINGS && !held; i++) {
      [low, high] = [low / 2, low];
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
