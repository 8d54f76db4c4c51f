import { type PickerFlavor as Flavor, type PickerLaunch } from '../../../../lib/core/picker/flavor';
import { PickerFlavor } from '../../../../lib/core/picker/flavors';
import { BUNDLED_PLUGINS } from '../../../../lib/core/picker/plugins/bundled';
import { GAIE_PLUGINS } from '../../../../lib/core/picker/plugins/gaie';
import { ROUTER_PLUGINS } from '../../../../lib/core/picker/plugins/router';

const LAUNCH: PickerLaunch = {
  poolName: 'gemma',
  poolNamespace: '$(NAMESPACE)',
  poolGroup: 'inference.networking.k8s.io',
  objectiveGroup: 'inference.networking.x-k8s.io',
  configFile: '/config/picker.yaml',
  leaderElection: false,
  drainSeconds: 30,
  experimentalPlugins: false,
  metricsAuth: true,
};

/** What the Go picker has had under the same names since 1.0. */
const COMMON = [
  '--pool-name=gemma',
  '--pool-namespace=$(NAMESPACE)',
  '--pool-group=inference.networking.k8s.io',
  '--config-file=/config/picker.yaml',
  '--grpc-port=9002',
  '--grpc-health-port=9003',
  '--metrics-port=9090',
  '--metrics-endpoint-auth=true',
  '--ha-enable-leader-election=false',
];

const ALL = PickerFlavor.all.map((flavor) => [flavor.name, flavor] as const);
const UPSTREAM = [PickerFlavor.LLM_D_ROUTER, PickerFlavor.GAIE].map((flavor) => [flavor.name, flavor] as const);

const flags = (flavor: Flavor, launch: Partial<PickerLaunch> = {}): readonly string[] =>
  flavor.args({ ...LAUNCH, ...launch }).map((arg) => arg.split('=', 1)[0]!);

describe('the command line', () => {
  test('of the bundled picker', () => {
    expect(PickerFlavor.BUNDLED.args(LAUNCH)).toEqual([
      ...COMMON,
      '--objective-group=inference.networking.x-k8s.io',
      '--drain-timeout=30s',
    ]);
  });

  test('of the llm-d router', () => {
    expect(PickerFlavor.LLM_D_ROUTER.args(LAUNCH)).toEqual([
      ...COMMON,
      '--drain-timeout=30s',
      '--zap-encoder=json',
      '--tracing=false',
      '--v=1',
    ]);
  });

  test('of GAIE 1.5', () => {
    expect(PickerFlavor.GAIE.args(LAUNCH)).toEqual([...COMMON, '--zap-encoder=json', '--tracing=false', '--v=1']);
  });

  test('of the llm-d router allows experimental plugins when the configuration has some', () => {
    expect(PickerFlavor.LLM_D_ROUTER.args({ ...LAUNCH, experimentalPlugins: true })).toEqual([
      ...COMMON,
      '--drain-timeout=30s',
      '--zap-encoder=json',
      '--tracing=false',
      '--allow-experimental-plugins=true',
      '--v=1',
    ]);
  });

  test.each([PickerFlavor.BUNDLED, PickerFlavor.GAIE].map((flavor) => [flavor.name, flavor] as const))(
    'of %s knows no experimental plugins',
    (_name, flavor) => {
      expect(flavor.args({ ...LAUNCH, experimentalPlugins: true })).toEqual(flavor.args(LAUNCH));
    },
  );

  test('of the bundled picker names the group of objectives that it reads', () => {
    expect(PickerFlavor.BUNDLED.args({ ...LAUNCH, objectiveGroup: 'llm-d.ai' })).toContain(
      '--objective-group=llm-d.ai',
    );
  });

  test.each(ALL)('of %s follows the settings', (_name, flavor) => {
    const args = flavor.args({ ...LAUNCH, leaderElection: true, metricsAuth: false, poolName: 'other' });

    expect(args).toEqual(
      expect.arrayContaining([
        '--ha-enable-leader-election=true',
        '--metrics-endpoint-auth=false',
        '--pool-name=other',
      ]),
    );
  });

  test.each(ALL)('of %s has no flag twice', (_name, flavor) => {
    const all = flags(flavor);

    expect(new Set(all).size).toBe(all.length);
  });

  // pflag takes `--flag false` for a flag and a stray argument, so booleans must be written with `=`.
  test.each(ALL)('of %s joins every flag to its value', (_name, flavor) => {
    expect(flavor.args(LAUNCH).filter((arg) => !/^--[a-z-]+=./.test(arg))).toEqual([]);
  });

  // Either is refused at start, or unknown, which stops the picker as well.
  test.each(ALL)('of %s has none of the metric flags that are refused', (_name, flavor) => {
    const metricFlags = flags(flavor).filter((flag) => /-metric$|^--model-server-metrics/.test(flag));

    expect(metricFlags).toEqual([]);
  });

  test.each(UPSTREAM)('of %s has no flag that only the bundled picker knows', (_name, flavor) => {
    expect(flags(flavor)).not.toContain('--objective-group');
  });

  test('of GAIE 1.5 has no drain, which it does not know', () => {
    expect(flags(PickerFlavor.GAIE)).not.toContain('--drain-timeout');
  });

  // GAIE 1.5.0, pkg/epp/server/options.go and the flags of zap.
  test('of GAIE 1.5 has only flags of its source', () => {
    const known = [
      '--grpc-port',
      '--ha-enable-leader-election',
      '--pool-group',
      '--pool-namespace',
      '--pool-name',
      '--tracing',
      '--metrics-port',
      '--grpc-health-port',
      '--metrics-endpoint-auth',
      '--config-file',
      '--zap-encoder',
      '--v',
    ];

    expect(flags(PickerFlavor.GAIE).filter((flag) => !known.includes(flag))).toEqual([]);
  });
});

describe('health services', () => {
  // GAIE 1.5.0, cmd/epp/runner/health.go: without an election it answers for any name, with one only for its own.
  test.each(UPSTREAM)('of %s are told apart in an election only', (_name, flavor) => {
    expect(flavor.health(true)).toEqual({ liveness: 'liveness', readiness: 'readiness' });
    expect(flavor.health(false)).toEqual({ liveness: 'inference-extension', readiness: 'inference-extension' });
  });

  test.each([true, false])('of the bundled picker are always told apart (election: %p)', (leaderElection) => {
    expect(PickerFlavor.BUNDLED.health(leaderElection)).toEqual({ liveness: 'liveness', readiness: 'readiness' });
  });
});

describe('a flavour', () => {
  test.each([
    ['bundled', undefined],
    ['llm-d-router', 'ghcr.io/llm-d/llm-d-router-endpoint-picker:v0.10.0'],
    ['gaie', 'registry.k8s.io/gateway-api-inference-extension/epp:v1.5.0'],
  ])('%s has the image %s', (name, image) => {
    expect(PickerFlavor.all.find((flavor) => flavor.name === name)?.image).toBe(image);
  });

  test.each(UPSTREAM)('%s has an image of its version', (_name, flavor) => {
    expect(flavor.image).toMatch(new RegExp(`:v${flavor.version.replaceAll('.', '\\.')}$`));
  });

  test.each([
    ['bundled', ['inference.networking.x-k8s.io', 'llm-d.ai']],
    ['llm-d-router', ['llm-d.ai', 'inference.networking.x-k8s.io']],
    ['gaie', ['inference.networking.x-k8s.io']],
  ])('%s reads the objectives of %j, the first by choice', (name, groups) => {
    expect(PickerFlavor.all.find((flavor) => flavor.name === name)?.objectiveGroups).toEqual(groups);
  });

  test.each([
    ['bundled', ['v1', 'v1alpha2']],
    ['llm-d-router', ['v1']],
    ['gaie', ['v1']],
  ])('%s serves pools of %j', (name, apis) => {
    expect(PickerFlavor.all.find((flavor) => flavor.name === name)?.poolApis).toEqual(apis);
  });

  test.each([
    ['bundled', 'llm-d.ai/v1alpha1'],
    ['llm-d-router', 'llm-d.ai/v1alpha1'],
    ['gaie', 'inference.networking.x-k8s.io/v1alpha1'],
  ])('%s reads a configuration of %s', (name, apiVersion) => {
    expect(PickerFlavor.all.find((flavor) => flavor.name === name)?.configApiVersion).toBe(apiVersion);
  });

  test.each([
    ['bundled', 'x-gateway-inference-objective'],
    ['llm-d-router', 'x-llm-d-inference-objective'],
    ['gaie', 'x-gateway-inference-objective'],
  ])('%s reads the objective from %s', (name, header) => {
    expect(PickerFlavor.all.find((flavor) => flavor.name === name)?.headers.objective).toBe(header);
  });

  test('of upstream runs one replica, or elects a leader; ours runs two side by side', () => {
    const plans = PickerFlavor.all.map(({ name, defaultReplicas, highAvailability }) => [
      name,
      defaultReplicas,
      highAvailability,
    ]);

    expect(plans).toEqual([
      ['bundled', 2, 'active-active'],
      ['llm-d-router', 1, 'leader-election'],
      ['gaie', 1, 'leader-election'],
    ]);
  });

  // Charts of each release: requests of CPU and memory, and the memory limit.
  test.each([
    ['llm-d-router', { cpu: 8, memoryGib: 8, memoryLimitGib: 16 }],
    ['gaie', { cpu: 4, memoryGib: 8, memoryLimitGib: 16 }],
  ])('%s asks for what its own chart asks for', (name, resources) => {
    expect(PickerFlavor.all.find((flavor) => flavor.name === name)?.resources).toEqual(resources);
  });

  test.each(ALL)('%s never has more memory to ask for than its limit', (_name, { resources }) => {
    expect(resources.memoryGib).toBeLessThanOrEqual(resources.memoryLimitGib);
  });

  test('takes plugins of a team only where the team builds the image', () => {
    expect(PickerFlavor.all.filter(({ customPlugins }) => customPlugins)).toEqual([PickerFlavor.BUNDLED]);
  });

  test('has the plugins of its release', () => {
    const catalogues = PickerFlavor.all.map(({ plugins }) => plugins);

    expect(catalogues.map((plugins, i) => plugins === [BUNDLED_PLUGINS, ROUTER_PLUGINS, GAIE_PLUGINS][i])).toEqual([
      true,
      true,
      true,
    ]);
  });

  // GAIE 1.5.0, cmd/epp/runner/runner.go RegisterFeatureGate; endpoint-picker.md 4.1 for the router.
  test.each([
    ['bundled', ['flowControl', 'haPopulateNonLeaderDatastore']],
    ['llm-d-router', ['flowControl', 'haPopulateNonLeaderDatastore']],
    ['gaie', ['flowControl', 'dataLayer', 'enableLegacyMetrics']],
  ])('%s knows the feature gates %j', (name, gates) => {
    expect(PickerFlavor.all.find((flavor) => flavor.name === name)?.featureGates).toEqual(gates);
  });

  // GAIE decodes parameters with json.Unmarshal, the router refuses unknown ones.
  test('of GAIE 1.5 alone ignores parameters that it does not know', () => {
    expect(PickerFlavor.all.filter(({ strictParameters }) => !strictParameters)).toEqual([PickerFlavor.GAIE]);
  });

  test.each(UPSTREAM)('%s refuses metric names on its command line', (_name, { refusedFlags }) => {
    expect(Object.keys(refusedFlags)).toEqual([
      '--total-queued-requests-metric',
      '--total-running-requests-metric',
      '--kv-cache-usage-percentage-metric',
      '--lora-info-metric',
      '--cache-info-metric',
    ]);
    expect([...new Set(Object.values(refusedFlags))]).toEqual([
      'the picker refuses to start with it: metrics are named in the configuration, core-metrics-extractor',
    ]);
  });

  test.each(ALL)('%s never writes a flag that it refuses', (_name, flavor) => {
    expect(flags(flavor, { experimentalPlugins: true }).filter((flag) => flag in flavor.refusedFlags)).toEqual([]);
  });

  test.each(ALL)('%s cannot be changed', (_name, flavor) => {
    const { resources, objectiveGroups, poolApis, featureGates, plugins, refusedFlags } = flavor;
    const parts = [flavor, resources, objectiveGroups, poolApis, featureGates, plugins, refusedFlags];

    expect(parts.every((part) => Object.isFrozen(part))).toBe(true);
  });

  test('is one of three', () => {
    expect(PickerFlavor.all).toEqual([PickerFlavor.BUNDLED, PickerFlavor.LLM_D_ROUTER, PickerFlavor.GAIE]);
  });
});
