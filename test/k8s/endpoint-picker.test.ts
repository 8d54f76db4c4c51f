import { App, Chart, Duration } from 'cdk8s';
import { parse } from 'yaml';
import {
  EndpointPicker,
  type EndpointPickerConfig,
  type EndpointPickerOptions,
  existingPods,
  InferenceModel,
  InferencePool,
  override,
  PickerFlavor,
  plugin,
  setApiProfile,
  warningsOf,
} from 'gke-inference-gateway';
import { type Manifest, named, newChart, only, refusal, synth } from '../support/manifests';
import { modelServer, pool, servedModel } from '../support/stacks';

function pickerOf(options: EndpointPickerOptions = {}): readonly Manifest[] {
  const chart = newChart();
  pool(chart, {}, options);
  return synth(chart);
}

function containerOf(options: EndpointPickerOptions = {}): Manifest['spec'] {
  return named(pickerOf(options), 'Deployment', 'test-picker').spec.template.spec.containers[0];
}

function refusalOf(options: EndpointPickerOptions): string | undefined {
  const chart = newChart();
  pool(chart, {}, options);
  return refusal(chart);
}

describe('wiring', () => {
  test('the Service reaches the ports that the container listens on', () => {
    const manifests = pickerOf();
    const { ports } = named(manifests, 'Deployment', 'test-picker').spec.template.spec.containers[0];
    const service = only(manifests, 'Service').spec;

    expect(service.ports.map(({ name, port }: { name: string; port: number }) => [name, port])).toEqual(
      ports.map(({ name, containerPort }: { name: string; containerPort: number }) => [name, containerPort]),
    );
    expect(service.ports.map(({ port }: { port: number }) => port)).toEqual([9002, 9003, 9090]);
    expect(service.selector).toEqual(named(manifests, 'Deployment', 'test-picker').spec.selector.matchLabels);
  });

  test('the configuration is mounted where the flag says, and rolls the pods when it changes', () => {
    const manifests = pickerOf();
    const { spec } = named(manifests, 'Deployment', 'test-picker');
    const [container] = spec.template.spec.containers;
    const config = only(manifests, 'ConfigMap');

    expect(container.args).toContain('--config-file=/config/endpoint-picker-config.yaml');
    expect(Object.keys(config.data)).toEqual(['endpoint-picker-config.yaml']);
    expect(spec.template.spec.volumes).toEqual([{ name: 'config', configMap: { name: config.metadata.name } }]);

    const changed = pickerOf({ config: { plugins: [plugin('random-picker')] } });
    const fingerprint = (all: readonly Manifest[]): unknown =>
      named(all, 'Deployment', 'test-picker').spec.template.metadata.annotations;
    expect(fingerprint(changed)).not.toEqual(fingerprint(manifests));
  });

  test('the flags name the pool, its group and the namespace that the pod runs in', () => {
    expect(containerOf().args).toMatchInlineSnapshot(`
     [
       "--pool-name=test-pool",
       "--pool-namespace=$(NAMESPACE)",
       "--pool-group=inference.networking.k8s.io",
       "--config-file=/config/endpoint-picker-config.yaml",
       "--grpc-port=9002",
       "--grpc-health-port=9003",
       "--metrics-port=9090",
       "--metrics-endpoint-auth=true",
       "--ha-enable-leader-election=false",
       "--objective-group=inference.networking.x-k8s.io",
       "--drain-timeout=30s",
     ]
    `);
  });

  test('probes ask the services that the health server knows', () => {
    const { readinessProbe, livenessProbe } = containerOf();

    expect(readinessProbe.grpc).toEqual({ port: 9003, service: 'readiness' });
    expect(livenessProbe.grpc).toEqual({ port: 9003, service: 'liveness' });
  });

  test('streams may end before the pod is killed', () => {
    const manifests = pickerOf({ drainTimeout: Duration.minutes(5) });
    const { spec } = named(manifests, 'Deployment', 'test-picker').spec.template;

    expect(spec.containers[0].args).toContain('--drain-timeout=300s');
    expect(spec.terminationGracePeriodSeconds).toBeGreaterThan(300);
  });
});

describe('rights', () => {
  test('it may read pods, its pool and the objects of its models, and nothing else', () => {
    expect(only(pickerOf(), 'Role')['rules']).toMatchInlineSnapshot(`
     [
       {
         "apiGroups": [
           "",
         ],
         "resources": [
           "pods",
         ],
         "verbs": [
           "get",
           "list",
           "watch",
         ],
       },
       {
         "apiGroups": [
           "inference.networking.k8s.io",
         ],
         "resources": [
           "inferencepools",
         ],
         "verbs": [
           "get",
           "list",
           "watch",
         ],
       },
       {
         "apiGroups": [
           "inference.networking.x-k8s.io",
         ],
         "resources": [
           "inferenceobjectives",
           "inferencemodelrewrites",
         ],
         "verbs": [
           "get",
           "list",
           "watch",
         ],
       },
     ]
    `);
  });

  test('the bindings are for its own account', () => {
    const manifests = pickerOf();
    const account = only(manifests, 'ServiceAccount').metadata.name;
    const subject = { kind: 'ServiceAccount', name: account, namespace: 'inference' };

    expect(named(manifests, 'Deployment', 'test-picker').spec.template.spec.serviceAccountName).toBe(account);
    expect(only(manifests, 'RoleBinding')['subjects']).toEqual([subject]);
    expect(only(manifests, 'ClusterRoleBinding')['subjects']).toEqual([subject]);
    expect(only(manifests, 'ClusterRoleBinding').metadata).not.toHaveProperty('namespace');
  });

  test('an election needs leases', () => {
    const manifests = pickerOf({ flavor: PickerFlavor.LLM_D_ROUTER, replicas: 2 });

    expect(only(manifests, 'Role')['rules']).toContainEqual({
      apiGroups: ['coordination.k8s.io'],
      resources: ['leases'],
      verbs: ['get', 'list', 'watch', 'create', 'update', 'patch'],
    });
  });

  test('without reviews of metric readers there is no cluster-wide binding', () => {
    const manifests = pickerOf({ metricsAuth: false });

    expect(manifests.filter(({ kind }) => kind === 'ClusterRoleBinding')).toEqual([]);
    expect(containerOf({ metricsAuth: false }).args).toContain('--metrics-endpoint-auth=false');
  });

  test.each([
    ['bundled', PickerFlavor.BUNDLED, 'inference.networking.x-k8s.io'],
    ['llm-d router', PickerFlavor.LLM_D_ROUTER, 'llm-d.ai'],
    ['GAIE', PickerFlavor.GAIE, 'inference.networking.x-k8s.io'],
  ])('%s: flags, rights and objects are of one group', (_name, flavor, group) => {
    const chart = newChart();
    const target = pool(chart, {}, { flavor });
    new InferenceModel(chart, 'model', { pool: target, modelName: 'Qwen/Qwen3-0.6B' });
    const manifests = synth(chart);
    const rules = only(manifests, 'Role')['rules'] as { apiGroups: string[]; resources: string[] }[];
    const rule = rules.find(({ resources }) => resources.includes('inferenceobjectives'))!;

    expect(rule.apiGroups).toEqual([group]);
    expect(only(manifests, 'InferenceObjective').apiVersion).toBe(`${group}/v1alpha2`);
    expect(only(manifests, 'InferenceModelRewrite').apiVersion).toBe(`${group}/v1alpha2`);
  });
});

describe('replicas', () => {
  test('active pods are replaced one by one and protected', () => {
    const manifests = pickerOf();
    const { spec } = named(manifests, 'Deployment', 'test-picker');

    expect(spec.replicas).toBe(2);
    expect(spec.strategy.rollingUpdate).toEqual({ maxSurge: 1, maxUnavailable: 0 });
    expect(named(manifests, 'PodDisruptionBudget', 'test-picker-disruption-budget').spec).toEqual({
      maxUnavailable: 1,
      selector: spec.selector,
    });
  });

  test('with an election all are replaced at once, as no successor gets ready beside a leader', () => {
    const manifests = pickerOf({ highAvailability: 'leader-election' });
    const { spec } = named(manifests, 'Deployment', 'test-picker');

    expect(spec.strategy.rollingUpdate).toEqual({ maxSurge: '100%', maxUnavailable: '100%' });
    expect(spec.template.spec.containers[0].args).toContain('--ha-enable-leader-election=true');
  });

  test('with an election there is no budget: it would count waiting pods as lost and block every node upgrade', () => {
    const budgets = pickerOf({ highAvailability: 'leader-election' }).filter(
      ({ kind }) => kind === 'PodDisruptionBudget',
    );

    expect(budgets.map(({ metadata }) => metadata.name)).toEqual(['test-server-disruption-budget']);
  });

  test('one pod holds no election', () => {
    expect(containerOf({ replicas: 1, highAvailability: 'leader-election' }).args).toContain(
      '--ha-enable-leader-election=false',
    );
  });
});

describe('configuration', () => {
  test('the default weighs everything in time', () => {
    expect(parse(only(pickerOf(), 'ConfigMap')['data']['endpoint-picker-config.yaml'] as string)).toEqual({
      apiVersion: 'llm-d.ai/v1alpha1',
      kind: 'EndpointPickerConfig',
      plugins: [{ type: 'latency-cost-scorer' }, { type: 'max-score-picker' }, { type: 'single-profile-handler' }],
      schedulingProfiles: [
        {
          name: 'default',
          plugins: [{ pluginRef: 'latency-cost-scorer', weight: 1 }, { pluginRef: 'max-score-picker' }],
        },
      ],
    });
  });

  test.each([PickerFlavor.GAIE, PickerFlavor.LLM_D_ROUTER])("$displayName gets upstream's default", (flavor) => {
    const text = only(pickerOf({ flavor }), 'ConfigMap')['data']['endpoint-picker-config.yaml'] as string;
    const { schedulingProfiles } = parse(text) as EndpointPickerConfig;

    expect(schedulingProfiles?.[0]?.plugins).toEqual([
      { pluginRef: 'queue-scorer', weight: 2 },
      { pluginRef: 'kv-cache-utilization-scorer', weight: 2 },
      { pluginRef: 'prefix-cache-scorer', weight: 3 },
      { pluginRef: 'max-score-picker' },
    ]);
  });

  test("upstream's pickers prefer pods that have the adapter, in a pool with adapters", () => {
    const chart = newChart();
    const server = modelServer(chart, { adapters: [{ name: 'a', source: 'acme/a' }] });
    pool(chart, { modelServer: server }, { flavor: PickerFlavor.LLM_D_ROUTER });

    expect(only(synth(chart), 'ConfigMap')['data']['endpoint-picker-config.yaml']).toContain('lora-affinity-scorer');
  });

  test('each flavour gets the version header that it reads', () => {
    const config = only(pickerOf({ flavor: PickerFlavor.GAIE }), 'ConfigMap')['data']['endpoint-picker-config.yaml'];

    expect(config).toContain('apiVersion: inference.networking.x-k8s.io/v1alpha1');
  });
});

describe('refusals', () => {
  test('the bundled picker without an image', () => {
    const chart = newChart();
    const target = new InferencePool(chart, 'pool', { modelServer: modelServer(chart) });
    new EndpointPicker(chart, 'picker', { pool: target });

    expect(refusal(chart)).toMatchInlineSnapshot(`
     "[test/picker] the bundled endpoint picker has no image
           why: it is built and pushed by each team; there is no public one
           fix: set image: 'REGION-docker.pkg.dev/PROJECT/REPOSITORY/endpoint-picker@sha256:...', or choose PickerFlavor.LLM_D_ROUTER"
    `);
  });

  test('an upstream picker with the old API', () => {
    const chart = newChart();
    pool(chart, { apiProfile: 'v1alpha2' }, { flavor: PickerFlavor.GAIE });

    expect(refusal(chart)).toMatchInlineSnapshot(`
     "[test/picker] Gateway API Inference Extension 1.5 with API profile v1alpha2
           why: it reads InferencePool v1 only
           fix: use PickerFlavor.BUNDLED, or API profile v1 on GKE 1.34.0-gke.1626000 or newer"
    `);
  });

  test('a group of objectives that the flavour does not read', () => {
    const app = new App();
    setApiProfile(app, { objectives: 'llm-d.ai' });
    const chart = newChart('inference', app);
    pool(chart, {}, { flavor: PickerFlavor.GAIE });

    expect(refusal(chart)).toMatchInlineSnapshot(`
     "[test/picker] Gateway API Inference Extension 1.5 with objectives in llm-d.ai
           why: it reads inference.networking.x-k8s.io only and would silently ignore them
           fix: leave the group of objectives to the picker, or choose another flavor"
    `);
  });

  test('a chart without a namespace', () => {
    const chart = newChart(null);
    pool(chart);

    expect(refusal(chart)).toMatchInlineSnapshot(`
     "[test/picker] chart 'test' has no namespace
           why: the cluster-wide right to review tokens names the namespace
           fix: give the chart one: new Chart(app, id, { namespace: 'inference' })"
    `);
  });

  test.each<[string, EndpointPickerOptions]>([
    ['a flag that the library writes', { extraArgs: ['--pool-name=zzz'] }],
    ['a port of its own', { extraArgs: ['--grpc-port=9999'] }],
    ['a drain flag beside drainTimeout', { extraArgs: ['--drain-timeout=3s'], flavor: PickerFlavor.GAIE }],
    ['a flag that does not exist', { extraArgs: ['--trcing=false'] }],
    ['a metric flag that the bundled picker refuses', { extraArgs: ['--lora-info-metric=x'] }],
    ['a metric flag that upstream refuses', { extraArgs: ['--lora-info-metric=x'], flavor: PickerFlavor.LLM_D_ROUTER }],
    ['a variable that the picker reads', { env: { NAMESPACE: 'other' } }],
    ['amounts that are none', { cpu: Number.NaN, memoryGib: -1, replicas: 0 }],
    ['a drain of part of a second', { drainTimeout: Duration.millis(1500) }],
    ['a field that the configuration does not have', { config: { plugins: [], nonsense: 1 } as never }],
  ])('%s', (_case, options) => {
    expect(refusalOf(options)).toMatchSnapshot();
  });

  test('an unknown plugin', () => {
    expect(refusalOf({ config: { plugins: [{ type: 'queue-score' }] } })).toMatchInlineSnapshot(`
     "[test/picker] config.plugins: type 'queue-score' is unknown to the bundled endpoint picker
           why: the picker refuses to start with a plugin it does not know
           fix: use queue-scorer, or list it in customPlugins if your image has it"
    `);
  });

  test('a reference to a plugin that is not there', () => {
    const config = {
      plugins: [plugin('queue-scorer')],
      schedulingProfiles: [{ name: 'p', plugins: [{ pluginRef: 'kv' }] }],
    };

    expect(refusalOf({ config })).toMatchInlineSnapshot(`
     "[test/picker] profile 'p' refers to plugin 'kv'
           why: config.plugins has none of that name
           fix: add it to config.plugins, or use queue-scorer"
    `);
  });

  test('a picker in another namespace than its pool', () => {
    const app = new App();
    const here = new Chart(app, 'here', { namespace: 'here' });
    const there = new Chart(app, 'there', { namespace: 'there' });
    const member = existingPods({ selectorLabels: { app: 'x' }, targetPorts: [8000] });
    const target = new InferencePool(here, 'pool', { modelServer: member });
    new EndpointPicker(there, 'picker', { pool: target, image: 'registry.example.com/picker:1' });

    expect(refusal(here)).toMatchInlineSnapshot(`
     "[there/picker] the picker is in namespace 'there', its pool in 'here'
           why: a pool refers to a Service of its own namespace
           fix: make both in charts of the same namespace"
    `);
  });
});

test('an image that can change is warned of', () => {
  const chart = newChart();
  pool(chart, {}, { image: 'registry.example.com:5000/picker:latest' });

  expect(warningsOf(chart).map(({ message }) => message)).toEqual([
    'image registry.example.com:5000/picker:latest can change under you; pin it by version or digest',
  ]);
});

test("active pickers that know nothing of each other's requests are warned of", () => {
  const chart = newChart();
  pool(chart, {}, { flavor: PickerFlavor.GAIE, image: 'x/y:1', replicas: 3, highAvailability: 'active-active' });

  expect(warningsOf(chart).map(({ message }) => message)).toEqual([
    "active pickers of Gateway API Inference Extension 1.5 know nothing of each other's requests; leader-election suits it better",
  ]);
});

test('plugins that are loaded on request only are requested', () => {
  const config = { plugins: [plugin('session-affinity-scorer')] };

  expect(containerOf({ flavor: PickerFlavor.LLM_D_ROUTER, config }).args).toContain(
    '--allow-experimental-plugins=true',
  );
});

test.each<[string, (picker: EndpointPicker) => void]>([
  [
    'a port',
    (picker) => {
      override(picker.service, '/spec/ports/0/port', 9999);
    },
  ],
  [
    'a selector',
    (picker) => {
      override(picker.service, '/spec/selector/app.kubernetes.io~1instance', 'other');
    },
  ],
  [
    'labels of the pods',
    (picker) => {
      override(picker.deployment, '/spec/template/metadata/labels/app.kubernetes.io~1instance', 'other');
    },
  ],
])('%s that cuts the Service from its pods or its pool is refused', (_case, change) => {
  const chart = newChart();
  change(servedModel(chart).picker);

  expect(refusal(chart)).toMatchSnapshot();
});
