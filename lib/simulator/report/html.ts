import type { SimulationResult } from '../outcome';
import { distribution, type Summary, ttftOf } from '../summary';
import { COLUMNS, formatMs } from './columns';
import { escapeHtml, type Line, plotSvg } from './plot';

/** One policy's part of a report. */
export interface ReportedRun {
  readonly summary: Summary;
  readonly result: SimulationResult;
}

/** A whole report. */
export interface Report {
  readonly title: string;
  /** What was simulated, one line each. */
  readonly facts: readonly string[];
  readonly runs: readonly ReportedRun[];
}

const STYLE = `
:root { color-scheme: light dark; font: 14px/1.5 system-ui, sans-serif; }
body { margin: 2rem auto; max-width: 1100px; padding: 0 1rem; }
table { border-collapse: collapse; display: block; overflow-x: auto; }
th, td { padding: 0.25rem 0.6rem; text-align: right; white-space: nowrap; border-bottom: 1px solid #8884; }
th:first-child, td:first-child { text-align: left; }
svg { width: 100%; height: auto; margin: 1rem 0; }
svg text { font: 11px system-ui, sans-serif; fill: currentColor; }
svg .title { font-size: 14px; font-weight: 600; }
svg .grid { stroke: #8884; stroke-width: 1; }
`;

/** A report as one HTML file that needs nothing else. */
export function htmlReport({ title, facts, runs }: Report): string {
  return [
    '<!doctype html>',
    `<html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title>`,
    `<meta name="viewport" content="width=device-width, initial-scale=1"><style>${STYLE}</style></head><body>`,
    `<h1>${escapeHtml(title)}</h1>`,
    `<ul>${facts.map((fact) => `<li>${escapeHtml(fact)}</li>`).join('')}</ul>`,
    table(runs.map(({ summary }) => summary)),
    plotSvg({
      title: 'Time to first token: part of the requests that had it',
      xTitle: 'time to first token',
      yTitle: '',
      logX: true,
      formatX: formatMs,
      formatY: (part) => `${Math.round(part * 100)} %`,
      lines: runs.map(cumulative),
    }),
    plotSvg({
      title: 'Time to first token over the simulation, 90th percentile of each part',
      xTitle: 'time of arrival',
      yTitle: '',
      logX: false,
      formatX: (ms) => `${Number((ms / 1000).toFixed(3))} s`,
      formatY: formatMs,
      lines: runs.map(overTime),
    }),
    '</body></html>',
    '',
  ].join('\n');
}

function table(summaries: readonly Summary[]): string {
  const head = COLUMNS.map(({ title }) => `<th>${escapeHtml(title)}</th>`).join('');
  const rows = summaries.map(
    (summary) => `<tr>${COLUMNS.map(({ cell }) => `<td>${escapeHtml(cell(summary))}</td>`).join('')}</tr>`,
  );
  return `<table><thead><tr>${head}</tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

/** Points of a line that has many. */
const POINTS = 120;

function cumulative({ summary, result }: ReportedRun): Line {
  const values = Float64Array.from(result.outcomes.map(ttftOf).filter(Number.isFinite)).sort();
  const points = Array.from({ length: values.length === 0 ? 0 : POINTS + 1 }, (_, i) => {
    const part = i / POINTS;
    return [values[Math.min(values.length - 1, Math.floor(part * values.length))] ?? NaN, part] as const;
  });
  return { name: summary.policy, points };
}

/** Parts that the simulation is cut into. */
const PARTS = 60;

function overTime({ summary, result }: ReportedRun): Line {
  const last = result.outcomes.at(-1)?.arrivedAt ?? 0;
  const width = Math.max(1, last / PARTS);
  const parts = new Map<number, number[]>();
  for (const outcome of result.outcomes) {
    const ttft = ttftOf(outcome);
    if (!Number.isFinite(ttft)) continue;
    const part = Math.floor(outcome.arrivedAt / width);
    parts.set(part, [...(parts.get(part) ?? []), ttft]);
  }
  const points = [...parts].map(([part, values]) => [(part + 0.5) * width, distribution(values).p90] as const);
  return { name: summary.policy, points: points.sort(([a], [b]) => a - b) };
}
