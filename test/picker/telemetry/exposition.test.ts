import { expose as pieces } from '../../../lib/picker/telemetry/exposition';
import type { Family } from '../../../lib/picker/telemetry/family';
import { MetricRegistry } from '../../../lib/picker/telemetry/metric-registry';

const expose = (family: Family, legacy: boolean): string => [...pieces(family, legacy)].join('');

test('a histogram is shown with cumulative buckets, sum and count', () => {
  const family = new MetricRegistry().histogram('scheduler_e2e_duration_seconds');
  family.with().observe(0.0003);
  family.with().observe(7);

  expect(expose(family, false)).toMatchInlineSnapshot(`
   "# HELP llm_d_epp_scheduler_e2e_duration_seconds Time of a decision.
   # TYPE llm_d_epp_scheduler_e2e_duration_seconds histogram
   llm_d_epp_scheduler_e2e_duration_seconds_bucket{le="0.0001"} 0
   llm_d_epp_scheduler_e2e_duration_seconds_bucket{le="0.0002"} 0
   llm_d_epp_scheduler_e2e_duration_seconds_bucket{le="0.0005"} 1
   llm_d_epp_scheduler_e2e_duration_seconds_bucket{le="0.001"} 1
   llm_d_epp_scheduler_e2e_duration_seconds_bucket{le="0.002"} 1
   llm_d_epp_scheduler_e2e_duration_seconds_bucket{le="0.005"} 1
   llm_d_epp_scheduler_e2e_duration_seconds_bucket{le="0.01"} 1
   llm_d_epp_scheduler_e2e_duration_seconds_bucket{le="0.02"} 1
   llm_d_epp_scheduler_e2e_duration_seconds_bucket{le="0.05"} 1
   llm_d_epp_scheduler_e2e_duration_seconds_bucket{le="0.1"} 1
   llm_d_epp_scheduler_e2e_duration_seconds_bucket{le="+Inf"} 2
   llm_d_epp_scheduler_e2e_duration_seconds_sum 7.0003
   llm_d_epp_scheduler_e2e_duration_seconds_count 2
   "
  `);
});

test('an older name has the sums over the labels that it lacks', () => {
  const family = new MetricRegistry().gauge('request_running');
  family.with('chat', 'llama', 'alice', '0').set(2);
  family.with('chat', 'llama-lora', 'bob', '1').set(3);
  family.with('code', 'qwen', 'bob', '1').set(1);

  expect(expose(family, true).split('\n').slice(5)).toEqual(
    [
      '# HELP inference_objective_running_requests Requests that were routed and have not ended.',
      '# TYPE inference_objective_running_requests gauge',
      'inference_objective_running_requests{model_name="chat"} 5',
      'inference_objective_running_requests{model_name="code"} 1',
      '',
    ].slice(0),
  );
});

test('histograms are summed bucket by bucket', () => {
  const family = new MetricRegistry().histogram('request_ntpot_seconds');
  family.with('m', 't', 'alice', '0').observe(0.0015);
  family.with('m', 't', 'bob', '0').observe(0.0015);

  const text = expose(family, true);

  const older = 'inference_objective_normalized_time_per_output_token_seconds';
  expect(text).toContain(`${older}_bucket{model_name="m",target_model_name="t",le="0.001"} 0\n`);
  expect(text).toContain(`${older}_bucket{model_name="m",target_model_name="t",le="0.002"} 2\n`);
  expect(text).toContain(`${older}_count{model_name="m",target_model_name="t"} 2\n`);
});

test('without legacy names only the current one is shown', () => {
  const family = new MetricRegistry().gauge('ready_endpoints');
  family.with('pool').set(3);

  expect(expose(family, false)).toBe(
    '# HELP llm_d_epp_ready_endpoints Ready endpoints.\n# TYPE llm_d_epp_ready_endpoints gauge\nllm_d_epp_ready_endpoints{name="pool"} 3\n',
  );
});

test('label values of clients cannot forge lines', () => {
  const family = new MetricRegistry().counter('client_disconnects_total');
  family.with('a"} 1\nfake{x="\\').inc();

  expect(expose(family, false)).toContain('{model_name="a\\"} 1\\nfake{x=\\"\\\\"} 1\n');
});

test('a metric without series is not shown', () => {
  expect(expose(new MetricRegistry().counter('client_disconnects_total'), true)).toBe('');
});

test('a metric with many series comes in pieces of whole lines', () => {
  const family = new MetricRegistry().counter('client_disconnects_total');
  for (let i = 0; i < 5000; i += 1) family.with(`model-${i}`).inc();

  const all = [...pieces(family, false)];

  expect(all.length).toBeGreaterThan(2);
  expect(all.every((piece) => piece.endsWith('\n'))).toBe(true);
});
