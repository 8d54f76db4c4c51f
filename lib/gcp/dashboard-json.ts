import {
  errorRatio,
  gauge,
  highest,
  loadBalancerRequests,
  perSecond,
  quantile,
  type QueryScope,
  ratio,
} from './serving-queries';

/** One chart: its lines by what they show. */
interface Chart {
  readonly title: string;
  /** Unit of the values, as Cloud Monitoring writes it: `s`, `10^2.%`, `1`. */
  readonly unit: string;
  readonly lines: readonly { readonly legend: string; readonly query: string }[];
}

const COLUMNS = 12;
const WIDTH = 6;
const HEIGHT = 4;

/**
 * A Cloud Monitoring dashboard as JSON.
 * @see https://cloud.google.com/monitoring/api/ref_v3/rest/v1/projects.dashboards
 */
export function dashboardJson(displayName: string, scope: QueryScope): string {
  const tiles = charts(scope).map((chart, i) => ({
    ...position(i),
    width: WIDTH,
    height: HEIGHT,
    widget: widget(chart),
  }));
  return JSON.stringify({ displayName, mosaicLayout: { columns: COLUMNS, tiles } });
}

function charts(scope: QueryScope): readonly Chart[] {
  return [...latency(scope), ...load(scope), ...cache(scope), ...traffic(scope)];
}

function latency(scope: QueryScope): readonly Chart[] {
  const { timeToFirstToken, interTokenLatency, requestLatency } = scope.metrics;
  const chart = (title: string, histogram: string, by: 'pod' | 'model', quantiles: readonly number[]): Chart => ({
    title: `${title} by ${by}`,
    unit: 's',
    lines: quantiles.map((q) => ({
      legend: `p${Math.round(q * 100)} ${legendOf(scope, by)}`,
      query: quantile(scope, histogram, q, by),
    })),
  });
  return [
    chart('Time to first token', timeToFirstToken, 'model', [0.5, 0.95]),
    chart('Time to first token', timeToFirstToken, 'pod', [0.95]),
    chart('Time per output token', interTokenLatency, 'model', [0.5, 0.95]),
    chart('Time per output token', interTokenLatency, 'pod', [0.95]),
    chart('Whole requests', requestLatency, 'model', [0.5, 0.99]),
  ];
}

function load(scope: QueryScope): readonly Chart[] {
  const { waiting, running } = scope.metrics;
  return (['model', 'pod'] as const).flatMap((by) => [
    line(scope, 'Waiting requests', '1', by, gauge(scope, waiting, by)),
    line(scope, 'Running requests', '1', by, gauge(scope, running, by)),
  ]);
}

function cache(scope: QueryScope): readonly Chart[] {
  const { kvCacheUsage, prefixHits, prefixQueries } = scope.metrics;
  return (['model', 'pod'] as const).flatMap((by) => [
    ...(kvCacheUsage === undefined
      ? []
      : [line(scope, 'KV cache in use', '10^2.%', by, highest(scope, kvCacheUsage, by))]),
    ...(prefixHits === undefined || prefixQueries === undefined
      ? []
      : [line(scope, 'Prefix cache hits', '10^2.%', by, ratio(scope, prefixHits, prefixQueries, by))]),
  ]);
}

function traffic(scope: QueryScope): readonly Chart[] {
  const { finished, finishedReason, promptTokens, generationTokens } = scope.metrics;
  const model = legendOf(scope, 'model');
  return [
    {
      title: 'Requests at the load balancer by answer',
      unit: '1/s',
      lines: [{ legend: '${labels.response_code_class}', query: loadBalancerRequests(scope) }],
    },
    { title: 'Failed requests', unit: '10^2.%', lines: [{ legend: '5xx', query: errorRatio(scope) }] },
    {
      title: 'Finished requests by model and reason',
      unit: '1/s',
      lines: [{ legend: `${model} \${labels.${finishedReason}}`, query: perSecond(scope, finished, finishedReason) }],
    },
    {
      title: 'Tokens by model',
      unit: '1/s',
      lines: [
        { legend: `prompt ${model}`, query: perSecond(scope, promptTokens) },
        { legend: `answer ${model}`, query: perSecond(scope, generationTokens) },
      ],
    },
  ];
}

function line(scope: QueryScope, title: string, unit: string, by: 'pod' | 'model', query: string): Chart {
  return { title: `${title} by ${by}`, unit, lines: [{ legend: legendOf(scope, by), query }] };
}

function legendOf(scope: QueryScope, by: 'pod' | 'model'): string {
  return `\${labels.${by === 'pod' ? 'pod' : scope.metrics.modelLabel}}`;
}

function widget(chart: Chart): object {
  const dataSets = chart.lines.map(({ legend, query }) => ({
    timeSeriesQuery: { prometheusQuery: query, unitOverride: chart.unit },
    plotType: 'LINE',
    legendTemplate: legend,
    targetAxis: 'Y1',
  }));
  return { title: chart.title, xyChart: { dataSets, yAxis: { scale: 'LINEAR' } } };
}

/** The API leaves zeros out of what it answers; with zeros in it, every update would see a change. */
function position(i: number): { readonly xPos?: number; readonly yPos?: number } {
  const x = (i * WIDTH) % COLUMNS;
  const y = Math.floor((i * WIDTH) / COLUMNS) * HEIGHT;
  return { ...(x === 0 ? {} : { xPos: x }), ...(y === 0 ? {} : { yPos: y }) };
}
