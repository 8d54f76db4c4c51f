import type { LocalGateway, LocalListener, LocalRoute } from '../../../lib/local/manifests/topology';
import { playedListeners } from '../../../lib/local/stack/listeners';

const listener = (name: string, given: Partial<LocalListener> = {}): LocalListener => ({
  name,
  port: 80,
  protocol: 'HTTP',
  hostname: undefined,
  ...given,
});

const toPool = (listeners: readonly string[], hostnames: readonly string[] = []): LocalRoute => ({
  name: 'route',
  namespace: 'a',
  listeners,
  hostnames,
  rules: [
    {
      matches: [],
      backends: [{ kind: 'InferencePool', name: 'pool', namespace: 'a', weight: 1 }],
      setHeaders: [],
      redirect: undefined,
    },
  ],
});

const redirect = (listeners: readonly string[]): LocalRoute => ({
  ...toPool(listeners),
  rules: [{ matches: [], backends: [], setHeaders: [], redirect: { scheme: 'https', status: 301 } }],
});

const played = (listeners: readonly LocalListener[], routes: readonly LocalRoute[]) => {
  const gateway: LocalGateway = { name: 'gw', namespace: 'a', listeners, routes };
  return playedListeners({ gateways: [gateway], pools: [], services: [], modelObjects: [] });
};

test('an HTTPS listener is served as HTTP, and comes first where only it leads to pools', () => {
  const { listeners, notes } = played(
    [listener('http'), listener('https', { port: 443, protocol: 'HTTPS' })],
    [redirect(['http']), toPool(['https'])],
  );

  expect(listeners.map(({ name }) => name)).toEqual(['a/gw/https', 'a/gw/http']);
  expect(notes).toEqual(['listener https of Gateway a/gw is served as plain HTTP']);
});

test('listeners of one port are one, with the hosts of both', () => {
  const { listeners } = played(
    [listener('one', { hostname: 'one.example.com' }), listener('two', { hostname: 'two.example.com' })],
    [toPool(['one', 'two'])],
  );

  expect(listeners.map(({ virtualHosts }) => virtualHosts.flatMap(({ domains }) => domains))).toEqual([
    ['one.example.com', 'localhost', '127.0.0.1', 'two.example.com'],
  ]);
});

test('a listener for every host needs no further name', () => {
  const { listeners, notes } = played([listener('http')], [toPool(['http'])]);

  expect(listeners[0]?.virtualHosts.map(({ domains }) => domains)).toEqual([['*']]);
  expect(notes).toEqual([]);
});

test('other protocols are left out, and told', () => {
  const { listeners, notes } = played([listener('raw', { protocol: 'TCP' })], []);

  expect(listeners).toEqual([]);
  expect(notes).toEqual(['listener raw of Gateway a/gw is left out: TCP is not played']);
});

test('hosts with names are reached as localhost too, and told', () => {
  const { notes } = played([listener('http')], [toPool(['http'], ['chat.example.com'])]);

  expect(notes).toEqual(['chat.example.com is reached as localhost too']);
});
