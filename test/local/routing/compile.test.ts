import type { LocalGateway, LocalMatch, LocalRule } from '../../../lib/local/manifests/topology';
import { intersection, virtualHosts } from '../../../lib/local/routing/compile';
import type { RouteMatch } from '../../../lib/local/routing/types';

const path = (kind: 'exact' | 'prefix' | 'regex', value: string): LocalMatch => ({
  path: { kind, value },
  method: undefined,
  headers: [],
  queryParams: [],
});

const backend = { kind: 'InferencePool', namespace: 'ns', name: 'pool', weight: 1 } as const;

function rule(...matches: readonly LocalMatch[]): LocalRule {
  return { matches, backends: [backend], setHeaders: [], redirect: undefined };
}

const listener = { name: 'http', port: 80, protocol: 'HTTP', hostname: undefined };

function gateway(rules: readonly LocalRule[], hostnames: readonly string[] = []): LocalGateway {
  const route = { name: 'route', namespace: 'ns', listeners: ['http'], hostnames, rules };
  return { name: 'gateway', namespace: 'ns', listeners: [listener], routes: [route] };
}

const paths = (gw: LocalGateway): readonly RouteMatch['path'][] =>
  virtualHosts(gw, listener)[0]!.routes.map(({ match }) => match.path);

test('a rule without matches matches everything', () => {
  expect(paths(gateway([rule()]))).toEqual([{ kind: 'prefix', value: '/' }]);
});

test('exact paths come before longer prefixes, and these before shorter ones', () => {
  const rules = [
    rule(path('prefix', '/')),
    rule(path('prefix', '/v1/chat'), path('exact', '/v1'), path('prefix', '/v1')),
  ];

  expect(paths(gateway(rules)).map(({ kind, value }) => `${kind} ${value}`)).toEqual([
    'exact /v1',
    'prefix /v1/chat',
    'prefix /v1',
    'prefix /',
  ]);
});

test('of equal paths the one with a method, then the one with more headers, comes first', () => {
  const header = { name: 'x', kind: 'exact', value: '1' } as const;
  const plain = path('prefix', '/');
  const rules = [rule(plain), rule({ ...plain, headers: [header] }), rule({ ...plain, method: 'POST' })];

  const matches = virtualHosts(gateway(rules), listener)[0]!.routes.map(({ match }) => match);
  expect(matches.map(({ method, headers }) => [method, headers?.length])).toEqual([
    ['POST', 0],
    [undefined, 1],
    [undefined, 0],
  ]);
});

test('rules of equal rank stay in the order of the manifests', () => {
  const named = (name: string): LocalRule => ({ ...rule(), backends: [{ ...backend, name }] });

  const [host] = virtualHosts(gateway([named('first'), named('second')]), listener);
  expect(host!.routes.map(({ targets }) => targets[0]!.name)).toEqual(['pool/ns/first', 'pool/ns/second']);
});

test('routes of one hostname share a virtual host', () => {
  const shared = gateway([rule()], ['a.example.com']);
  const both = {
    ...shared,
    routes: [...shared.routes, { ...shared.routes[0]!, hostnames: ['a.example.com', 'b.example.com'] }],
  };

  expect(virtualHosts(both, listener).map(({ name, routes }) => [name, routes.length])).toEqual([
    ['a.example.com', 2],
    ['b.example.com', 1],
  ]);
});

test('a route is not on a listener that it does not name, nor on one of another hostname', () => {
  const gw = gateway([rule()], ['a.example.com']);

  expect(virtualHosts(gw, { ...listener, name: 'other' })).toEqual([]);
  expect(virtualHosts(gw, { ...listener, hostname: '*.example.org' })).toEqual([]);
});

test.each([
  ['*', 'a.example.com', 'a.example.com'],
  ['*.example.com', 'a.example.com', 'a.example.com'],
  ['*.example.com', '*.b.example.com', '*.b.example.com'],
  ['*.example.com', 'example.com', undefined],
  ['a.example.com', 'b.example.com', undefined],
])('%s and %s have %s in common', (a, b, common) => {
  expect([intersection(a, b), intersection(b, a)]).toEqual([common, common]);
});
