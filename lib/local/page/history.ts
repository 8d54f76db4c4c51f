import type { LaneState } from '../admin/state';

/** Columns of a chart: seconds, then p50 and p90 of each lane. */
export type ChartColumns = readonly [readonly number[], ...(readonly (readonly (number | null)[])[])];

/** The last seconds of all lanes on one axis of time. */
export function chartColumns(lanes: readonly Pick<LaneState, 'history'>[], seconds: number): ChartColumns {
  const last = Math.max(0, ...lanes.map(({ history }) => history.at(-1)?.[0] ?? 0));
  const first = Math.max(1, last - seconds + 1);
  const times = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
  const columns = lanes.flatMap(({ history }) => {
    const bySecond = new Map(history.map(([second, p50, p90]) => [second, [p50, p90] as const]));
    return ([0, 1] as const).map((which) => times.map((second) => bySecond.get(second)?.[which] ?? null));
  });
  return [times, ...columns];
}
