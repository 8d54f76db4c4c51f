import { MetricRegistry } from '../../../lib/picker/telemetry/metric-registry';

test('gauges that are only looked at when metrics are read are set then', () => {
  const registry = new MetricRegistry();
  const gauge = registry.gauge('ready_endpoints');
  let endpoints = 1;
  registry.onCollect(() => {
    gauge.with('pool').set(endpoints);
  });
  endpoints = 7;

  expect([...registry.pages(false)].join('')).toContain('llm_d_epp_ready_endpoints{name="pool"} 7\n');
});

test('metrics without labels are shown from the start', () => {
  const registry = new MetricRegistry();
  registry.gauge('extproc_streams_inflight');

  expect([...registry.pages(false)].join('')).toContain('llm_d_epp_extproc_streams_inflight 0\n');
});

test('series beyond the limit are counted and not kept', () => {
  const registry = new MetricRegistry(2);
  const family = registry.counter('client_disconnects_total');
  for (const model of ['a', 'b', 'c', 'a', 'd']) family.with(model).inc();

  const text = [...registry.pages(false)].join('');

  expect(text.match(/^inference_picker_client_disconnects_total\{.*$/gm)).toEqual([
    'inference_picker_client_disconnects_total{model_name="a"} 2',
    'inference_picker_client_disconnects_total{model_name="b"} 1',
  ]);
  expect(text).toContain('inference_picker_dropped_series_total 2\n');
});

test('a metric has one owner', () => {
  const registry = new MetricRegistry();
  registry.counter('faults_total');

  expect(() => registry.counter('faults_total')).toThrow('metric faults_total is in use already');
});
