import { App } from 'cdk8s';
import {
  Accelerator,
  InferenceGateway,
  override,
  ServedModel,
  setApiProfile,
  type ApiProfileLike,
} from 'gke-inference-gateway';
import { newChart, only, refusal, synth } from '../support/manifests';
import { PICKER_IMAGE, servedModel, SMALL_SERVER } from '../support/stacks';

test('every object carries the name that it was given', () => {
  const chart = newChart();
  servedModel(chart, { name: 'qwen' });
  const names = synth(chart)
    .filter(({ kind }) => ['Deployment', 'InferencePool', 'Service', 'ConfigMap', 'ServiceAccount'].includes(kind))
    .map(({ kind, metadata }) => `${kind} ${metadata.name}`);

  expect(names).toEqual([
    'Deployment qwen',
    'InferencePool qwen',
    'Deployment qwen-epp',
    'Service qwen-epp',
    'ServiceAccount qwen-epp',
    'ConfigMap qwen-epp',
  ]);
});

test('without a list of names the base model and every adapter are logical models', () => {
  const chart = newChart();
  const model = servedModel(chart, { adapters: [{ name: 'support', source: 'acme/support' }] });

  expect([...model.models.keys()]).toEqual(['Qwen/Qwen3-0.6B', 'support']);
});

test('every part is reachable', () => {
  const chart = newChart();
  const model = servedModel(chart, { monitoring: {}, autoscaling: { maxReplicas: 2 } });
  override(model.server.resource, '/spec/minReadySeconds', 5);
  override(model.pool.resource, '/spec/endpointPickerRef/failureMode', 'FailClose');
  override(model.picker.service, '/spec/internalTrafficPolicy', 'Local');
  override(model.healthCheckPolicy!.resource, '/spec/default/unhealthyThreshold', 5);
  override(model.backendPolicy!.resource, '/spec/default/maxRatePerEndpoint', 10);
  override(model.models.get('Qwen/Qwen3-0.6B')!.objective!.resource, '/spec/priority', 3);
  override(model.autoscaler!.resource, '/spec/minReplicas', 2);
  const manifests = synth(chart);

  expect(manifests[0]!.spec.minReadySeconds).toBe(5);
  expect(only(manifests, 'GCPBackendPolicy').spec.default.maxRatePerEndpoint).toBe(10);
  expect(only(manifests, 'InferenceObjective').spec.priority).toBe(3);
  expect(model.serverMonitoring).toBeDefined();
  expect(model.pickerMonitoring).toBeDefined();
});

test.each<[ApiProfileLike, readonly string[]]>([
  ['v1', ['inference.networking.k8s.io/v1', 'inference.networking.x-k8s.io/v1alpha2']],
  [{ objectives: 'llm-d.ai' }, ['inference.networking.k8s.io/v1', 'llm-d.ai/v1alpha2']],
  ['v1alpha2', ['inference.networking.x-k8s.io/v1alpha2']],
])('profile %j changes every kind, reference, right and flag together', (profile, versions) => {
  const app = new App();
  setApiProfile(app, profile);
  const chart = newChart('inference', app);
  new InferenceGateway(chart, 'gateway').addRoute(servedModel(chart));
  const manifests = synth(chart);
  const own = manifests.filter(({ apiVersion }) => /^(inference\.|llm-d)/.test(apiVersion));
  const groups = new Set(versions.map((version) => version.split('/')[0]!));
  const mentioned = JSON.stringify(manifests).match(
    /inference\.networking\.(x-)?k8s\.io(?!\/(engine|config))|llm-d\.ai(?!\/engine)/g,
  )!;

  expect([...new Set(own.map(({ apiVersion }) => apiVersion))].sort()).toEqual([...versions].sort());
  // The configuration file of the picker has a version of its own.
  const elsewhere = new Set(mentioned.filter((group) => !groups.has(group)));
  expect([...elsewhere]).toEqual(groups.has('llm-d.ai') ? [] : ['llm-d.ai']);
});

test('problems of all parts are reported at once', () => {
  const chart = newChart();
  new ServedModel(chart, 'model', {
    ...SMALL_SERVER,
    gpuCount: 3,
    accelerator: Accelerator.NVIDIA_L4,
    models: [{ modelName: 'chat', targets: [{ name: 'missing' }] }],
  });

  expect(refusal(chart)).toMatchInlineSnapshot(`
   "[test/model/server] gpuCount 3 with NVIDIA L4
         why: no machine type of GKE has that many of them, or can be divided by it
         fix: use 1, 2, 4 or 8
     [test/model/picker] the bundled endpoint picker has no image
         why: it is built and pushed by each team; there is no public one
         fix: set image: 'REGION-docker.pkg.dev/PROJECT/REPOSITORY/endpoint-picker@sha256:...', or choose PickerFlavor.LLM_D_ROUTER
     [test/model/models/chat] target 'missing' of 'chat' is served by no model server of pool 'test-model-pool'
         why: its pods serve Qwen/Qwen3-0.6B, and answer 404 to other names
         fix: add it to the adapters of the model server, or name one that is served"
  `);
});

test('two models whose names differ only by what Kubernetes takes keep apart', () => {
  const chart = newChart();
  const adapters = [
    { name: 'a/b', source: 'acme/ab' },
    { name: 'a--b', source: 'acme/ab2' },
  ];
  const model = servedModel(chart, { adapters, picker: { image: PICKER_IMAGE } });

  expect(model.models.size).toBe(3);
  expect(refusal(chart)).toBeUndefined();
});
