import fc from 'fast-check';
import { stringify } from 'yaml';
import { defaultPickerConfig, type EndpointPickerConfig } from '../../../../lib/core/picker/config';
import { PickerFlavor } from '../../../../lib/core/picker/flavors';
import { ADMISSION_DEFAULTS, UTILIZATION_DEFAULTS } from '../../../../lib/picker/admission/settings';
import { loadPickerConfig, resolvePickerConfig } from '../../../../lib/picker/scheduling/config/load-config';
import { PLUGIN_TYPES } from '../../../../lib/picker/scheduling/config/plugin-types';
import { type ResolvedPickerConfig } from '../../../../lib/picker/scheduling/config/resolved-config';
import { ParameterReader } from '../../../../lib/picker/scheduling/parameters/parameter-reader';

const HEADER = 'apiVersion: llm-d.ai/v1alpha1\nkind: EndpointPickerConfig\n';
const load = (text: string): ResolvedPickerConfig => loadPickerConfig(HEADER + text, 'config.yaml');

function errorOf(text: string): string {
  try {
    loadPickerConfig(text, 'config.yaml');
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

const summary = ({ profiles, handler }: ResolvedPickerConfig) => ({
  handler: handler.name,
  profiles: profiles.map(({ name, filters, scorers, picker }) => ({
    name,
    filters: filters.map((filter) => filter.name),
    scorers: scorers.map(({ scorer, weight }) => [scorer.name, weight]),
    picker: picker.name,
  })),
});

describe('system defaults', () => {
  test('of no configuration are the scorer that weighs everything in time', () => {
    expect(summary(resolvePickerConfig())).toEqual({
      handler: 'single-profile-handler',
      profiles: [
        {
          name: 'default',
          filters: [],
          scorers: [['latency-cost-scorer', 1]],
          picker: 'max-score-picker',
        },
      ],
    });
  });

  test('make one profile of all plugins', () => {
    const text = 'plugins: [{type: decode-filter}, {type: queue-scorer, name: q}, {type: random-picker}]';

    expect(summary(load(text)).profiles).toEqual([
      { name: 'default', filters: ['decode-filter'], scorers: [['q', 1]], picker: 'random-picker' },
    ]);
  });

  test('give each profile the first picker that is listed', () => {
    const text = `plugins: [{type: random-picker}, {type: queue-scorer}]
schedulingProfiles: [{name: one, plugins: [{pluginRef: queue-scorer}]}]`;

    expect(summary(load(text)).profiles[0]?.picker).toBe('random-picker');
  });

  test('of admission, parsers, metrics and the prefix index are those of their parts', () => {
    expect(resolvePickerConfig()).toMatchObject({
      admission: ADMISSION_DEFAULTS,
      parsers: ['openai-parser', 'anthropic-parser', 'vllmhttp-parser', 'passthrough-parser'],
      prefixIndex: { blockTokens: 64, maxBlocks: 2048, autoTune: true, blocksPerEndpoint: 31_250 },
      metrics: { source: { path: '/metrics' }, extractor: { defaultEngine: 'vllm' } },
      discovery: undefined,
      warnings: [],
    });
  });
});

test('every section is read', () => {
  const resolved = load(`featureGates: [flowControl, haPopulateNonLeaderDatastore=false]
plugins:
- {type: concurrency-detector, parameters: {maxConcurrency: 7}}
- {type: round-robin-fairness-policy}
- {type: edf-ordering-policy}
- {type: static-usage-limit-policy, name: most, parameters: {threshold: 0.9}}
- {type: metrics-data-source, parameters: {port: 9000, interval: 100ms}}
- {type: core-metrics-extractor, parameters: {defaultEngine: sglang}}
- {type: approx-prefix-cache-producer, parameters: {blockSizeTokens: 128, lruCapacityPerServer: 5, autoTune: false}}
- {type: file-discovery, parameters: {path: /endpoints.yaml, watchFile: true}}
- {type: passthrough-parser}
- {type: openai-parser, name: openai}
requestHandler: {parsers: [{pluginRef: openai}, {pluginRef: passthrough-parser}]}
dataLayer:
  sources: [{pluginRef: metrics-data-source, extractors: [{pluginRef: core-metrics-extractor}]}]
  discovery: {endpoints: {pluginRef: file-discovery}}
flowControl:
  maxBytes: 1Gi
  maxRequests: 9
  defaultRequestTTL: 0s
  noEndpointRequestTTL: 5s
  usageLimitPolicyPluginRef: most
  saturationDetector: {pluginRef: concurrency-detector}
  enableEviction: true
  priorityBands: [{priority: -1, maxRequests: 3, fairnessPolicyRef: round-robin-fairness-policy}]
  defaultPriorityBand: {orderingPolicyRef: edf-ordering-policy}
`);

  expect(resolved).toMatchObject({
    parsers: ['openai-parser', 'passthrough-parser'],
    metrics: { source: { port: 9000, intervalMs: 100 }, extractor: { defaultEngine: 'sglang' } },
    prefixIndex: { blockTokens: 128, maxBlocks: 1024, autoTune: false, blocksPerEndpoint: 5 },
    discovery: { path: '/endpoints.yaml', watch: true },
  });
  expect(resolved.admission.saturation).toMatchObject({ kind: 'concurrency', maxConcurrency: 7 });
  expect(resolved.admission.flowControl).toMatchObject({
    maxBytes: 2 ** 30,
    maxRequests: 9,
    requestTtlMs: Infinity,
    noEndpointRequestTtlMs: 5000,
    usageLimit: { kind: 'static', threshold: 0.9 },
    defaultBand: { ordering: 'edf', maxRequests: 5000 },
    defaultNegativeBand: { ordering: 'edf' },
    eviction: { enabled: true, confirmationGraceMs: 10 },
  });
  expect(resolved.admission.flowControl?.bands.get(-1)).toMatchObject({
    maxRequests: 3,
    fairness: { kind: 'round-robin' },
    ordering: 'fcfs',
  });
});

test('metrics can be turned off', () => {
  expect(load('plugins: [{type: random-picker}]\ndataLayer: {injectDefaults: false}').metrics).toBeUndefined();
});

test('the older group and the older places work and are warned of', () => {
  const text = `apiVersion: inference.networking.x-k8s.io/v1alpha1
kind: EndpointPickerConfig
plugins: [{type: openai-parser}, {type: by-label, parameters: {label: a}}, {type: utilization-detector, parameters: {queueDepthThreshold: 9}}]
parser: {pluginRef: openai-parser}
saturationDetector: {pluginRef: utilization-detector}`;
  const { warnings, parsers, admission } = loadPickerConfig(text, 'config.yaml');

  expect(parsers).toEqual(['openai-parser']);
  expect(admission.saturation).toEqual({ ...UTILIZATION_DEFAULTS, queueDepthThreshold: 9 });
  expect(warnings).toEqual([
    'apiVersion inference.networking.x-k8s.io/v1alpha1 is the older one: write llm-d.ai/v1alpha1',
    'parser is the older form: write requestHandler.parsers',
    'saturationDetector at the top is the older place: write flowControl.saturationDetector',
    'plugin type by-label is the older name: use label-selector-filter',
  ]);
});

test('a profile can run in shadow', () => {
  const text = `plugins: [{type: queue-scorer}, {type: random-picker}]
schedulingProfiles:
- {name: default, plugins: [{pluginRef: queue-scorer}]}
- {name: candidate, shadow: true, plugins: [{pluginRef: queue-scorer, weight: 9}]}`;
  const resolved = load(text);

  expect(resolved.profiles.map(({ name, shadow }) => [name, shadow])).toEqual([
    ['default', false],
    ['candidate', true],
  ]);
  expect(resolved.handler.type).toBe('single-profile-handler');
});

test('all that is wrong is said at once, with lines and columns, in their order', () => {
  const text = `${HEADER}plugins:
- type: queue-scorer
  parameters: {threshold: 5}
- type: prefix-cache-scorer
  parameters:
    matchLengthWeight: 3
- {name: x}
- type: latency-scorer
schedulingProfiles:
- name: default
  name: other
  plugins:
  - pluginRef: queue-scorer
    wieght: 2
  - pluginRef: nope
    weight: heavy
flowcontrol: {}
`;

  expect(errorOf(text)).toMatchInlineSnapshot(`
   "config.yaml: 9 invalid settings
     - line 5, column 16: config.plugins: 'queue-scorer' has no parameter 'threshold'
         why: the picker refuses to start with a parameter it does not know
         fix: it takes none: remove it
     - line 8, column 5: matchLengthWeight of plugin 'prefix-cache-scorer' is 3
         why: it takes a number from 0 to 1
         fix: use such a value, or leave it out for 0
     - line 9, column 3: plugins[2] has no field 'type'
         why: it has no default
         fix: add type
     - line 10, column 3: config.plugins: type 'latency-scorer' is unknown to the bundled endpoint picker
         why: only the Go pickers have it: the prediction servers that it needs are not part of this picker
         fix: use token-load-scorer and prefix-cache-affinity-filter
     - line 13, column 3: field 'name' stands twice
         why: one of its two values would be lost
         fix: keep one of them
     - line 16, column 5: schedulingProfiles[0].plugins[0] has a field 'wieght'
         why: the picker refuses to start with a field it does not know
         fix: did you mean weight?
     - line 17, column 5: profile 'other' refers to plugin 'nope'
         why: config.plugins has none of that name
         fix: add it to config.plugins, or use queue-scorer, prefix-cache-scorer, latency-scorer, max-score-picker or single-profile-handler
     - line 18, column 5: schedulingProfiles[0].plugins[1].weight is 'heavy'
         why: it must be a number
         fix: write a number
     - line 19, column 1: config has a field 'flowcontrol'
         why: the picker refuses to start with a field it does not know
         fix: did you mean flowControl?"
  `);
});

test.each([
  ['plugins: [', /^config.yaml: \d invalid settings?\n {2}- line 1, column 1\d: the text is not YAML or JSON\n/],
  ['plugins: *nobody', /line 1, column \d+: the text is not YAML or JSON\n {6}why: unresolved alias/],
  ['[1, 2]', /line 1, column 1: config is \[1,2\]\n {6}why: it must be a group of fields/],
  [
    '',
    /config has no field 'apiVersion'\n {6}why: it says how the other fields are to be read\n {6}fix: write apiVersion: llm-d.ai\/v1alpha1/,
  ],
  [`${HEADER}---\na: 1`, /line 3, column 1: the text has a second document/],
  [
    'apiVersion: v1\nkind: EndpointPickerConfig',
    /line 1, column 1: apiVersion is 'v1'\n {6}why: it must be llm-d.ai\/v1alpha1 or/,
  ],
])('%j is refused', (text, message) => {
  expect(errorOf(text)).toMatch(message);
});

test('JSON is read as well', () => {
  const json = JSON.stringify({
    apiVersion: 'llm-d.ai/v1alpha1',
    kind: 'EndpointPickerConfig',
    ...defaultPickerConfig(),
  });

  expect(summary(loadPickerConfig(json, 'config.json'))).toEqual(summary(resolvePickerConfig()));
});

describe('the catalogue and the code', () => {
  test('have the same types', () => {
    expect([...PLUGIN_TYPES.keys()].sort()).toEqual(Object.keys(PickerFlavor.BUNDLED.plugins).sort());
  });

  test.each([...PLUGIN_TYPES.values()].map((factory) => [factory.type, factory] as const))(
    'have the same parameters of %s',
    (type, factory) => {
      const read = new Set<string>();
      const parameters = PickerFlavor.BUNDLED.plugins[type]?.parameters ?? [];
      // Flat parameters are read only when one of them is there.
      for (const given of [{}, { decodeProfile: 'decode' }]) {
        const reader = new ParameterReader(given, { owner: type, path: [], report: () => undefined });
        factory.create(type, reader, { plugin: () => undefined, profiles: [] });
        for (const name of reader.names) read.add(name);
      }

      expect([...read].sort()).toEqual([...parameters].sort());
    },
  );

  test('have the same kinds', () => {
    for (const [type, factory] of PLUGIN_TYPES) {
      const reader = new ParameterReader({}, { owner: type, path: [], report: () => undefined });
      const plugin = factory.create(type, reader, { plugin: () => undefined, profiles: [] });

      expect([type, (plugin as { kind?: string }).kind, plugin.type]).toEqual([
        type,
        PickerFlavor.BUNDLED.plugins[type]?.kind,
        type,
      ]);
    }
  });
});

test('whatever a program writes, its file says the same', () => {
  const scorers = ['queue-scorer', 'kv-cache-utilization-scorer', 'prefix-cache-scorer', 'token-load-scorer'];
  const config = fc
    .uniqueArray(
      fc.record({ pluginRef: fc.constantFrom(...scorers), weight: fc.double({ min: 0, max: 100, noNaN: true }) }),
      {
        minLength: 1,
        selector: ({ pluginRef }) => pluginRef,
      },
    )
    .map((plugins): EndpointPickerConfig => ({
      plugins: plugins.map(({ pluginRef }) => ({ type: pluginRef })),
      schedulingProfiles: [{ name: 'default', plugins }],
    }));
  const rule = fc.property(config, (given) => {
    const direct = resolvePickerConfig(given);
    const again = load(stringify(direct.config));

    expect(again.config).toEqual(direct.config);
    expect(summary(again)).toEqual(summary(direct));
  });
  fc.assert(rule, { seed: 5, numRuns: 100 });
});

test('no text crashes the loader', () => {
  const rule = fc.property(
    fc.oneof(
      fc.string(),
      fc.json(),
      fc.json().map((json) => `${HEADER}plugins: ${json}`),
    ),
    (text) => {
      try {
        loadPickerConfig(text, 'config.yaml');
      } catch (error) {
        expect((error as Error).name).toBe('ValidationError');
      }
    },
  );
  fc.assert(rule, { seed: 5, numRuns: 1000 });
});
