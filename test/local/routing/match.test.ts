import { chooseTarget, findRoute, type RoutedRequest } from '../../../lib/local/routing/match';
import type { RouteMatch, VirtualHost } from '../../../lib/local/routing/types';

const request = (target: string, more: Partial<RoutedRequest> = {}): RoutedRequest => ({
  method: 'POST',
  target,
  host: 'example.com',
  headers: {},
  ...more,
});

const host = (domain: string, ...matches: readonly RouteMatch[]): VirtualHost => ({
  name: domain,
  domains: [domain],
  routes: matches.map((match, i) => ({ match, targets: [{ name: `${domain} ${i}`, weight: 1 }] })),
});

const takes = (match: RouteMatch, asked: RoutedRequest): boolean => findRoute([host('*', match)], asked) !== undefined;

const prefix = (value: string): RouteMatch => ({ path: { kind: 'prefix', value } });

test.each([
  ['/v1', '/v1', true],
  ['/v1', '/v1/models', true],
  ['/v1', '/v1?a=b', true],
  ['/v1/', '/v1', true],
  ['/v1', '/v10', false],
  ['/', '/anything', true],
])('prefix %s and path %s: %s', (value, target, expected) => {
  expect(takes(prefix(value), request(target))).toBe(expected);
});

test('an exact path matches itself alone', () => {
  const match: RouteMatch = { path: { kind: 'exact', value: '/v1' } };

  expect([takes(match, request('/v1?x')), takes(match, request('/v1/'))]).toEqual([true, false]);
});

test('a regular expression matches the whole path', () => {
  const match: RouteMatch = { path: { kind: 'regex', value: '/v[12]' } };

  expect([takes(match, request('/v2')), takes(match, request('/v2/models'))]).toEqual([true, false]);
});

test('method, headers and query parameters must all hold', () => {
  const match: RouteMatch = {
    ...prefix('/'),
    method: 'POST',
    headers: [{ name: 'x-tier', kind: 'exact', value: 'gold' }],
    queryParams: [{ name: 'beta', kind: 'regex', value: '1|2' }],
  };
  const fitting = request('/?beta=2', { headers: { 'x-tier': 'gold' } });

  expect(takes(match, fitting)).toBe(true);
  expect(takes(match, { ...fitting, method: 'GET' })).toBe(false);
  expect(takes(match, { ...fitting, headers: {} })).toBe(false);
  expect(takes(match, { ...fitting, target: '/?beta=12' })).toBe(false);
});

test('the most specific hostname decides, whatever its case, even when it has no fitting route', () => {
  const hosts = [host('*', prefix('/')), host('*.example.com', prefix('/')), host('a.example.com', prefix('/v1'))];
  const nameOf = (name: string, target = '/v1'): string | undefined =>
    findRoute(hosts, request(target, { host: name }))?.targets[0]?.name;

  expect(nameOf('A.Example.com')).toBe('a.example.com 0');
  expect(nameOf('b.example.com')).toBe('*.example.com 0');
  expect(nameOf('example.org')).toBe('* 0');
  expect(nameOf('a.example.com', '/v2')).toBeUndefined();
});

test('no host, no route', () => {
  expect(findRoute([host('a.example.com', prefix('/'))], request('/'))).toBeUndefined();
});

test.each([
  [0, 'a'],
  [0.89, 'a'],
  [0.9, 'b'],
  [0.999, 'b'],
])('random number %d chooses %s of 90 and 10 %%', (random, expected) => {
  const targets = [
    { name: 'a', weight: 90 },
    { name: 'never', weight: 0 },
    { name: 'b', weight: 10 },
  ];

  expect(chooseTarget({ match: prefix('/'), targets }, () => random)).toBe(expected);
});

test('without weight there is no target', () => {
  expect(chooseTarget({ match: prefix('/'), targets: [{ name: 'a', weight: 0 }] }, () => 0)).toBeUndefined();
});
