import * as fc from 'fast-check';
import { DebugPages } from '../../../lib/picker/director/debug-pages';
import { loadPickerConfig } from '../../../lib/picker/scheduling/config/load-config';
import type { EndpointMetrics } from '../../../lib/picker/scheduling/endpoint';
import { PrefixIndex } from '../../../lib/picker/scheduling/prefix-index';
import { metrics } from './builders';
import { testDirector, type TestDirector } from './director-parts';

const SCORERS = [
  'queue-scorer',
  'kv-cache-utilization-scorer',
  'running-requests-size-scorer',
  'prefix-cache-scorer',
  'latency-cost-scorer',
  'lora-affinity-scorer',
  'active-request-scorer',
  'token-load-scorer',
  'load-aware-scorer',
  'no-hit-lru-scorer',
  'session-affinity-scorer',
];
const FILTERS = ['decode-filter', 'prefix-cache-affinity-filter'];
const PICKERS = ['max-score-picker', 'weighted-random-picker', 'random-picker'];
const CONTENTS = ['a', 'b'.repeat(600), 'c'.repeat(3000)];

/** A configuration, a pool and requests that come one after another. */
export interface Scenario {
  readonly scorers: readonly { readonly type: string; readonly weight: number }[];
  readonly filters: readonly string[];
  readonly picker: string;
  readonly disaggregated: boolean;
  readonly pool: readonly (Partial<EndpointMetrics> | undefined)[];
  readonly requests: readonly {
    readonly content: string;
    readonly model: string;
    readonly session: string | undefined;
    readonly ends: boolean;
  }[];
}

const reading = fc.record({
  waiting: fc.option(fc.nat(200), { nil: undefined }),
  running: fc.option(fc.nat(200), { nil: undefined }),
  kvCacheUsage: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
  runningAdapters: fc.constantFrom(new Set<string>(), new Set(['lora-a']), new Set(['lora-a', 'lora-b'])),
  maxAdapters: fc.nat(4),
  // Some are too old to be believed.
  at: fc.integer({ min: -5000, max: 1000 }),
});

/** Scenarios of all kinds that the bundled plugins make a difference in. */
export const scenarios: fc.Arbitrary<Scenario> = fc.record({
  scorers: fc.uniqueArray(
    fc.record({ type: fc.constantFrom(...SCORERS), weight: fc.double({ min: 0.1, max: 5, noNaN: true }) }),
    { minLength: 1, maxLength: 5, selector: ({ type }) => type },
  ),
  filters: fc.subarray(FILTERS),
  picker: fc.constantFrom(...PICKERS),
  disaggregated: fc.boolean(),
  pool: fc.array(fc.option(reading, { nil: undefined }), { minLength: 1, maxLength: 6 }),
  requests: fc.array(
    fc.record({
      content: fc.constantFrom(...CONTENTS),
      model: fc.constantFrom('llama', 'lora-a'),
      session: fc.constantFrom(undefined, btoa('pod-0'), btoa('pod-1')),
      ends: fc.boolean(),
    }),
    { minLength: 1, maxLength: 6 },
  ),
});

/** The configuration file of a scenario, as JSON, which is YAML too. */
export function configOf({ scorers, filters, picker, disaggregated }: Scenario): string {
  const refs = [
    ...filters.map((pluginRef) => ({ pluginRef })),
    ...scorers.map(({ type, weight }) => ({ pluginRef: type, weight })),
    { pluginRef: picker },
  ];
  const handler = disaggregated
    ? { type: 'disagg-profile-handler', parameters: { deciders: { prefill: 'always-disagg-pd-decider' } } }
    : { type: 'single-profile-handler' };
  return JSON.stringify({
    apiVersion: 'llm-d.ai/v1alpha1',
    kind: 'EndpointPickerConfig',
    plugins: [
      ...(disaggregated ? [{ type: 'always-disagg-pd-decider' }] : []),
      handler,
      ...[...filters, ...scorers.map(({ type }) => type), picker].map((type) => ({ type })),
    ],
    schedulingProfiles: disaggregated
      ? ['decode', 'prefill'].map((name) => ({ name, plugins: refs }))
      : [{ name: 'default', plugins: refs }],
  });
}

/** Lets a scenario happen, and exports each of its decisions. */
export function exportsOf(scenario: Scenario): readonly string[] {
  const configText = configOf(scenario);
  const { profiles, handler, plugins } = loadPickerConfig(configText, 'config.yaml');
  const prefixes = new PrefixIndex({ memoryBytes: 1 << 20 });
  const world = testDirector({
    pool: scenario.pool.map((given) => (given === undefined ? {} : { metrics: metrics(given) })),
    profiles,
    handler,
    plugins,
    prefixes,
  });
  for (const given of scenario.requests) send(world, prefixes, given);
  const pages = new DebugPages({ ...world, configText, now: () => world.clock.now() });
  return world.log
    .latest()
    .map(({ id }) => pages.answer(`/debug/decisions/${id}/export`, new URLSearchParams())?.body ?? '');
}

function send(world: TestDirector, prefixes: PrefixIndex, given: Scenario['requests'][number]): void {
  const { content, model, session, ends } = given;
  const headers = session === undefined ? {} : { 'x-session-token': session };
  const verdict = world.send({ headers, body: { model, messages: [{ role: 'user', content }] } });
  world.clock.advance(7.25);
  if (verdict instanceof Promise || verdict.kind === 'reject') return;
  const call = world.routed.at(-1);
  for (const { endpoint } of call?.targets ?? [])
    prefixes.add(endpoint.slot, call?.request.prompt ?? { hashes: new Float64Array(0), blockTokens: 64 });
  if (ends) verdict.exchange.end('completed');
}
