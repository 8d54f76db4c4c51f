import type { LaneState, Percentiles } from '../admin/state';

/** How the first lane compares with another one in a number. */
export interface Comparison {
  readonly text: string;
  readonly verdict: 'better' | 'worse' | 'same';
}

/** Differences below this part are not worth a word. */
const LEAST = 0.02;

/** Whether a latency of the first lane is lower; undefined where one of them has none. */
export function compareLatency(
  one: LaneState,
  other: LaneState | undefined,
  percentile: keyof Percentiles,
): Comparison | undefined {
  const mine = one.ttft[percentile];
  const theirs = other?.ttft[percentile];
  if (mine === undefined || theirs === undefined || theirs === 0 || mine === 0) return undefined;
  const change = mine / theirs - 1;
  if (Math.abs(change) < LEAST) return { text: 'the same', verdict: 'same' };
  const percent = Math.round(Math.abs(change) * 100);
  return change < 0
    ? { text: `${percent} % lower`, verdict: 'better' }
    : { text: `${percent} % higher`, verdict: 'worse' };
}

/** How many percentage points more of the prompts were cached. */
export function compareHits(one: LaneState, other: LaneState | undefined): Comparison | undefined {
  if (other === undefined || (one.hitRatio === 0 && other.hitRatio === 0)) return undefined;
  const points = Math.round((one.hitRatio - other.hitRatio) * 100);
  if (points === 0) return { text: 'the same', verdict: 'same' };
  return points > 0
    ? { text: `${points} points more`, verdict: 'better' }
    : { text: `${-points} points less`, verdict: 'worse' };
}
