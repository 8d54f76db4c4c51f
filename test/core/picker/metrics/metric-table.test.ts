import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fullName, metricFacts, METRICS, type MetricName } from '../../../../lib/core/picker/metrics/metric-table';

const NAMES = Object.keys(METRICS) as MetricName[];

test('no two metrics share a name, whether current or older', () => {
  const names = NAMES.flatMap((metric) => [fullName(metric), metricFacts(metric).legacy?.name ?? []].flat());

  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
});

test.each(NAMES)('%s is well formed', (metric) => {
  const { type, help, labels, buckets, legacy } = metricFacts(metric);

  expect(fullName(metric)).toMatch(/^[a-z][a-z0-9_]+$/);
  expect(help).toMatch(/^[A-Z].*\.$/);
  expect(fullName(metric).endsWith('_total')).toBe(type === 'counter');
  expect(buckets !== undefined).toBe(type === 'histogram');
  expect(buckets ?? []).toEqual([...(buckets ?? [])].sort((a, b) => a - b));
  expect(labels).not.toContain('le');
  for (const label of Object.values(legacy?.labels ?? {})) expect(labels).toContain(label);
});

// Dashboards and autoscalers of GKE read these.
test.each([
  ['average_queue_size', 'inference_pool_average_queue_size', ['name']],
  ['average_kv_cache_utilization', 'inference_pool_average_kv_cache_utilization', ['name']],
  ['ready_endpoints', 'inference_pool_ready_pods', ['name']],
  ['per_endpoint_queue_size', 'inference_pool_per_pod_queue_size', ['name', 'model_server_pod']],
  ['request_total', 'inference_objective_request_total', ['model_name', 'target_model_name', 'priority']],
  ['request_running', 'inference_objective_running_requests', ['model_name']],
  [
    'scheduler_attempts_total',
    'inference_extension_scheduler_attempts_total',
    ['status', 'target_model_name', 'namespace', 'port', 'pod_name'],
  ],
] as const)('%s is also shown as %s', (metric, name, labels) => {
  const { legacy } = metricFacts(metric);

  expect([legacy?.name, Object.keys(legacy?.labels ?? {})]).toEqual([name, labels]);
});

test('bounds are those of the Go picker', () => {
  expect(metricFacts('request_duration_seconds').buckets).toHaveLength(35);
  expect(metricFacts('request_size_bytes').buckets?.slice(0, 2)).toEqual([64, 128]);
  expect(metricFacts('request_size_bytes').buckets?.at(-1)).toBe(2 ** 30);
  expect(metricFacts('scheduler_e2e_duration_seconds').buckets).toEqual([
    0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1,
  ]);
});

test('docs/picker-metrics.md lists every metric as it is', () => {
  const text = readFileSync(join(__dirname, '../../../../docs/picker-metrics.md'), 'utf8');
  const rows = text
    .split('\n')
    .filter((line) => /^\| `(llm_d_epp|inference_picker)_\w+` +\| (counter|gauge|histogram)/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

  const expected = NAMES.map((metric) => {
    const { type, labels, legacy, help } = metricFacts(metric);
    const names = Object.keys(legacy?.labels ?? {});
    const older = legacy ? `\`${legacy.name}\`${names.length > 0 ? `{${names.join(', ')}}` : ''}` : '';
    return [`\`${fullName(metric)}\``, type, labels.join(', '), older, help];
  });
  expect(rows).toEqual(expected);
});
