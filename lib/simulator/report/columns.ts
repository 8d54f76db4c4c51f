import type { Summary } from '../summary';

/** A column of a report. */
export interface Column {
  readonly title: string;
  readonly cell: (summary: Summary) => string;
}

/** A time in ms as people read it. */
export function formatMs(ms: number): string {
  if (!Number.isFinite(ms)) return '-';
  if (ms < 100) return `${ms.toFixed(1)} ms`;
  return ms < 10_000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

function formatPart(part: number): string {
  if (!Number.isFinite(part)) return '-';
  return `${(part * 100).toFixed(1)} %`;
}

function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return '-';
  if (value >= 1000) return value.toFixed(0);
  return value.toFixed(value >= 10 ? 1 : 3);
}

/** The columns of the table, in their order. */
export const COLUMNS: readonly Column[] = [
  { title: 'POLICY', cell: ({ policy }) => policy },
  { title: 'TTFT MEAN', cell: ({ ttft }) => formatMs(ttft.mean) },
  { title: 'P50', cell: ({ ttft }) => formatMs(ttft.p50) },
  { title: 'P90', cell: ({ ttft }) => formatMs(ttft.p90) },
  { title: 'P99', cell: ({ ttft }) => formatMs(ttft.p99) },
  { title: 'TPOT P50', cell: ({ tpot }) => formatMs(tpot.p50) },
  { title: 'P90', cell: ({ tpot }) => formatMs(tpot.p90) },
  { title: 'E2E P50', cell: ({ e2e }) => formatMs(e2e.p50) },
  { title: 'P90', cell: ({ e2e }) => formatMs(e2e.p90) },
  { title: 'P99', cell: ({ e2e }) => formatMs(e2e.p99) },
  { title: 'CACHED', cell: ({ hitRatio }) => formatPart(hitRatio) },
  { title: 'GOOD', cell: ({ goodPart }) => formatPart(goodPart) },
  { title: 'TOKENS/S', cell: ({ tokensPerSecond }) => formatNumber(tokensPerSecond) },
  { title: 'GPU-H/M', cell: ({ gpuHoursPerMillionTokens }) => formatNumber(gpuHoursPerMillionTokens) },
  { title: 'PREEMPTED', cell: ({ preemptions }) => String(preemptions) },
  { title: 'LOST', cell: ({ lost, rejected }) => String(lost + rejected) },
];
