import {
  EndpointPicker,
  existingPods,
  GCPBackendPolicy,
  InferencePool,
  ModelServer,
  override,
  setApiProfile,
  setCluster,
} from 'gke-inference-gateway';
import { App, Chart } from 'cdk8s';
import { newChart, only, refusal, synth } from '../support/manifests';
import { modelServer, PICKER_IMAGE, pool, SMALL_SERVER } from '../support/stacks';

test('the selector and the port are those of the pods', () => {
  const chart = newChart();
  pool(chart, { modelServer: modelServer(chart, { port: 9000 }) });
  const manifests = synth(chart);
  const server = manifests.find(({ metadata }) => metadata.name === 'test-server')!;
  const { spec } = only(manifests, 'InferencePool');

  expect(spec.selector).toEqual(server.spec.selector);
  expect(server.spec.template.metadata.labels).toMatchObject(spec.selector.matchLabels);
  expect(spec.targetPorts).toEqual([{ number: server.spec.template.spec.containers[0].ports[0].containerPort }]);
});

test('the pool refers to the Service and the port of its picker', () => {
  const chart = newChart();
  pool(chart);
  const manifests = synth(chart);
  const service = only(manifests, 'Service');
  const { endpointPickerRef } = only(manifests, 'InferencePool').spec;

  expect(endpointPickerRef).toEqual({
    group: '',
    kind: 'Service',
    name: service.metadata.name,
    port: { number: 9002 },
    failureMode: 'FailOpen',
  });
  expect(service.spec.ports).toContainEqual(expect.objectContaining({ port: 9002 }));
});

test('in v1alpha2 the selector is flat and the reference an extension', () => {
  const app = new App();
  setApiProfile(app, 'v1alpha2');
  const chart = newChart('inference', app);
  pool(chart, { failureMode: 'FailClose' });
  const document = only(synth(chart), 'InferencePool');

  expect(document.apiVersion).toBe('inference.networking.x-k8s.io/v1alpha2');
  expect(document.spec).toEqual({
    selector: { 'app.kubernetes.io/component': 'model-server', 'app.kubernetes.io/instance': 'test-server' },
    targetPortNumber: 8000,
    extensionRef: {
      group: '',
      kind: 'Service',
      name: 'test-picker-service',
      portNumber: 9002,
      failureMode: 'FailClose',
    },
  });
});

test('a profile can be set for one construct', () => {
  const chart = newChart();
  pool(chart, { apiProfile: 'v1alpha2' });

  expect(only(synth(chart), 'InferencePool').apiVersion).toBe('inference.networking.x-k8s.io/v1alpha2');
});

test('pods from outside the program may join', () => {
  const chart = newChart();
  pool(chart, { modelServer: existingPods({ selectorLabels: { app: 'legacy' }, targetPorts: [8000, 8001] }) });

  expect(only(synth(chart), 'InferencePool').spec).toMatchObject({
    selector: { matchLabels: { app: 'legacy' } },
    targetPorts: [{ number: 8000 }, { number: 8001 }],
  });
});

describe('refusals', () => {
  test('no endpoint picker', () => {
    const chart = newChart();
    pool(chart, {}, false);

    expect(refusal(chart)).toMatchInlineSnapshot(`
     "[test/pool] pool 'test-pool' has no endpoint picker
           why: the gateway asks one for every request and refuses a pool without it
           fix: make one: new EndpointPicker(this, 'picker', { pool })"
    `);
  });

  test('two endpoint pickers', () => {
    const chart = newChart();
    const target = pool(chart);
    new EndpointPicker(chart, 'second', { pool: target, image: PICKER_IMAGE });

    expect(refusal(chart)).toMatchInlineSnapshot(`
     "[test/pool] pool 'test-pool' has 2 endpoint pickers: test/picker, test/second
           why: a pool refers to one Service
           fix: keep one, and raise its replicas if it must bear more load"
    `);
  });

  test('a selector that matches no pod, here because an override changed the labels', () => {
    const chart = newChart();
    const server = modelServer(chart);
    pool(chart, { modelServer: server });
    override(server.resource, '/spec/template/metadata/labels/app.kubernetes.io~1instance', 'other');

    expect(refusal(chart)).toMatchInlineSnapshot(`
     "[test/pool] the selector of pool 'test-pool' matches no pod
           why: no workload in namespace 'inference' has pods with app.kubernetes.io/component=model-server, app.kubernetes.io/instance=test-server
           fix: make the model server in the namespace of the pool, and leave its labels as they are"
    `);
  });

  test('a port that is no port of the pods', () => {
    const chart = newChart();
    const server = modelServer(chart);
    pool(chart, { modelServer: server });
    override(server.resource, '/spec/template/spec/containers/0/ports/0/containerPort', 9000);

    expect(refusal(chart)).toMatchInlineSnapshot(`
     "[test/pool] target port 8000 of pool 'test-pool' is no port of its pods
           why: the pods of test/server/Default listen on 9000
           fix: set the port on the model server; the pool follows it"
    `);
  });

  test('pods of another namespace', () => {
    const app = new App();
    const chart = newChart('inference', app);
    const elsewhere = new Chart(app, 'elsewhere', { namespace: 'other' });
    pool(chart, { modelServer: new ModelServer(elsewhere, 'server', SMALL_SERVER) });

    expect(refusal(chart)).toContain("the selector of pool 'test-pool' matches no pod");
  });

  test('several ports in v1alpha2', () => {
    const chart = newChart();
    const member = existingPods({ selectorLabels: { app: 'legacy' }, targetPorts: [8000, 8001] });
    pool(chart, { modelServer: member, apiProfile: 'v1alpha2' });

    expect(refusal(chart)).toMatchInlineSnapshot(`
     "[test/pool] pool 'test-pool' has target ports 8000, 8001
           why: InferencePool v1alpha2 takes 1
           fix: keep one port, or use API profile v1"
    `);
  });

  test.each<[string, string, unknown]>([
    ['a selector of its own that matches nothing', '/spec/selector/matchLabels/app.kubernetes.io~1instance', 'other'],
    ['a port of its own that is none of the pods', '/spec/targetPorts/0/number', 9999],
    ['a Service that is not its picker', '/spec/endpointPickerRef/name', 'nope'],
    ['a failure mode that does not exist', '/spec/endpointPickerRef/failureMode', 'FailClosed'],
  ])('%s, set by an override', (_case, path, value) => {
    const chart = newChart();
    override(pool(chart).resource, path, value as string);

    expect(refusal(chart)).toMatchSnapshot();
  });

  test('pods without a label and ports that do not exist', () => {
    const chart = newChart();
    pool(chart, { modelServer: existingPods({ selectorLabels: {}, targetPorts: [0, -1] }) });

    expect(refusal(chart)).toMatchSnapshot();
  });

  test('objectives in an API that has none', () => {
    const chart = newChart();
    pool(chart, { apiProfile: { pool: 'v1alpha2', objectives: 'inference.networking.x-k8s.io' } });

    expect(refusal(chart)).toMatchSnapshot();
  });

  test('an API that no cluster speaks', () => {
    const chart = newChart();
    pool(chart, { apiProfile: 'v1beta1' as 'v1' });

    expect(refusal(chart)).toMatchSnapshot();
  });

  test('two policies of a kind', () => {
    const chart = newChart();
    new GCPBackendPolicy(chart, 'second', { pool: pool(chart) });

    expect(refusal(chart)).toMatchInlineSnapshot(`
     "[test/pool] pool 'test-pool' has 2 policies of kind GCPBackendPolicy: test/backend-policy, test/second
           why: GKE applies one of them and ignores the others
           fix: put all settings into one"
    `);
  });

  test('a name that another pool has', () => {
    const chart = newChart();
    const server = modelServer(chart);
    const first = new InferencePool(chart, 'a', { modelServer: server, name: 'qwen' });
    const second = new InferencePool(chart, 'b', { modelServer: server, name: 'qwen' });
    for (const [i, target] of [first, second].entries()) {
      new EndpointPicker(chart, `picker-${i}`, { pool: target, image: PICKER_IMAGE });
    }

    expect(refusal(chart)).toMatchInlineSnapshot(`
     "[test/b] name 'qwen' of its InferencePool is taken by test/a/Default
           why: the second object would overwrite the first in the cluster
           fix: give one of them another name, or put them into different namespaces"
    `);
  });

  test('a name that Kubernetes does not take', () => {
    const chart = newChart();
    pool(chart, { name: 'Qwen 3' });

    expect(refusal(chart)).toMatchInlineSnapshot(`
     "[test/pool] name of its InferencePool 'Qwen 3' is not a valid name
           why: Kubernetes allows lower-case letters, digits and -, and a letter or digit at both ends
           fix: use 'qwen-3'"
    `);
  });
});

test('a profile cannot be set once there are children, as they were made without it', () => {
  const chart = newChart();
  modelServer(chart);

  expect(() => {
    setApiProfile(chart, 'v1alpha2');
  }).toThrow("setApiProfile: 'test' has children already; call it before the first of them is made");
});

test('a profile of a chart adds to that of the app', () => {
  const app = new App();
  setApiProfile(app, { objectives: 'llm-d.ai' });
  const chart = new Chart(app, 'test', { namespace: 'inference' });
  setApiProfile(chart, { pool: 'v1' });

  expect(pool(chart).profile).toEqual({ pool: 'v1', objectives: 'llm-d.ai' });
});

test('an unknown profile is refused at once', () => {
  expect(() => {
    setApiProfile(new App(), 'v1beta1' as 'v1');
  }).toThrow(
    "setApiProfile: API profile 'v1beta1'\n      why: no cluster speaks that API\n      fix: use v1 or v1alpha2",
  );
});

test('an app may hold the manifests of several clusters', () => {
  const app = new App();
  for (const cluster of ['dev', 'prod']) {
    const chart = new Chart(app, cluster, { namespace: 'inference', disableResourceNameHashes: true });
    setCluster(chart, cluster);
    pool(chart, { name: 'qwen' });
  }

  expect(refusal(app)).toBeUndefined();
});

test('a cluster cannot be named once there are children', () => {
  const chart = newChart();
  modelServer(chart);

  expect(() => {
    setCluster(chart, 'prod');
  }).toThrow("setCluster: 'test' has children already; call it before the first of them is made");
});
