import type { Summary } from '../../lib/simulator/summary';

/** A table of Markdown. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? '---' : '--:'))), ...rows.map(line)].join('\n');
}

export function ms(value: number): string {
  if (!Number.isFinite(value)) return '-';
  return value < 10_000 ? value.toFixed(value < 100 ? 1 : 0) : `${(value / 1000).toFixed(1)} s`;
}

/** A part of one, such as `98.7 %`. */
export function percent(part: number): string {
  return `${(part * 100).toFixed(part < 0.9995 && part * 100 !== Math.round(part * 100) ? 1 : 0)} %`;
}

export const METRICS_HEAD = ['TTFT p50', 'TTFT p90', 'TTFT p99', 'TPOT p90', 'cached', 'good', 'lost'];

/** The numbers of a run for a row; times in ms. */
export function metricsOf({ ttft, tpot, hitRatio, goodPart, lost, rejected }: Summary): readonly string[] {
  return [
    ms(ttft.p50),
    ms(ttft.p90),
    ms(ttft.p99),
    ms(tpot.p90),
    `${(hitRatio * 100).toFixed(0)} %`,
    `${(goodPart * 100).toFixed(1)} %`,
    String(lost + rejected),
  ];
}

/** Geometric mean. */
export function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}
