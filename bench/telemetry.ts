import { performance } from 'node:perf_hooks';
import * as prom from 'prom-client';
import { fullName, metricFacts, type MetricName } from '../lib/core/picker/metrics/metric-table';
import type { Call } from '../lib/picker/scheduling/call';
import type { Scheduled } from '../lib/picker/scheduling/outcome';
import { NO_PROMPT } from '../lib/picker/scheduling/request';
import { PickerMetrics } from '../lib/picker/telemetry/picker-metrics';
import { endpoints, request } from '../test/support/picker/builders';

/**
 * What metrics cost a request: every counter and histogram from its decision to its end, under both generations of
 * names. Compares the picker's own instruments with the same set in prom-client, once with instruments looked up by
 * their labels and once with instruments kept from before.
 *
 * Run with: npx ts-node bench/telemetry.ts
 */
const REQUESTS = 300_000;
const MODELS = 20;

const POOL = endpoints(8);
const clock = { now: () => performance.now() };
const build = { commit: 'none', ref: 'bench' };

function calls(): readonly { readonly call: Call; readonly scheduled: Scheduled }[] {
  return Array.from({ length: MODELS }, (_, i) => {
    const [endpoint] = POOL.slice(i % POOL.length);
    if (endpoint === undefined) throw new Error('the pool is empty');
    const target = { profile: 'default', endpoint, matchedBlocks: 3, uncachedTokens: 100 };
    const prompt = { ...NO_PROMPT, hashes: new Float64Array(10) };
    const of = request({ model: `model-${i}`, promptTokens: 640, prompt, bodyBytes: 4000, streaming: true });
    const call: Call = {
      request: of,
      decisionId: 'd',
      primary: target,
      targets: [target],
      routedAt: 1,
      firstTokenAt: 200,
      finishedAt: 4000,
      outcome: 'completed',
      status: 200,
      usage: { promptTokens: 640, outputTokens: 200, cachedTokens: 192 },
      streamedEvents: 200,
    };
    const scheduled: Scheduled = {
      kind: 'scheduled',
      endpoints: [endpoint],
      primaryProfile: 'default',
      picks: [],
      setHeaders: [],
      removeHeaders: [],
      decisionType: undefined,
    };
    return { call, scheduled };
  });
}

function timed(name: string, run: (i: number) => void): void {
  for (let i = 0; i < REQUESTS / 3; i += 1) run(i);
  const start = performance.now();
  for (let i = 0; i < REQUESTS; i += 1) run(i);
  const nanoseconds = ((performance.now() - start) * 1e6) / REQUESTS;
  process.stdout.write(`${name.padEnd(52)} ${nanoseconds.toFixed(0).padStart(6)} ns a request\n`);
}

function own(): void {
  const pool = { name: 'pool', namespace: 'inference', endpoints: POOL, synced: true, measured: true };
  const metrics = new PickerMetrics({ pool, clock, build, stalenessMs: 2000 });
  const all = calls();
  const run = (i: number): void => {
    const of = all[i % MODELS];
    if (of === undefined) return;
    metrics.decisions.decided(of.call.request, of.scheduled, 0.02);
    metrics.requests.routed(of.call, of.scheduled);
    metrics.calls.firstToken(of.call, 200);
    metrics.requests.finished(of.call);
  };
  timed('own instruments', run);
  timed('  and with flow control', (i) => {
    const { request: one } = all[i % MODELS]?.call ?? { request: request() };
    metrics.admission.settled(one, 'Dispatched', 0, false);
    run(i);
  });
  const start = performance.now();
  const text = [...metrics.registry.pages(true)].join('');
  const tookMs = performance.now() - start;
  process.stdout.write(`page of ${MODELS} models: ${(text.length / 1024).toFixed(0)} KiB in ${tookMs.toFixed(1)} ms\n`);
}

/** Metrics that a request touches, and with what. */
const TOUCHED: readonly (readonly [MetricName, number])[] = [
  ['scheduler_e2e_duration_seconds', 0.00002],
  ['decision_duration_seconds', 0.00002],
  ['scheduler_attempts_total', 1],
  ['request_total', 1],
  ['request_running', 1],
  ['request_size_bytes', 4000],
  ['request_processing_duration_seconds', 0.001],
  ['prefix_indexer_hit_ratio', 0.3],
  ['prefix_indexer_hit_bytes', 768],
  ['request_ttft_seconds', 0.2],
  ['request_running', -1],
  ['request_duration_seconds', 4],
  ['request_input_tokens', 640],
  ['request_cached_tokens', 192],
  ['request_output_tokens', 200],
  ['request_ntpot_seconds', 0.02],
  ['request_streaming_tpot_seconds', 0.019],
];

type Touch = (value: number) => void;

function promInstruments(): readonly { readonly value: number; readonly find: (model: string) => Touch }[] {
  const registry = new prom.Registry();
  const made = new Map<string, (labels: readonly string[]) => Touch>();
  return TOUCHED.flatMap(([metric, value]) => {
    const facts = metricFacts(metric);
    const names: readonly (readonly [string, readonly string[]])[] = [
      [fullName(metric), facts.labels],
      ...(facts.legacy ? [[facts.legacy.name, Object.keys(facts.legacy.labels)] as const] : []),
    ];
    return names.map(([name, labelNames]) => {
      const make = made.get(name) ?? promInstrument(registry, name, labelNames, metric);
      made.set(name, make);
      const values = (model: string): readonly string[] =>
        labelNames.map((label) => (label.endsWith('model_name') ? model : 'default'));
      return { value, find: (model: string) => make(values(model)) };
    });
  });
}

function promInstrument(
  registry: prom.Registry,
  name: string,
  labels: readonly string[],
  metric: MetricName,
): (labels: readonly string[]) => Touch {
  const { type, help, buckets = [] } = metricFacts(metric);
  const options = { name, help, labelNames: [...labels], registers: [registry] };
  if (type === 'histogram') {
    const histogram = new prom.Histogram({ ...options, buckets: [...buckets] });
    return (values) => {
      const child = histogram.labels(...values);
      return (value) => {
        child.observe(value);
      };
    };
  }
  const gauge = new prom.Gauge(options);
  return (values) => {
    const child = gauge.labels(...values);
    return (value) => {
      child.inc(value);
    };
  };
}

function withProm(): void {
  const instruments = promInstruments();
  timed('prom-client, looked up by labels', (i) => {
    for (const { value, find } of instruments) find(`model-${i % MODELS}`)(value);
  });
  const kept = Array.from({ length: MODELS }, (_, i) => instruments.map(({ find }) => find(`model-${i}`)));
  timed('prom-client, kept', (i) => {
    kept[i % MODELS]?.forEach((touch, at) => {
      touch(instruments[at]?.value ?? 0);
    });
  });
}

own();
withProm();
