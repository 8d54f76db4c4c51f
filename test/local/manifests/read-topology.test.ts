import { type App, Chart, Testing } from 'cdk8s';
import { Accelerator, InferenceGateway, ServedModel, setApiProfile } from 'gke-inference-gateway';
import { parse, stringify } from 'yaml';
import { readTopology } from '../../../lib/local/manifests/read-topology';
import type { Topology } from '../../../lib/local/manifests/topology';

interface Manifest {
  kind: string;
  metadata: { name: string; namespace?: string };
  spec: { rules: { backendRefs: { name: string }[] }[] };
  data?: Record<string, string>;
}

/** Manifests of a stack as `cdk8s synth` writes them. */
function manifests(options: { readonly profile?: 'v1' | 'v1alpha2' } = {}): Manifest[] {
  const app: App = Testing.app();
  if (options.profile !== undefined) setApiProfile(app, options.profile);
  const chart = new Chart(app, 'llm', { namespace: 'inference', disableResourceNameHashes: true });
  const model = new ServedModel(chart, 'qwen', {
    model: 'Qwen/Qwen3-8B',
    accelerator: Accelerator.NVIDIA_L4,
    replicas: 3,
    maxModelLength: 8192,
    adapters: [{ name: 'support', source: 'acme/support' }],
    models: [{ modelName: 'support', criticality: 'Critical' }],
    picker: { image: 'registry.example.com/picker:1' },
  });
  new InferenceGateway(chart, 'gateway').addRoute(model, {
    name: 'route',
    hostnames: ['chat.example.com'],
    matches: [{ path: '/v1', headers: { 'X-Tier': 'gold' } }],
  });
  return Testing.synth(chart) as Manifest[];
}

const file = (objects: readonly unknown[]): { path: string; text: string } => ({
  path: 'stack.yaml',
  text: objects.map((object) => stringify(object)).join('---\n'),
});

const topologyOf = (objects: readonly Manifest[]): Topology => readTopology([file(objects)]);

const without = (kind: string, name?: string): readonly Manifest[] =>
  manifests().filter((object) => object.kind !== kind || (name !== undefined && object.metadata.name !== name));

describe.each(['v1', 'v1alpha2'] as const)('a stack of the library with API profile %s', (profile) => {
  const topology = topologyOf(manifests({ profile }));

  test('has the pool with its servers, picker and configuration', () => {
    expect(topology.pools).toMatchObject([
      {
        name: 'llm-qwen-pool',
        namespace: 'inference',
        api: profile,
        ports: [8000],
        failureMode: 'FailOpen',
        picker: {
          name: 'llm-qwen-picker',
          flavor: 'bundled',
          replicas: 2,
          configWhere: expect.stringContaining('ConfigMap'),
        },
      },
    ]);
    expect(parse(topology.pools[0]?.picker.configText ?? '')).toMatchObject({ kind: 'EndpointPickerConfig' });
  });

  test('has the replicas with what their command line says', () => {
    expect(topology.pools[0]?.servers).toMatchObject([
      {
        replicas: 3,
        acceleratorLabel: 'nvidia-l4',
        gpus: 1,
        readinessPath: '/health',
        settings: { model: 'Qwen/Qwen3-8B', maxModelLength: 8192, adapters: ['support'] },
      },
    ]);
  });

  test('has the gateway with its route', () => {
    expect(topology.gateways).toMatchObject([
      {
        name: 'llm-gateway',
        listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }],
        routes: [
          {
            name: 'route',
            listeners: ['http'],
            hostnames: ['chat.example.com'],
            rules: [
              {
                matches: [
                  {
                    path: { kind: 'exact', value: '/v1' },
                    headers: [{ name: 'x-tier', kind: 'exact', value: 'gold' }],
                  },
                ],
                backends: [{ kind: 'InferencePool', namespace: 'inference', name: 'llm-qwen-pool', weight: 1 }],
              },
            ],
          },
        ],
      },
    ]);
  });
});

test('the namespace variable of the picker is expanded as Kubernetes does', () => {
  expect(topologyOf(manifests()).pools[0]?.picker.args).toContain('--pool-namespace=inference');
});

test('objectives and rewrites are kept for the picker', () => {
  const kinds = topologyOf(manifests()).modelObjects.map(({ kind }) => kind);

  expect(kinds).toEqual(['InferenceObjective', 'InferenceModelRewrite']);
});

test('a List is its items', () => {
  expect(
    readTopology([file([{ apiVersion: 'v1', kind: 'List', metadata: { name: 'all' }, items: manifests() }])]),
  ).toEqual({
    ...topologyOf(manifests()),
    pools: expect.anything(),
  });
});

test('manifests without a Gateway are refused with what they have', () => {
  expect(() => topologyOf(without('Gateway').filter(({ kind }) => kind === 'ConfigMap'))).toThrow(
    `stack.yaml: 1 invalid setting
  - stack.yaml has no Gateway
      why: it has ConfigMap; without a Gateway nothing can be sent
      fix: give the files that cdk8s synth wrote, all of them`,
  );
});

test('a missing ConfigMap is told with who reads it', () => {
  expect(() => topologyOf(without('ConfigMap'))).toThrow(
    /picker inference\/llm-qwen-picker \(stack.yaml:\d+\) reads \/config\/endpoint-picker-config.yaml from ConfigMap llm-qwen-picker-config\n\s+why: no ConfigMap of that name is in the manifests\n\s+fix: give the file with the ConfigMap too, or synthesize again/,
  );
});

test('a ConfigMap without the file is told', () => {
  const objects = manifests();
  objects.find(({ kind }) => kind === 'ConfigMap')!.data = { other: '' };

  expect(() => topologyOf(objects)).toThrow('the ConfigMap has no such key');
});

test('a pool without servers is told with its selector', () => {
  const objects = manifests().filter(({ metadata }) => metadata.name !== 'llm-qwen-server');

  expect(() => topologyOf(objects)).toThrow(
    'selects app.kubernetes.io/component=model-server,app.kubernetes.io/instance=llm-qwen-server\n      why: no Deployment of vLLM servers',
  );
});

test('a pool without the Service of its picker is told', () => {
  expect(() => topologyOf(without('Service'))).toThrow(
    'asks the picker behind Service llm-qwen-picker-service\n      why: the manifests have no such Service',
  );
});

test('a picker Service without pods is told', () => {
  const objects = manifests().filter(
    ({ metadata, kind }) => kind !== 'Deployment' || metadata.name !== 'llm-qwen-picker',
  );

  expect(() => topologyOf(objects)).toThrow('no Deployment in the manifests has pods with these labels');
});

test('a route to nothing is told', () => {
  const objects = manifests();
  objects.find(({ kind }) => kind === 'HTTPRoute')!.spec.rules[0]!.backendRefs[0]!.name = 'elsewhere';

  expect(() => topologyOf(objects)).toThrow('HTTPRoute route leads to InferencePool inference/elsewhere');
});

test('broken YAML is told by file and line, beside everything else', () => {
  expect(() =>
    readTopology([{ path: 'a.yaml', text: 'kind: Gateway\nspec: {broken' }, file(without('ConfigMap'))]),
  ).toThrow(/^a.yaml, stack.yaml: 2 invalid settings\n {2}- a.yaml:2 is not YAML/);
});

test('an object without a name is told', () => {
  expect(() => readTopology([file([{ apiVersion: 'v1', kind: 'Service' }, ...manifests()])])).toThrow(
    'stack.yaml:1 is no Kubernetes object',
  );
});
