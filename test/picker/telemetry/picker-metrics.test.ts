import { ConcurrencyDetector } from '../../../lib/picker/admission/saturation/concurrency-detector';
import { FLOW_CONTROL_DEFAULTS } from '../../../lib/picker/admission/settings';
import { FlowControl } from '../../../lib/picker/admission/flow-control/flow-control';
import type { Call } from '../../../lib/picker/scheduling/call';
import type { Scheduled } from '../../../lib/picker/scheduling/outcome';
import { PickerMetrics } from '../../../lib/picker/telemetry/picker-metrics';
import {
  endpoint,
  endpoints,
  fakeClock,
  type FakeClock,
  load,
  metrics,
  prompt,
  request,
  type TestEndpoint,
} from '../../support/picker/builders';
import { ticket } from '../../support/picker/tickets';

interface Bench {
  readonly at: PickerMetrics;
  readonly clock: FakeClock;
  readonly pool: TestEndpoint[];
  /** Values of the series whose names begin like this. */
  readonly read: (start: string) => readonly string[];
}

function bench(pool: TestEndpoint[] = []): Bench {
  const clock = fakeClock(10_000);
  const view = { name: 'chat', namespace: 'inference', endpoints: pool, synced: true, measured: true };
  const detector = { name: 'utilization-detector', stalenessMs: 200 };
  const at = new PickerMetrics({ pool: view, clock, build: { commit: 'abc', ref: 'v1' }, stalenessMs: 2000, detector });
  const read = (start: string): readonly string[] =>
    [...at.registry.pages(true)]
      .join('')
      .split('\n')
      .filter((line) => line.startsWith(start));
  return { at, clock, pool, read };
}

function call(given: Partial<Call> = {}): Call {
  const target = { profile: 'default', endpoint: endpoint(), matchedBlocks: 0, uncachedTokens: 0 };
  return {
    request: request({ incomingModel: 'chat', model: 'llama', fairnessId: 'alice', priority: 2, receivedAt: 9000 }),
    decisionId: 'd1',
    primary: target,
    targets: [target],
    routedAt: 9010,
    firstTokenAt: undefined,
    finishedAt: undefined,
    outcome: undefined,
    status: undefined,
    usage: undefined,
    streamedEvents: 0,
    ...given,
  };
}

function scheduled(given: Partial<Scheduled> = {}): Scheduled {
  return {
    kind: 'scheduled',
    endpoints: [endpoint()],
    primaryProfile: 'default',
    picks: [],
    setHeaders: [],
    removeHeaders: [],
    decisionType: undefined,
    ...given,
  };
}

const LABELS = 'model_name="chat",target_model_name="llama",fairness_id="alice",priority="2"';

describe('requests', () => {
  test('that are routed run until they end', () => {
    const { at, read } = bench();
    at.requests.routed(call(), scheduled());
    expect(read('llm_d_epp_request_running')).toEqual([`llm_d_epp_request_running{${LABELS}} 1`]);
    at.requests.finished(call({ outcome: 'completed', finishedAt: 10_000 }));

    expect(read('llm_d_epp_request_running')).toEqual([`llm_d_epp_request_running{${LABELS}} 0`]);
    expect(read('llm_d_epp_request_total')).toEqual([`llm_d_epp_request_total{${LABELS}} 1`]);
    expect(read('inference_objective_request_total')).toEqual([
      'inference_objective_request_total{model_name="chat",target_model_name="llama",priority="2"} 1',
    ]);
  });

  test('that complete leave their times and tokens', () => {
    const { at, read } = bench();
    const usage = { promptTokens: 300, outputTokens: 101, cachedTokens: 64 };
    const streamed = request({ ...call().request, streaming: true });
    at.calls.firstToken(call({ request: streamed }), 9250);
    at.requests.finished(
      call({ request: streamed, outcome: 'completed', firstTokenAt: 9250, finishedAt: 10_250, usage }),
    );

    const sums = ['duration_seconds', 'input_tokens', 'cached_tokens', 'output_tokens'].flatMap((name) =>
      read(`llm_d_epp_request_${name}_sum`),
    );
    expect(sums).toEqual([
      `llm_d_epp_request_duration_seconds_sum{${LABELS}} 1.25`,
      `llm_d_epp_request_input_tokens_sum{${LABELS}} 300`,
      `llm_d_epp_request_cached_tokens_sum{${LABELS}} 64`,
      `llm_d_epp_request_output_tokens_sum{${LABELS}} 101`,
    ]);
    expect(read('llm_d_epp_request_ttft_seconds_sum')).toContain(
      `llm_d_epp_request_ttft_seconds_sum{${LABELS},streaming="true"} 0.25`,
    );
    expect(read('llm_d_epp_request_streaming_tpot_seconds_sum')).toEqual([
      `llm_d_epp_request_streaming_tpot_seconds_sum{${LABELS}} 0.01`,
    ]);
    expect(read('llm_d_epp_request_ntpot_seconds_count')).toEqual([
      `llm_d_epp_request_ntpot_seconds_count{${LABELS}} 1`,
    ]);
  });

  test.each([
    ['server-error', 'ModelServerError'],
    ['evicted', 'ResourceExhausted'],
    ['picker-error', 'Internal'],
  ] as const)('that end by %s count as %s', (outcome, code) => {
    const { at, read } = bench();
    at.requests.finished(call({ outcome, finishedAt: 10_000 }));

    expect(read('llm_d_epp_request_error_total')).toEqual([
      `llm_d_epp_request_error_total{${LABELS},error_code="${code}"} 1`,
    ]);
    expect(read('llm_d_epp_request_duration_seconds_count')).toEqual([
      `llm_d_epp_request_duration_seconds_count{${LABELS}} 0`,
    ]);
  });

  test('whose client left are no errors', () => {
    const { at, read } = bench();
    at.requests.finished(call({ outcome: 'client-disconnected', finishedAt: 10_000 }));

    expect(read('llm_d_epp_request_error_total')).toEqual([]);
    expect(read('inference_picker_client_disconnects_total')).toEqual([
      'inference_picker_client_disconnects_total{model_name="chat"} 1',
    ]);
  });

  test('that are rejected count as errors, understood or not', () => {
    const { at, read } = bench();
    at.requests.rejected({ request: call().request, code: 'ResourceExhausted' });
    at.requests.rejected({ request: undefined, code: 'BadRequest' });

    expect(read('llm_d_epp_request_error_total')).toEqual([
      `llm_d_epp_request_error_total{${LABELS},error_code="ResourceExhausted"} 1`,
      'llm_d_epp_request_error_total{model_name="",target_model_name="",fairness_id="",priority="",error_code="BadRequest"} 1',
    ]);
    expect(read('llm_d_epp_request_total')).toEqual([`llm_d_epp_request_total{${LABELS}} 1`]);
  });

  test('the time until they are routed is counted, in the queue too', () => {
    const { at, clock, read } = bench();
    clock.set(9012);
    at.requests.routed(call(), scheduled());

    expect(read('llm_d_epp_request_processing_duration_seconds_sum')).toEqual([
      'llm_d_epp_request_processing_duration_seconds_sum 0.012',
    ]);
  });

  test('of a thousand and more models are told apart up to the limit', () => {
    const { at, read } = bench();
    at.requests.rewritten('canary', 'chat', 'configured');
    for (let i = 0; i < 1100; i += 1)
      at.requests.routed(call({ request: request({ model: `model-${i}` }) }), scheduled());
    at.requests.routed(call({ request: request({ model: 'configured' }) }), scheduled());

    const totals = read('llm_d_epp_request_total');
    expect(totals).toHaveLength(1001);
    expect(totals.filter((line) => line.includes('"other"'))).toEqual([
      'llm_d_epp_request_total{model_name="other",target_model_name="other",fairness_id="default-flow",priority="0"} 101',
    ]);
    expect(totals.some((line) => line.includes('"configured"'))).toBe(true);
  });

  test('of more combinations than are kept become others altogether', () => {
    const { at, read } = bench();
    for (let i = 0; i < 2100; i += 1) {
      const of = request({ model: `model-${i % 100}`, fairnessId: `tenant-${Math.floor(i / 100)}` });
      at.requests.routed(call({ request: of }), scheduled());
      at.requests.finished(call({ request: of, outcome: 'completed', finishedAt: 1 }));
    }

    const totals = read('llm_d_epp_request_total');
    expect(totals).toHaveLength(2001);
    expect(totals.at(-1)).toMatch(/fairness_id="other",priority="other"\} 100$/);
  });
});

describe('decisions', () => {
  test('are timed, and counted by what they chose', () => {
    const { at, read } = bench();
    at.decisions.decided(request({ model: 'llama' }), scheduled(), 0.02);
    at.decisions.decided(request({ model: 'llama' }), { kind: 'unschedulable', cause: 'filtered', message: '' }, 0.01);

    expect(read('llm_d_epp_scheduler_attempts_total')).toEqual([
      'llm_d_epp_scheduler_attempts_total{status="success",target_model_name="llama",endpoint_name="pod-0",namespace="inference",port="8000"} 1',
      'llm_d_epp_scheduler_attempts_total{status="failure",target_model_name="llama",endpoint_name="",namespace="",port=""} 1',
    ]);
    expect(read('inference_extension_scheduler_attempts_total')).toHaveLength(2);
    expect(read('llm_d_epp_scheduler_e2e_duration_seconds_count')).toEqual([
      'llm_d_epp_scheduler_e2e_duration_seconds_count 2',
    ]);
    expect(read('inference_picker_decision_duration_seconds_bucket{le="0.00001"}')).toEqual([
      'inference_picker_decision_duration_seconds_bucket{le="0.00001"} 1',
    ]);
  });

  test('for an endpoint that is gone are forgotten', () => {
    const { at, read } = bench();
    at.decisions.decided(request(), scheduled(), 0.02);
    at.endpoints.removed(endpoint());
    expect(read('llm_d_epp_scheduler_attempts_total')).toEqual([]);
    at.decisions.decided(request(), scheduled(), 0.02);

    expect(read('llm_d_epp_scheduler_attempts_total')).toHaveLength(1);
  });

  test('tell how much of the prompt was cached', () => {
    const { at, read } = bench();
    const of = request({ promptTokens: 200, prompt: prompt([1, 2, 3, 4], 64) });
    const primary = { profile: 'default', endpoint: endpoint(), matchedBlocks: 3, uncachedTokens: 8 };
    at.requests.routed(call({ request: of, primary }), scheduled());

    expect(read('llm_d_epp_prefix_indexer_hit_ratio_sum')[0]).toMatch(/ 0.75$/);
    expect(read('llm_d_epp_prefix_indexer_hit_bytes_sum')[0]).toMatch(/ 768$/);
  });

  test('of shadow profiles are compared with what was done', () => {
    const { at, read } = bench();
    const [a, b] = endpoints(2);
    const trace = (profile: string, shadow: boolean, picked: TestEndpoint): never =>
      ({ profile, shadow, picked: [picked] }) as never;
    const outcome = scheduled({ endpoints: [a!] });
    at.decisions.compared(outcome, [trace('default', false, a!), trace('new', true, a!), trace('newer', true, b!)]);

    expect(read('inference_picker_shadow_decisions_total')).toEqual([
      'inference_picker_shadow_decisions_total{profile="new",agreed="true"} 1',
      'inference_picker_shadow_decisions_total{profile="newer",agreed="false"} 1',
    ]);
  });

  test('between prefill and decode are counted', () => {
    const { at, read } = bench();
    at.requests.routed(call(), scheduled({ decisionType: 'prefill-decode' }));

    expect(read('llm_d_inference_scheduler_disagg_decision_total')).toEqual([
      'llm_d_inference_scheduler_disagg_decision_total{model_name="llama",decision_type="prefill-decode"} 1',
    ]);
  });
});

describe('the pool', () => {
  const at9900 = (waiting: number, running: number, kvCacheUsage: number): { metrics: ReturnType<typeof metrics> } => ({
    metrics: metrics({ waiting, running, kvCacheUsage, at: 9900 }),
  });

  test('is shown as it is when metrics are read', () => {
    const { read } = bench(endpoints([at9900(2, 4, 0.2), at9900(6, 8, 0.6)]));

    expect(read('inference_pool_')).toEqual([
      'inference_pool_ready_pods{name="chat"} 2',
      expect.stringMatching(/^inference_pool_average_kv_cache_utilization\{name="chat"\} 0\.4/),
      'inference_pool_average_queue_size{name="chat"} 4',
      'inference_pool_average_running_requests{name="chat"} 6',
      'inference_pool_per_pod_queue_size{name="chat",model_server_pod="pod-0-rank-0"} 2',
      'inference_pool_per_pod_queue_size{name="chat",model_server_pod="pod-1-rank-0"} 6',
    ]);
    expect(read('llm_d_epp_std_dev_queue_size')).toEqual(['llm_d_epp_std_dev_queue_size{name="chat"} 2']);
  });

  test('without a fresh reading has no averages: zero would look idle to an autoscaler', () => {
    const { clock, read } = bench(endpoints([at9900(2, 4, 0.2)]));
    expect(read('inference_pool_average_queue_size')).toHaveLength(1);
    clock.set(12_000);

    expect(read('inference_pool_average_queue_size')).toEqual([]);
    expect(read('inference_pool_ready_pods')).toEqual(['inference_pool_ready_pods{name="chat"} 1']);
    expect(read('llm_d_epp_flow_control_stale_endpoints')).toEqual([
      'llm_d_epp_flow_control_stale_endpoints{detector="utilization-detector"} 1',
    ]);
  });

  test('shows its own requests by endpoint, and forgets endpoints that are gone', () => {
    const { pool, read } = bench(endpoints([{ load: load({ requests: 3, prefillTokens: 700 }) }]));
    expect(read('llm_d_epp_inflight_')).toEqual([
      'llm_d_epp_inflight_requests{endpoint_name="pod-0-rank-0",namespace="inference",producer_name="inflight-load-producer"} 3',
      'llm_d_epp_inflight_tokens{endpoint_name="pod-0-rank-0",namespace="inference",producer_name="inflight-load-producer"} 700',
    ]);
    pool.pop();

    expect(read('llm_d_epp_inflight_')).toEqual([]);
  });

  test('counts readings that failed', () => {
    const { at, read } = bench();
    at.endpoints.scrapeFailed('poll');
    at.endpoints.scrapeFailed('extract');

    expect(read('llm_d_epp_datalayer')).toEqual([
      'llm_d_epp_datalayer_poll_errors_total{source_type="metrics-data-source"} 1',
      'llm_d_epp_datalayer_extract_errors_total{source_type="metrics-data-source",extractor_type="core-metrics-extractor"} 1',
    ]);
  });
});

describe('flow control', () => {
  test('shows what waits, for how long it did, and how full its queues are', async () => {
    const { at, clock, pool, read } = bench(endpoints([{ load: load({ requests: 100 }) }]));
    const settings = { ...FLOW_CONTROL_DEFAULTS, maxRequests: 4 };
    const control = new FlowControl({
      settings,
      detector: new ConcurrencyDetector(),
      clock,
      pool: () => pool,
      observer: at.admission,
    });
    at.watchQueue(control, settings);
    const verdict = control.admit(ticket(() => pool, { fairnessId: 'alice', bodyBytes: 500 }));

    const labels =
      'fairness_id="alice",priority="0",inference_pool="chat",model_name="llama",target_model_name="llama"';
    expect(read('llm_d_epp_flow_control_queue')).toEqual([
      `llm_d_epp_flow_control_queue_size{${labels}} 1`,
      `llm_d_epp_flow_control_queue_bytes{${labels}} 500`,
    ]);
    expect(read('llm_d_epp_flow_control_pool_saturation')).toEqual([
      'llm_d_epp_flow_control_pool_saturation{inference_pool="chat",stage="effective"} 1',
    ]);
    expect(read('llm_d_epp_flow_control_capacity_utilization_requests')).toEqual([
      'llm_d_epp_flow_control_capacity_utilization_requests{priority="0",inference_pool="chat"} 0.0002',
    ]);
    expect(read('llm_d_epp_flow_control_global')).toEqual([
      'llm_d_epp_flow_control_global_capacity_utilization_requests{inference_pool="chat"} 0.25',
    ]);

    clock.advance(40);
    pool[0]!.load = load();
    control.tick(clock.now());
    await verdict;

    expect(read('llm_d_epp_flow_control_queue')).toEqual([]);
    expect(read('llm_d_epp_flow_control_requests_total')).toEqual([
      'llm_d_epp_flow_control_requests_total{outcome="Dispatched",priority="0",inference_pool="chat"} 1',
    ]);
    expect(read('llm_d_epp_flow_control_request_queue_duration_seconds_sum')[0]).toMatch(/ 0.04$/);
  });

  test('counts running requests that were told to end', () => {
    const { at, read } = bench();
    at.admission.revoked(-1);
    at.admission.revocationEnded('confirmed', 30);
    at.admission.revoked(-1);
    at.admission.revocationEnded('timeout', 10_000);

    expect(read('llm_d_epp_flow_control_revocations')).toEqual([
      'llm_d_epp_flow_control_revocations_issued_total{priority="-1",inference_pool="chat"} 2',
      'llm_d_epp_flow_control_revocations_total{outcome="confirmed",inference_pool="chat"} 1',
      'llm_d_epp_flow_control_revocations_total{outcome="timeout",inference_pool="chat"} 1',
    ]);
    expect(read('llm_d_epp_flow_control_revocation_confirmation_seconds_sum')[0]).toMatch(/ 0.03$/);
  });
});

test('streams are counted only where it is asked for', () => {
  const { at, clock, read } = bench();
  expect(read('llm_d_epp_extproc')).toEqual([]);
  const streams = at.streams();
  streams.started();
  streams.started();
  clock.advance(500);
  streams.ended(1, 10_000);

  expect(read('llm_d_epp_extproc_streams')).toEqual([
    'llm_d_epp_extproc_streams_inflight 1',
    'llm_d_epp_extproc_streams_total{code="Canceled"} 1',
  ]);
  expect(read('llm_d_epp_extproc_stream_duration_seconds_sum')).toEqual([
    'llm_d_epp_extproc_stream_duration_seconds_sum 0.5',
  ]);
});

test('faults, moves, rewrites, the index and the version are shown', () => {
  const { at, read } = bench();
  at.requests.fault('director', new Error('x'));
  at.pluginFault({ plugin: 'mine', kind: 'threw', message: 'x' });
  at.calls.moved(call(), endpoint(), 0);
  at.requests.rewritten('canary', 'chat', 'llama-v2');
  at.watchPrefixIndex(() => 42);

  expect(read('inference_picker_')).toEqual(
    expect.arrayContaining([
      'inference_picker_faults_total{where="director"} 1',
      'inference_picker_plugin_faults_total{plugin="mine",kind="threw"} 1',
      'inference_picker_endpoints_moved_total{name="chat"} 1',
    ]),
  );
  expect(read('llm_d_epp_model_rewrite')).toEqual([
    'llm_d_epp_model_rewrite_decisions_total{model_rewrite_name="canary",model_name="chat",target_model="llama-v2"} 1',
  ]);
  expect(read('llm_d_epp_prefix_indexer_size')[0]).toMatch(/ 42$/);
  expect(read('llm_d_epp_info')).toEqual(['llm_d_epp_info{commit="abc",build_ref="v1"} 1']);
});
