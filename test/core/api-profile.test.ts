import {
  apiProfile,
  checkApiProfile,
  GATEWAY_API_GROUP,
  INFERENCE_POOL_KIND,
  POOL_APIS,
} from '../../lib/core/api-profile';

// gke.md 1 and the CustomResourceDefinitions of each version: targetPorts has 1 to 8 items, targetPortNumber is one.
test('v1 is in the group of Kubernetes, bundled with GKE, with up to eight ports', () => {
  expect(POOL_APIS.v1).toEqual({
    group: 'inference.networking.k8s.io',
    apiVersion: 'inference.networking.k8s.io/v1',
    bundledSinceGke: '1.34.0-gke.1626000',
    maxTargetPorts: 8,
  });
});

test('v1alpha2 is in the experimental group, installed by the user, with one port', () => {
  expect(POOL_APIS.v1alpha2).toEqual({
    group: 'inference.networking.x-k8s.io',
    apiVersion: 'inference.networking.x-k8s.io/v1alpha2',
    bundledSinceGke: undefined,
    maxTargetPorts: 1,
  });
});

test('what follows from an API cannot be changed', () => {
  expect([POOL_APIS, POOL_APIS.v1, POOL_APIS.v1alpha2].every((value) => Object.isFrozen(value))).toBe(true);
});

test('routes and policies refer to pools and gateways by their names', () => {
  expect([INFERENCE_POOL_KIND, GATEWAY_API_GROUP]).toEqual(['InferencePool', 'gateway.networking.k8s.io']);
});

test.each(['v1', 'v1alpha2'] as const)('%s for short is a profile that says nothing else', (pool) => {
  expect(apiProfile(pool)).toEqual({ pool });
});

test('a profile in full stays as it is', () => {
  expect(apiProfile({ pool: 'v1', objectives: 'llm-d.ai' })).toEqual({ pool: 'v1', objectives: 'llm-d.ai' });
});

test('an empty profile leaves every choice to the defaults', () => {
  expect(apiProfile({})).toEqual({});
});

test.each(['v1', 'v1alpha2', {}, { pool: 'v1' }, { objectives: 'llm-d.ai' }] as const)(
  'accepts the profile %j',
  (profile) => {
    expect(checkApiProfile(profile)).toBeUndefined();
  },
);

test('rejects an API that a program without types made up', () => {
  expect(checkApiProfile('v2' as 'v1')).toEqual({
    what: "API profile 'v2'",
    why: 'no cluster speaks that API',
    fix: 'use v1 or v1alpha2',
  });
});

test.each(['toString', '__proto__'])('does not take %s for an API', (pool) => {
  expect(checkApiProfile(pool as 'v1')?.what).toBe(`API profile '${pool}'`);
});

test('rejects a group of objectives that no picker reads', () => {
  expect(checkApiProfile({ objectives: 'acme.example' as 'llm-d.ai' })).toEqual({
    what: "objectives in 'acme.example'",
    why: 'no endpoint picker reads that group',
    fix: 'use inference.networking.x-k8s.io or llm-d.ai',
  });
});
