import { readInferenceModel } from '../../../../lib/picker/pool/objects/inference-model';
import { readInferenceModelRewrite } from '../../../../lib/picker/pool/objects/inference-model-rewrite';
import { readInferenceObjective } from '../../../../lib/picker/pool/objects/inference-objective';
import { refersTo } from '../../../../lib/picker/pool/objects/pool-ref';

const META = { name: 'x', creationTimestamp: '2026-01-01T00:00:00Z' };
const REF = { name: 'pool' };
const V1 = 'inference.networking.k8s.io';
const V1ALPHA2 = 'inference.networking.x-k8s.io';

test('an objective is read', () => {
  expect(readInferenceObjective({ metadata: META, spec: { priority: -5, poolRef: REF } })).toEqual({
    name: 'x',
    pool: { group: V1, kind: 'InferencePool', name: 'pool' },
    priority: -5,
  });
});

test.each([undefined, null])('an objective whose priority is %s has priority 0', (priority) => {
  expect(readInferenceObjective({ metadata: META, spec: { priority, poolRef: REF } })).toMatchObject({ priority: 0 });
});

test('an objective with a priority that is no int32 is a problem', () => {
  expect(readInferenceObjective({ metadata: META, spec: { priority: 2 ** 31, poolRef: REF } })).toEqual({
    what: 'spec.priority is 2147483648',
    why: 'it is out of range',
    fix: 'use a whole number from -2147483648 to 2147483647',
  });
});

test('an objective without a pool is a problem', () => {
  expect(readInferenceObjective({ metadata: META, spec: {} })).toMatchObject({
    what: 'spec.poolRef.name is not given',
  });
});

test('a rewrite is read', () => {
  const rules = [
    {
      matches: [{ model: { type: 'Exact', value: 'gpt' } }, { model: { value: 'gpt-2' } }],
      targets: [
        { modelRewrite: 'llama', weight: 9 },
        { modelRewrite: 'qwen', weight: 1 },
      ],
    },
    { targets: [{ modelRewrite: 'any' }] },
    { matches: [{ model: { value: 'off' } }] },
  ];

  expect(readInferenceModelRewrite({ metadata: META, spec: { poolRef: REF, rules } })).toEqual({
    name: 'x',
    pool: { group: V1, kind: 'InferencePool', name: 'pool' },
    createdAt: 1767225600000,
    rules: [
      {
        models: ['gpt', 'gpt-2'],
        targets: [
          { model: 'llama', weight: 9 },
          { model: 'qwen', weight: 1 },
        ],
      },
      { models: [], targets: [{ model: 'any', weight: undefined }] },
      { models: ['off'], targets: [] },
    ],
  });
});

test.each([
  [{ matches: [{ model: { type: 'Prefix', value: 'g' } }] }, 'spec.rules[0].matches[0].model.type is "Prefix"'],
  [{ matches: [{ model: {} }] }, 'spec.rules[0].matches[0].model.value is not given'],
  [{ targets: [{ modelRewrite: 'm', weight: 0 }] }, 'spec.rules[0].targets[0].weight is 0'],
  [{ targets: [{}] }, 'spec.rules[0].targets[0].modelRewrite is not given'],
])('a rewrite with the rule %j is a problem', (rule, what) => {
  expect(readInferenceModelRewrite({ metadata: META, spec: { poolRef: REF, rules: [rule] } })).toMatchObject({ what });
});

test('a model of the old API is read', () => {
  const spec = {
    modelName: 'chat',
    criticality: 'Sheddable',
    poolRef: REF,
    targetModels: [
      { name: 'chat-v1', weight: 3 },
      { name: 'chat-v2', weight: 1 },
    ],
  };

  expect(readInferenceModel({ metadata: META, spec })).toEqual({
    name: 'x',
    createdAt: 1767225600000,
    pool: { group: V1ALPHA2, kind: 'InferencePool', name: 'pool' },
    modelName: 'chat',
    criticality: 'Sheddable',
    targets: [
      { model: 'chat-v1', weight: 3 },
      { model: 'chat-v2', weight: 1 },
    ],
  });
});

test('a model of the old API without criticality is a standard one', () => {
  expect(readInferenceModel({ metadata: META, spec: { modelName: 'chat', poolRef: REF } })).toMatchObject({
    criticality: 'Standard',
    targets: [],
  });
});

test.each([
  ['the pool itself', {}, true],
  ['another name', { name: 'other' }, false],
  ['another group', { group: V1ALPHA2 }, false],
  ['another kind', { kind: 'Service' }, false],
])('an object refers to a pool when its reference has %s', (_, given, expected) => {
  const ref = { group: V1, kind: 'InferencePool', name: 'pool', ...given };

  expect(refersTo(ref, { group: V1, name: 'pool' })).toBe(expected);
});
