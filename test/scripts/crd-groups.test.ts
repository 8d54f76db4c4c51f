import { type CustomResourceDefinition, groupsOf } from '../../scripts/crd-groups';

function definition(
  kind: string,
  group: string,
  versions: readonly string[],
  schema?: object,
): CustomResourceDefinition {
  return {
    kind: 'CustomResourceDefinition',
    spec: { group, names: { kind }, versions: versions.map((name) => ({ name, schema })) },
  };
}

test('joins the definitions of a group, in the order of their kinds', () => {
  const groups = groupsOf([
    definition('HTTPRoute', 'gateway.networking.k8s.io', ['v1']),
    definition('InferencePool', 'inference.networking.k8s.io', ['v1']),
    definition('Gateway', 'gateway.networking.k8s.io', ['v1']),
  ]);

  expect([...groups].map(([group, members]) => [group, members.map(({ spec }) => spec.names.kind)])).toEqual([
    ['gateway.networking.k8s.io', ['Gateway', 'HTTPRoute']],
    ['inference.networking.k8s.io', ['InferencePool']],
  ]);
});

test.each([
  ['Gateway', ['v1beta1', 'v1'], ['v1']],
  ['DestinationRule', ['v1alpha3', 'v1', 'v1beta1'], ['v1']],
  ['ScaledObject', ['v1alpha1', 'v1beta2', 'v1beta1'], ['v1beta2']],
  ['ReferenceGrant', ['v1', 'v1beta1', 'v1alpha2'], ['v1', 'v1beta1']],
])('of %s with versions %j it keeps %j', (kind, versions, kept) => {
  const [members] = groupsOf([definition(kind, 'g', versions)]).values();

  expect(members![0]!.spec.versions.map(({ name }) => name)).toEqual(kept);
});

test('takes a kind that two sources bring from the later one', () => {
  const [members] = groupsOf([definition('Gateway', 'g', ['v1beta1']), definition('Gateway', 'g', ['v1'])]).values();

  expect(members!.map(({ spec }) => spec.versions[0]!.name)).toEqual(['v1']);
});

test('leaves out kinds that the library does not use', () => {
  expect(groupsOf([definition('VirtualService', 'networking.istio.io', ['v1'])]).size).toBe(0);
});

test('leaves embedded pod templates untyped', () => {
  const schema = {
    properties: { leaderTemplate: { properties: { spec: { type: 'object' } } }, size: { type: 'integer' } },
  };
  const [members] = groupsOf([definition('LeaderWorkerSet', 'g', ['v1'], schema)]).values();

  expect(members![0]!.spec.versions[0]!.schema).toEqual({
    properties: {
      leaderTemplate: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
      size: { type: 'integer' },
    },
  });
});
