import { type ServingMetrics, VLLM_SERVING_METRICS } from '../../lib/core/gke/serving-metrics';
import { InferenceDashboard, type InferenceDashboardArgs } from '../../lib/gcp/inference-dashboard';
import { recordRefusal, recordResources } from '../support/pulumi-mocks';
import { clusterData, fakeCluster } from './fake-cluster';

type Args = Partial<Omit<InferenceDashboardArgs, 'cluster'>>;

interface Tile {
  readonly xPos?: number;
  readonly yPos?: number;
  readonly width: number;
  readonly height: number;
  readonly widget: {
    readonly title: string;
    readonly xyChart: {
      readonly dataSets: readonly { readonly timeSeriesQuery: { readonly prometheusQuery: string } }[];
    };
  };
}

const dashboard = (args: Args = {}) =>
  recordResources(() => new InferenceDashboard('board', { cluster: fakeCluster(), ...args }));
const tilesOf = async (args: Args = {}): Promise<readonly Tile[]> => {
  const json = (await dashboard(args)).one('monitoring/dashboard:Dashboard').inputs['dashboardJson'];
  return (JSON.parse(String(json)) as { mosaicLayout: { tiles: Tile[] } }).mosaicLayout.tiles;
};
const queriesOf = (tiles: readonly Tile[]) =>
  tiles.flatMap(({ widget }) => widget.xyChart.dataSets.map(({ timeSeriesQuery }) => timeSeriesQuery.prometheusQuery));
const alertsOf = async (args: Args = {}) =>
  (await dashboard(args)).all('AlertPolicy').map(({ name, inputs }) => {
    const [condition] = inputs['conditions'] as { conditionPrometheusQueryLanguage: { query: string } }[];
    return [name, condition?.conditionPrometheusQueryLanguage.query];
  });

const BRACKETS = [
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
] as const;

describe('InferenceDashboard', () => {
  it('shows latency, load, caches, traffic and errors, by model and by pod', async () => {
    const tiles = await tilesOf({ namespace: 'inference' });

    expect(tiles.map(({ widget }) => widget.title)).toMatchInlineSnapshot(`
     [
       "Time to first token by model",
       "Time to first token by pod",
       "Time per output token by model",
       "Time per output token by pod",
       "Whole requests by model",
       "Waiting requests by model",
       "Running requests by model",
       "Waiting requests by pod",
       "Running requests by pod",
       "KV cache in use by model",
       "Prefix cache hits by model",
       "KV cache in use by pod",
       "Prefix cache hits by pod",
       "Requests at the load balancer by answer",
       "Failed requests",
       "Finished requests by model and reason",
       "Tokens by model",
     ]
    `);
    expect(queriesOf(tiles)).toMatchInlineSnapshot(`
     [
       "histogram_quantile(0.5, sum by (le, model_name) (rate(vllm:time_to_first_token_seconds_bucket{cluster="llm",namespace="inference"}[5m])))",
       "histogram_quantile(0.95, sum by (le, model_name) (rate(vllm:time_to_first_token_seconds_bucket{cluster="llm",namespace="inference"}[5m])))",
       "histogram_quantile(0.95, sum by (le, pod) (rate(vllm:time_to_first_token_seconds_bucket{cluster="llm",namespace="inference"}[5m])))",
       "histogram_quantile(0.5, sum by (le, model_name) (rate(vllm:inter_token_latency_seconds_bucket{cluster="llm",namespace="inference"}[5m])))",
       "histogram_quantile(0.95, sum by (le, model_name) (rate(vllm:inter_token_latency_seconds_bucket{cluster="llm",namespace="inference"}[5m])))",
       "histogram_quantile(0.95, sum by (le, pod) (rate(vllm:inter_token_latency_seconds_bucket{cluster="llm",namespace="inference"}[5m])))",
       "histogram_quantile(0.5, sum by (le, model_name) (rate(vllm:e2e_request_latency_seconds_bucket{cluster="llm",namespace="inference"}[5m])))",
       "histogram_quantile(0.99, sum by (le, model_name) (rate(vllm:e2e_request_latency_seconds_bucket{cluster="llm",namespace="inference"}[5m])))",
       "sum by (model_name) (max by (pod, engine, model_name) (vllm:num_requests_waiting{cluster="llm",namespace="inference"}))",
       "sum by (model_name) (max by (pod, engine, model_name) (vllm:num_requests_running{cluster="llm",namespace="inference"}))",
       "sum by (pod) (max by (pod, engine, model_name) (vllm:num_requests_waiting{cluster="llm",namespace="inference"}))",
       "sum by (pod) (max by (pod, engine, model_name) (vllm:num_requests_running{cluster="llm",namespace="inference"}))",
       "max by (model_name) (vllm:kv_cache_usage_perc{cluster="llm",namespace="inference"})",
       "sum by (model_name) (rate(vllm:prefix_cache_hits_total{cluster="llm",namespace="inference"}[5m])) / sum by (model_name) (rate(vllm:prefix_cache_queries_total{cluster="llm",namespace="inference"}[5m]))",
       "max by (pod) (vllm:kv_cache_usage_perc{cluster="llm",namespace="inference"})",
       "sum by (pod) (rate(vllm:prefix_cache_hits_total{cluster="llm",namespace="inference"}[5m])) / sum by (pod) (rate(vllm:prefix_cache_queries_total{cluster="llm",namespace="inference"}[5m]))",
       "sum by (response_code_class) (rate(loadbalancing_googleapis_com:https_external_regional_request_count{monitored_resource="http_external_regional_lb_rule",region="us-central1",forwarding_rule_name=~"gkegw.*"}[5m]))",
       "sum(rate(loadbalancing_googleapis_com:https_external_regional_request_count{monitored_resource="http_external_regional_lb_rule",region="us-central1",response_code_class="500",forwarding_rule_name=~"gkegw.*"}[5m])) / sum(rate(loadbalancing_googleapis_com:https_external_regional_request_count{monitored_resource="http_external_regional_lb_rule",region="us-central1",forwarding_rule_name=~"gkegw.*"}[5m]))",
       "sum by (model_name, finished_reason) (max by (pod, engine, model_name, finished_reason) (rate(vllm:request_success_total{cluster="llm",namespace="inference"}[5m])))",
       "sum by (model_name) (max by (pod, engine, model_name) (rate(vllm:prompt_tokens_total{cluster="llm",namespace="inference"}[5m])))",
       "sum by (model_name) (max by (pod, engine, model_name) (rate(vllm:generation_tokens_total{cluster="llm",namespace="inference"}[5m])))",
     ]
    `);
  });

  it('lays charts out without overlap, and without zeros that the API would drop', async () => {
    const tiles = await tilesOf();

    const cells = tiles.flatMap(({ xPos = 0, yPos = 0, width, height }) =>
      Array.from({ length: width * height }, (_, i) => `${xPos + (i % width)},${yPos + Math.floor(i / width)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(tiles.every(({ xPos = 0, width }) => xPos + width <= 12)).toBe(true);
    expect(tiles.some((tile) => tile.xPos === 0 || tile.yPos === 0)).toBe(false);
  });

  it('balances the brackets and quotes of every query', async () => {
    for (const query of queriesOf(await tilesOf({ namespace: 'a"b' }))) {
      const bare = query.replace(/"(?:[^"\\]|\\.)*"/g, '');
      expect(bare).not.toContain('"');
      for (const [open, close] of BRACKETS) {
        expect(bare.split(open).length).toBe(bare.split(close).length);
      }
    }
  });

  it('reads other names, and leaves out what a server does not report', async () => {
    const metrics = Object.fromEntries(
      Object.entries({ ...VLLM_SERVING_METRICS, waiting: 'sglang:num_queue_reqs' }).filter(
        ([key]) => key !== 'prefixHits' && key !== 'kvCacheUsage',
      ),
      // Both are optional.
    ) as unknown as ServingMetrics;
    const tiles = await tilesOf({ metrics, exposure: 'internal' });

    const queries = queriesOf(tiles).join('\n');
    expect(queries).toContain('sglang:num_queue_reqs');
    expect(queries).not.toContain('kv_cache');
    expect(queries).not.toContain('prefix_cache');
    expect(queries).toContain('https_internal_request_count{monitored_resource="internal_http_lb_rule"');
  });

  it('alerts on latency, errors, queues and the KV cache', async () => {
    expect(await alertsOf({ namespace: 'inference' })).toMatchInlineSnapshot(`
     [
       [
         "board-latency",
         "histogram_quantile(0.99, sum by (le, model_name) (rate(vllm:e2e_request_latency_seconds_bucket{cluster="llm",namespace="inference"}[5m]))) > 10",
       ],
       [
         "board-errors",
         "sum(rate(loadbalancing_googleapis_com:https_external_regional_request_count{monitored_resource="http_external_regional_lb_rule",region="us-central1",response_code_class="500",forwarding_rule_name=~"gkegw.*"}[5m])) / sum(rate(loadbalancing_googleapis_com:https_external_regional_request_count{monitored_resource="http_external_regional_lb_rule",region="us-central1",forwarding_rule_name=~"gkegw.*"}[5m])) > 0.05",
       ],
       [
         "board-queue",
         "sum by (pod) (max by (pod, engine, model_name) (vllm:num_requests_waiting{cluster="llm",namespace="inference"})) > 50",
       ],
       [
         "board-kv-cache",
         "max by (pod) (vllm:kv_cache_usage_perc{cluster="llm",namespace="inference"}) > 0.9",
       ],
     ]
    `);
  });

  it('makes alerts that can exist before the first model server', async () => {
    const recording = await dashboard({ notificationChannels: ['projects/p/notificationChannels/1'] });

    expect(recording.one('AlertPolicy', 'board-errors')).toMatchObject({
      parent: 'board',
      inputs: {
        project: 'my-project',
        displayName: 'Inference: more than 5 % of the requests fail',
        combiner: 'OR',
        severity: 'CRITICAL',
        conditions: [
          {
            conditionPrometheusQueryLanguage: {
              duration: '300s',
              evaluationInterval: '60s',
              disableMetricValidation: true,
            },
          },
        ],
        notificationChannels: ['projects/p/notificationChannels/1'],
      },
    });
  });

  it('takes other thresholds, fewer alerts, or none', async () => {
    const alerts = await alertsOf({
      alerts: { p99LatencySeconds: 60, errorRatio: false, waitingRequests: false, kvCacheUsage: 0.95 },
    });

    expect(alerts.map(([name]) => name)).toEqual(['board-latency', 'board-kv-cache']);
    expect(alerts[0]?.[1]).toMatch(/ > 60$/);
    expect(alerts[1]?.[1]).toMatch(/ > 0.95$/);
    expect(await alertsOf({ alerts: false })).toEqual([]);
  });

  it('lets its user change the arguments of every child', async () => {
    const recording = await dashboard({
      displayName: 'LLMs',
      transform: {
        dashboard: (args) => ({ ...args, project: 'other' }),
        alert: (args) => ({ ...args, enabled: false }),
      },
    });

    expect(recording.one('monitoring/dashboard:Dashboard').inputs['project']).toBe('other');
    expect(recording.all('AlertPolicy').every(({ inputs }) => inputs['enabled'] === false)).toBe(true);
  });

  it('refuses thresholds that mean nothing before it makes anything', async () => {
    const { error, resources } = await recordRefusal(
      () => new InferenceDashboard('board', { cluster: clusterData(), alerts: { errorRatio: 5, waitingRequests: 0 } }),
    );

    expect(resources).toEqual([]);
    expect(error.message).toMatchInlineSnapshot(`
     "board: 2 invalid settings
       - alerts.errorRatio 5 is out of range
           why: it is a part of a whole
           fix: use a number above 0 and below 1, or false for no alert
       - alerts.waitingRequests 0 is out of range
           why: it would always or never be reached
           fix: use a number above 0, or false for no alert"
    `);
  });
});
