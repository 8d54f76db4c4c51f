import { releaseOrder } from '../../lib/deploy/release-order';
import { type PlannedObject } from '../../lib/deploy/release-plan';
import { manifest, planned } from './objects';

function order(...objects: readonly PlannedObject[]): Record<string, readonly string[]> {
  return Object.fromEntries(releaseOrder(objects).map(({ object, after }) => [object.path, [...after].sort()]));
}

const deployment = (path: string, dependsOn?: readonly string[]): PlannedObject =>
  planned(path, manifest('apps/v1/Deployment'), dependsOn);

describe('releaseOrder', () => {
  it('applies the foundation, then configuration, then bindings and tokens, then the rest at once', () => {
    const result = order(
      planned('gateway', manifest('gateway.networking.k8s.io/v1/Gateway')),
      deployment('server'),
      planned('config', manifest('v1/ConfigMap')),
      planned('binding', manifest('rbac.authorization.k8s.io/v1/RoleBinding')),
      planned('token', manifest('v1/Secret')),
      planned('role', manifest('rbac.authorization.k8s.io/v1/Role')),
      planned('namespace', manifest('v1/Namespace')),
      planned('crd', manifest('apiextensions.k8s.io/v1/CustomResourceDefinition')),
    );

    expect(result).toEqual({
      namespace: [],
      crd: [],
      config: ['crd', 'namespace'],
      role: ['crd', 'namespace'],
      binding: ['config', 'role'],
      token: ['config', 'role'],
      gateway: ['binding', 'token'],
      server: ['binding', 'token'],
    });
  });

  it('skips tiers that are empty', () => {
    expect(order(deployment('server'), planned('namespace', manifest('v1/Namespace')))).toEqual({
      namespace: [],
      server: ['namespace'],
    });
  });

  it('follows the dependencies of the charts within a tier', () => {
    const result = releaseOrder([deployment('a', ['b']), deployment('b', ['c']), deployment('c')]);

    expect(result.map(({ object, after }) => [object.path, after])).toEqual([
      ['c', []],
      ['b', ['c']],
      ['a', ['b']],
    ]);
  });

  it('lets a chart put configuration after a workload', () => {
    const config = planned('config', manifest('v1/ConfigMap'), ['server']);

    expect(order(config, deployment('server'), planned('account', manifest('v1/ServiceAccount')))).toEqual({
      account: [],
      server: ['account'],
      config: ['account', 'server'],
    });
  });

  it('names each object after everything that it waits for', () => {
    const objects = [
      deployment('a', ['c']),
      planned('c', manifest('v1/Secret'), ['d']),
      deployment('d'),
      deployment('e'),
    ];
    const seen = new Set<string>();

    for (const { object, after } of releaseOrder(objects)) {
      expect([...seen]).toEqual(expect.arrayContaining([...after]));
      seen.add(object.path);
    }
    expect(seen.size).toBe(objects.length);
  });
});
