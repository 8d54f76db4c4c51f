import { GatewayClass } from '../../lib/core/gateway-class';

// gke.md 1 "Classes", from GKE's documentation, conformance reports and the refusal that a global gateway gives.
const CLASSES = [
  ['REGIONAL_EXTERNAL', 'gke-l7-regional-external-managed', 'gke', true, 'regional', true],
  ['REGIONAL_INTERNAL', 'gke-l7-rilb', 'gke', true, 'regional', false],
  ['GLOBAL_EXTERNAL', 'gke-l7-global-external-managed', 'gke', false, 'global', true],
  ['CLASSIC_EXTERNAL', 'gke-l7-gxlb', 'gke', false, 'global', true],
  [
    'CROSS_REGIONAL_INTERNAL_MULTI_CLUSTER',
    'gke-l7-cross-regional-internal-managed-mc',
    'gke',
    false,
    'cross-regional',
    false,
  ],
  ['ISTIO', 'istio', 'istio', true, 'in-cluster', true],
] as const;

test.each(CLASSES)('%s is the class %s of %s (serves pools: %p, %s, external: %p)', (...row) => {
  const [key, name, platform, servesInferencePools, scope, external] = row;

  expect(GatewayClass[key]).toMatchObject({ name, platform, servesInferencePools, scope, external });
});

test('the catalogue has the classes of the table and no others', () => {
  expect(GatewayClass.all.map(({ name }) => name)).toEqual(CLASSES.map(([, name]) => name));
});

// GKE's Gateway API conformance report: HTTPRouteRequestTimeout and HTTPRouteBackendTimeout are unsupported.
test('no class of GKE honours the timeouts of a route', () => {
  const honouring = GatewayClass.all.filter((facts) => facts.honoursRouteTimeouts);

  expect(honouring).toEqual([GatewayClass.ISTIO]);
});

test('a class that is not listed can be described', () => {
  const facts = {
    name: 'acme',
    platform: 'acme',
    servesInferencePools: true,
    honoursRouteTimeouts: true,
    scope: 'in-cluster',
    external: false,
  } as const;

  expect(GatewayClass.custom(facts)).toEqual(facts);
});

test('a custom class does not change with the facts that it was made from', () => {
  const facts = { ...GatewayClass.ISTIO, name: 'acme' };
  const custom = GatewayClass.custom(facts);

  Object.assign(facts, { name: 'changed' });

  expect([custom.name, Object.isFrozen(custom)]).toEqual(['acme', true]);
});

test('classes of the catalogue cannot be changed', () => {
  expect(GatewayClass.all.every((facts) => Object.isFrozen(facts))).toBe(true);
  expect([Object.isFrozen(GatewayClass), Object.isFrozen(GatewayClass.all)]).toEqual([true, true]);
});
