import { App, Chart } from 'cdk8s';
import {
  EndpointPicker,
  InferenceModel,
  InferenceObjective,
  InferencePool,
  PickerFlavor,
  setApiProfile,
} from 'gke-inference-gateway';
import { newChart, only, refusal, synth } from '../support/manifests';
import { modelServer, PICKER_IMAGE, pool, servedModel } from '../support/stacks';

const ADAPTERS = [
  { name: 'code-v1', source: 'acme/code-v1' },
  { name: 'code-v2', source: 'acme/code-v2' },
];

function adapterPool(chart: Chart, ...rest: [Parameters<typeof pool>[1]?, Parameters<typeof pool>[2]?]): InferencePool {
  return pool(chart, { modelServer: modelServer(chart, { adapters: ADAPTERS }), ...rest[0] }, rest[1]);
}

test('a criticality becomes a priority, and the targets a rewrite', () => {
  const chart = newChart();
  new InferenceModel(chart, 'model', {
    pool: adapterPool(chart),
    modelName: 'code',
    criticality: 'Critical',
    targets: [
      { name: 'code-v1', weight: 90 },
      { name: 'code-v2', weight: 10 },
    ],
  });
  const manifests = synth(chart);
  const poolRef = { group: 'inference.networking.k8s.io', kind: 'InferencePool', name: 'test-pool' };

  expect(only(manifests, 'InferenceObjective').spec).toEqual({ priority: 10, poolRef });
  expect(only(manifests, 'InferenceModelRewrite').spec).toEqual({
    poolRef,
    rules: [
      {
        matches: [{ model: { type: 'Exact', value: 'code' } }],
        targets: [
          { modelRewrite: 'code-v1', weight: 90 },
          { modelRewrite: 'code-v2', weight: 10 },
        ],
      },
    ],
  });
});

test.each([
  ['Critical', 10],
  ['Standard', 0],
  ['Sheddable', -10],
] as const)('criticality %s is priority %i', (criticality, priority) => {
  const chart = newChart();
  new InferenceModel(chart, 'model', { pool: adapterPool(chart), modelName: 'code-v1', criticality });

  expect(only(synth(chart), 'InferenceObjective').spec.priority).toBe(priority);
});

test('in v1alpha2 both become one InferenceModel', () => {
  const chart = newChart();
  new InferenceModel(chart, 'model', {
    pool: adapterPool(chart, { apiProfile: 'v1alpha2' }),
    modelName: 'code',
    criticality: 'Sheddable',
    targets: [{ name: 'code-v1' }],
  });
  const manifests = synth(chart);

  expect(only(manifests, 'InferenceModel').spec).toEqual({
    modelName: 'code',
    criticality: 'Sheddable',
    poolRef: { group: 'inference.networking.x-k8s.io', kind: 'InferencePool', name: 'test-pool' },
    targetModels: [{ name: 'code-v1' }],
  });
  expect(manifests.map(({ kind }) => kind)).not.toContain('InferenceObjective');
});

test('the objects carry the name of the model, which clients send in the objective header', () => {
  const chart = newChart();
  new InferenceModel(chart, 'model', { pool: adapterPool(chart), modelName: 'code-v1' });

  expect(only(synth(chart), 'InferenceObjective').metadata.name).toBe('code-v1');
});

test('a model name that Kubernetes does not take is made valid, and told apart by a few digits', () => {
  const chart = newChart();
  new InferenceModel(chart, 'model', { pool: adapterPool(chart), modelName: 'Qwen/Qwen3-0.6B' });

  expect(only(synth(chart), 'InferenceObjective').metadata.name).toMatch(/^qwen-qwen3-0\.6b-[0-9a-f]{6}$/);
});

test('two pools of a namespace may serve the same base model', () => {
  const chart = newChart();
  servedModel(chart, {}, 'a');
  servedModel(chart, {}, 'b');

  expect(refusal(chart)).toBeUndefined();
});

describe('refusals', () => {
  test('a target that no model server serves', () => {
    const chart = newChart();
    new InferenceModel(chart, 'model', { pool: adapterPool(chart), modelName: 'code', targets: [{ name: 'code-v3' }] });

    expect(refusal(chart)).toMatchInlineSnapshot(`
     "[test/model] target 'code-v3' of 'code' is served by no model server of pool 'test-pool'
           why: its pods serve Qwen/Qwen3-0.6B, code-v1 and code-v2, and answer 404 to other names
           fix: add it to the adapters of the model server, or name one that is served"
    `);
  });

  test('a name that is served by nothing and has no targets', () => {
    const chart = newChart();
    new InferenceModel(chart, 'model', { pool: adapterPool(chart), modelName: 'chat' });

    expect(refusal(chart)).toContain("target 'chat' of 'chat' is served by no model server of pool 'test-pool'");
  });

  test('an empty list of targets', () => {
    const chart = newChart();
    new InferenceModel(chart, 'model', { pool: adapterPool(chart), modelName: 'code-v1', targets: [] });

    expect(refusal(chart)).toMatchInlineSnapshot(`
     "[test/model] targets of 'code-v1' is empty
           why: requests would have nowhere to go
           fix: leave it out to serve the model of the same name, or name a target"
    `);
  });

  test('weights on some targets only', () => {
    const chart = newChart();
    new InferenceModel(chart, 'model', {
      pool: adapterPool(chart),
      modelName: 'code',
      targets: [{ name: 'code-v1', weight: 90 }, { name: 'code-v2' }],
    });

    expect(refusal(chart)).toMatchInlineSnapshot(`
     "[test/model] target 'code-v2' without a weight beside others with one
           why: a target without a weight gets no traffic once another has a weight
           fix: give every one of them a weight, or none"
    `);
  });

  test('a weight out of range', () => {
    const chart = newChart();
    new InferenceModel(chart, 'model', {
      pool: adapterPool(chart),
      modelName: 'code',
      targets: [
        { name: 'code-v1', weight: 0 },
        { name: 'code-v2', weight: 1 },
      ],
    });

    expect(refusal(chart)).toMatchInlineSnapshot(`
     "[test/model] target 'code-v1' has weight 0
           why: a weight is a whole number from 1 to 1000000
           fix: leave the target out to give it no traffic"
    `);
  });

  test('a model name that the pool has already', () => {
    const chart = newChart();
    const target = adapterPool(chart);
    new InferenceModel(chart, 'first', { pool: target, modelName: 'code-v1' });
    new InferenceModel(chart, 'second', { pool: target, modelName: 'code-v1', name: 'other' });

    expect(refusal(chart)).toMatchInlineSnapshot(`
     "[test/second] modelName 'code-v1' is in pool 'test-pool' twice
           why: test/first has it already, and the picker would follow just one of them
           fix: give one of them another name, or make it a target of the other"
    `);
  });

  test('a target twice', () => {
    const chart = newChart();
    const targets = [{ name: 'code-v1' }, { name: 'code-v1' }];
    new InferenceModel(chart, 'model', { pool: adapterPool(chart), modelName: 'code', targets });

    expect(refusal(chart)).toMatchSnapshot();
  });

  test('more targets than v1alpha2 takes', () => {
    const chart = newChart();
    const adapters = Array.from({ length: 11 }, (_, i) => ({ name: `a${i}`, source: `acme/a${i}` }));
    const member = modelServer(chart, { adapters });
    const target = pool(chart, { modelServer: member, apiProfile: 'v1alpha2' });
    const targets = adapters.map(({ name }) => ({ name }));
    new InferenceModel(chart, 'model', { pool: target, modelName: 'code', targets });

    expect(refusal(chart)).toMatchSnapshot();
  });

  test('an objective for a pool whose API has none', () => {
    const chart = newChart();
    const target = adapterPool(chart, { apiProfile: 'v1alpha2' });
    const group = 'inference.networking.x-k8s.io';
    new InferenceObjective(chart, 'objective', { pool: target, priority: 1, group });

    expect(refusal(chart)).toMatchSnapshot();
  });

  test('a number for the priority in v1alpha2', () => {
    const chart = newChart();
    const target = adapterPool(chart, { apiProfile: 'v1alpha2' });
    new InferenceModel(chart, 'model', { pool: target, modelName: 'code-v1', priority: 5 });

    expect(refusal(chart)).toMatchInlineSnapshot(`
     "[test/model] priority 5 of 'code-v1' in API profile v1alpha2
           why: the old InferenceModel has a criticality only
           fix: set criticality: 'Critical', 'Standard' or 'Sheddable'"
    `);
  });

  test('a priority that is not a whole number', () => {
    const chart = newChart();
    new InferenceModel(chart, 'model', { pool: adapterPool(chart), modelName: 'code-v1', priority: 0.5 });

    expect(refusal(chart)).toMatchInlineSnapshot(`
     "[test/model] priority 0.5 is not a 32-bit whole number
           why: InferenceObjective carries it as an int32
           fix: use a whole number; below zero means sheddable"
    `);
  });

  test('a model name over the limit', () => {
    const chart = newChart();
    const modelName = 'm'.repeat(257);
    new InferenceModel(chart, 'model', { pool: adapterPool(chart), modelName, targets: [{ name: 'code-v1' }] });

    expect(refusal(chart)).toMatchInlineSnapshot(`
     "[test/model] modelName 'mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm...' has 257 characters
           why: model names are limited to 256
           fix: shorten it to 256"
    `);
  });

  test('objectives that were made before a picker that reads another group', () => {
    const chart = newChart();
    const target = new InferencePool(chart, 'pool', { modelServer: modelServer(chart) });
    new InferenceModel(chart, 'model', { pool: target, modelName: 'Qwen/Qwen3-0.6B' });
    new EndpointPicker(chart, 'picker', { pool: target, flavor: PickerFlavor.LLM_D_ROUTER });

    expect(refusal(chart)).toMatchInlineSnapshot(`
     "[test/model] the objective of 'Qwen/Qwen3-0.6B' is in group inference.networking.x-k8s.io
           why: the picker of pool 'test-pool' reads llm-d.ai and would silently ignore it
           fix: make the EndpointPicker before the InferenceModel, or set the group in the API profile"
    `);
  });

  test('objectives in both groups, as a cluster silently ignores the older ones', () => {
    const app = new App();
    const [a, b] = ['a', 'b'].map((id) => new Chart(app, id, { namespace: id, disableResourceNameHashes: true }));
    new InferenceModel(a!, 'model', { pool: adapterPool(a!), modelName: 'code-v1' });
    new InferenceModel(b!, 'model', {
      pool: adapterPool(b!, {}, { flavor: PickerFlavor.LLM_D_ROUTER }),
      modelName: 'code-v1',
    });

    expect(refusal(app)).toMatchInlineSnapshot(`
     "[a/model/objective] this object is in group inference.networking.x-k8s.io, and b/model/objective/Default is in llm-d.ai
           why: a cluster with both silently ignores those in inference.networking.x-k8s.io
           fix: set one group for the whole app: setApiProfile(app, { objectives: 'llm-d.ai' })
       [a/model/rewrite] this object is in group inference.networking.x-k8s.io, and b/model/objective/Default is in llm-d.ai
           why: a cluster with both silently ignores those in inference.networking.x-k8s.io
           fix: set one group for the whole app: setApiProfile(app, { objectives: 'llm-d.ai' })"
    `);
  });

  test('one group for the whole app mends that', () => {
    const app = new App();
    setApiProfile(app, { objectives: 'llm-d.ai' });
    const [a, b] = ['a', 'b'].map((id) => new Chart(app, id, { namespace: id, disableResourceNameHashes: true }));
    new InferenceModel(a!, 'model', { pool: adapterPool(a!), modelName: 'code-v1' });
    new InferenceModel(b!, 'model', {
      pool: adapterPool(b!, {}, { flavor: PickerFlavor.LLM_D_ROUTER, image: PICKER_IMAGE }),
      modelName: 'code-v1',
    });

    expect(refusal(app)).toBeUndefined();
  });
});
