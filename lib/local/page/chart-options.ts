import type uPlot from 'uplot';
import { formatClock, formatLatency } from './format';

const FONT = '11px system-ui, sans-serif';

/** How the chart of latencies looks, in the colours of the page. */
export function chartOptions(
  lanes: readonly string[],
  size: { readonly width: number; readonly height: number },
  style: CSSStyleDeclaration,
): uPlot.Options {
  const color = (name: string): string => style.getPropertyValue(name).trim();
  const axis: uPlot.Axis = {
    stroke: color('--muted'),
    font: FONT,
    grid: { stroke: color('--grid'), width: 1 },
    ticks: { show: false },
  };
  return {
    ...size,
    legend: { show: false },
    cursor: { show: false },
    padding: [8, 18, 0, 0],
    scales: { x: { time: false }, y: { range: (_, __, max) => [0, niceTop(max)] } },
    axes: [
      { ...axis, values: (_, ticks) => ticks.map(formatClock), size: 28 },
      { ...axis, values: (_, ticks) => ticks.map((tick) => (tick === 0 ? '0' : formatLatency(tick))), size: 62 },
    ],
    series: [
      {},
      ...lanes.flatMap((lane): uPlot.Series[] => {
        const stroke = color(`--lane-${lane}`);
        const common = { stroke, points: { show: false } };
        return [
          { ...common, width: 2 },
          { ...common, width: 1.5, dash: [4, 4] },
        ];
      }),
    ],
  };
}

/** A top of the axis that does not move with every point. */
export function niceTop(max: number | null): number {
  if (max === null || max <= 0 || !Number.isFinite(max)) return 100;
  const magnitude = 10 ** Math.floor(Math.log10(max));
  const step = [1, 2, 3, 5, 10].find((one) => one * magnitude >= max * 1.05) ?? 20;
  return step * magnitude;
}
