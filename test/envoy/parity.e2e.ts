import type { IncomingHttpHeaders } from 'node:http';
import { startEnvoyGateway } from '../../lib/local/gateway/envoy-gateway';
import { startNodeProxy } from '../../lib/local/gateway/node-proxy';
import type { GatewayPool, LocalGatewayOptions, LocalGatewayServer } from '../../lib/local/gateway/types';
import type { Route, VirtualHost } from '../../lib/local/routing/types';
import { ask, type Asked, type Got } from '../support/gateway-client';
import { ModelServer, type ReceivedRequest } from '../support/picker/model-server';
import { type ServedPicker, servePicker, stopPickers, until } from '../support/picker/served-picker';
import { envoyBinary } from './envoy-process';

const prefix = (value: string): Route['match'] => ({ path: { kind: 'prefix', value } });
const to = (...names: readonly string[]): Route['targets'] => names.map((name) => ({ name, weight: 1 }));

const HOSTS: readonly VirtualHost[] = [
  {
    name: 'shop',
    domains: ['shop.example.com'],
    routes: [{ match: prefix('/'), targets: to('service'), setHeaders: [['X-Shop', 'yes']] }],
  },
  {
    name: 'wild',
    domains: ['*.example.com'],
    routes: [{ match: prefix('/'), targets: [], redirect: { scheme: 'https', status: 301 } }],
  },
  {
    name: 'all',
    domains: ['*'],
    routes: [
      { match: { path: { kind: 'exact', value: '/v1/exact' } }, targets: to('service') },
      { match: prefix('/service'), targets: to('service') },
      { match: prefix('/weightless'), targets: [{ name: 'pool', weight: 0 }] },
      { match: prefix('/nobody'), targets: to('nobody') },
      { match: { path: { kind: 'regex', value: '/v[23]/.*' } }, targets: to('service') },
      { match: { ...prefix('/v1'), method: 'PUT' }, targets: to('service') },
      {
        match: { ...prefix('/v1'), headers: [{ name: 'x-tier', kind: 'exact', value: 'gold' }] },
        targets: to('service'),
      },
      {
        match: { ...prefix('/v1'), queryParams: [{ name: 'beta', kind: 'exact', value: '1' }] },
        targets: to('service'),
      },
      { match: prefix('/v1'), targets: to('pool'), setHeaders: [['x-route', 'set']] },
    ],
  },
];

const completion = (more: object = {}): string =>
  JSON.stringify({ model: 'test-model', prompt: 'hi', max_tokens: 3, ...more });

/** Every way in which a request can go; `words` where each gateway says it in its own. */
const CASES: readonly (readonly [name: string, asked: Asked, words?: 'own'])[] = [
  ['a completion', { body: [completion()] }],
  ['a chat completion', { path: '/v1/chat/completions', body: [completion({ messages: [] })] }],
  ['a streamed answer', { body: [completion({ stream: true })] }],
  ['a body in chunks', { body: [completion().slice(0, 9), completion().slice(9)] }],
  ['a body of 2 MiB', { body: [completion({ prompt: 'x'.repeat(2 * 1024 * 1024) })] }],
  ['a model that is rewritten', { body: [completion({ model: 'alias' })] }],
  ['no body', { method: 'GET', path: '/v1/models' }],
  ['HEAD', { method: 'HEAD', path: '/v1/models' }],
  ['an empty POST', { path: '/v1/nothing' }],
  ['a query', { path: '/v1/completions?a=b&c=%20d', body: [completion()] }],
  ['a path that the server does not know', { path: '/v1/unknown', body: [completion()] }],
  ['a body that is no JSON', { body: ['{"model": '] }],
  ['a model without a name', { body: ['{"prompt": "x"}'] }],
  ['a subset', { headers: { 'x-test-subset': 'POD-B' }, body: [completion()] }],
  ['an empty subset', { headers: { 'x-test-subset': '10.9.9.9:1' }, body: [completion()] }],
  [
    'headers of the client',
    {
      headers: {
        'X-Mixed-Case': 'Value',
        'x-multi': 'a, b',
        'x-latin': 'f\u00fcr',
        'x-empty': '',
        te: 'trailers, deflate',
        connection: 'close, x-private',
        'x-private': '1',
        'x-gateway-inference-fairness-id': 'tenant',
        'x-gateway-destination-endpoint': '10.0.0.1:80',
        'x-request-id': 'from-the-client',
        'x-forwarded-proto': 'https',
        cookie: 'a=b; c=d',
        'user-agent': 'test',
      },
      body: [completion()],
    },
  ],
  ['an expectation', { headers: { expect: '100-continue' }, body: [completion()] }],
  ['a Service', { path: '/service', body: ['anything'] }],
  ['an exact path', { path: '/v1/exact', body: ['x'] }],
  ['more than an exact path', { path: '/v1/exact/more', body: [completion()] }],
  ['a regular expression', { path: '/v2/x', body: ['x'] }],
  ['not wholly a regular expression', { path: '/av2/x', body: ['x'] }],
  ['half a path element', { path: '/v10', body: ['x'] }],
  ['a method that is matched', { method: 'PUT', path: '/v1/x', body: ['x'] }],
  ['a header that is matched', { headers: { 'x-tier': 'gold' }, body: ['x'] }],
  ['a query parameter that is matched', { path: '/v1/x?beta=1', body: ['x'] }],
  ['another value of it', { path: '/v1/models?beta=2', method: 'GET' }],
  ['a hostname', { path: '/x', headers: { host: 'shop.example.com' }, body: ['x'] }],
  ['a hostname with a port', { path: '/x', headers: { host: 'SHOP.example.com:8080' }, body: ['x'] }],
  ['a wildcard with a redirect', { method: 'GET', path: '/x?y=z', headers: { host: 'a.b.example.com' } }],
  ['a redirect of a host with a port', { method: 'GET', path: '/x', headers: { host: 'a.example.com:8080' } }],
  ['a redirect of a host with port 80', { method: 'GET', path: '/x', headers: { host: 'a.example.com:80' } }],
  ['no route', { method: 'GET', path: '/nowhere' }],
  ['a route without weight', { path: '/weightless', body: ['x'] }],
  ['a Service without endpoints', { path: '/nobody', body: ['x'] }, 'own'],
  ['another protocol', { method: 'GET', path: '/v1/models', headers: { connection: 'upgrade', upgrade: 'websocket' } }],
];

let servers: readonly ModelServer[];
let picker: ServedPicker;

/** Where the servers listen, or did before they were closed. */
let addresses: readonly { readonly address: string; readonly port: number }[];

function gatewayOptions(failureMode: GatewayPool['failureMode']): LocalGatewayOptions {
  return {
    listeners: [{ name: 'http', address: '127.0.0.1', port: 0, virtualHosts: HOSTS }],
    pools: [
      {
        name: 'pool',
        picker: { address: '127.0.0.1', port: picker.ports.grpc, tls: true, healthPort: picker.ports.health },
        failureMode,
        endpoints: () => addresses,
      },
    ],
    services: [
      { name: 'service', endpoints: () => addresses },
      { name: 'nobody', endpoints: () => [] },
    ],
    subsetHeader: 'x-test-subset',
  };
}

async function startBoth(failureMode: GatewayPool['failureMode']): Promise<readonly LocalGatewayServer[]> {
  const options = gatewayOptions(failureMode);
  return [await startEnvoyGateway({ ...options, command: envoyBinary() }), await startNodeProxy(options)];
}

/** What must be the same whichever gateway stands between client and server. */
async function outcome(gateway: LocalGatewayServer, asked: Asked, words: 'own' | 'same'): Promise<object> {
  for (const server of servers) server.requests.length = 0;
  const subset = asked.headers?.['x-test-subset'];
  const named = subset === 'POD-B' ? { 'x-test-subset': servers[1]?.hostPort ?? '' } : {};
  const headers = { host: 'gateway.test', ...asked.headers, ...named };
  const got = await ask(gateway.listeners[0]?.port ?? 0, { ...asked, headers }).answer;
  const seen = servers.flatMap(({ requests }) => requests);
  return {
    status: got.status,
    headers: comparable(got.headers, ['content-length']),
    ...(words === 'own' ? {} : { body: masked(got) }),
    ...(subset === 'POD-B' ? { pod: got.headers['x-inference-pod'] } : {}),
    seen: seen.map(asSeen),
  };
}

function asSeen({ method, path, headers, body }: ReceivedRequest): object {
  const framing = headers['transfer-encoding'] ?? headers['content-length'];
  const isOwn = headers['x-request-id'] !== 'from-the-client';
  return {
    method,
    path,
    headers: comparable(headers, ['x-gateway-destination-endpoint', ...(isOwn ? ['x-request-id'] : [])]),
    hasId: headers['x-request-id'] !== undefined,
    destination: /^127\.0\.0\.1:\d+$/.test(String(headers['x-gateway-destination-endpoint'])),
    framing,
    body: body.length > 1000 ? `${body.length} bytes` : body.toString('latin1'),
  };
}

/** Headers that no rule gives the same value to, and those of one connection. */
const OF_A_CONNECTION = ['connection', 'keep-alive', 'transfer-encoding', 'date', 'server'];

function comparable(headers: IncomingHttpHeaders, but: readonly string[]): object {
  const left = [...OF_A_CONNECTION, ...but, 'x-inference-decision-id', 'x-inference-pod'];
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !left.includes(name)));
}

const masked = ({ body }: Got): string => body.replace(/pod-[a-z]/g, 'pod');

async function startServers(): Promise<void> {
  servers = await Promise.all(['pod-a', 'pod-b', 'pod-c'].map((name) => ModelServer.start({ name })));
  addresses = servers.map(({ port }) => ({ address: '127.0.0.1', port }));
  picker = await servePicker(['--secure-serving=true']);
  picker.source.pods(...servers.map(({ port }) => port));
  await until(() => servers.every(({ scrapes }) => scrapes > 1));
}

async function stopServers(): Promise<void> {
  await stopPickers();
  await Promise.all(servers.map((server) => server.close().catch(() => undefined)));
}

describe('Envoy and the Node proxy', () => {
  let gateways: readonly LocalGatewayServer[];
  beforeAll(async () => {
    await startServers();
    gateways = await startBoth('FailClose');
  }, 60_000);
  afterAll(async () => {
    for (const gateway of gateways) await gateway.stop();
    await stopServers();
  });

  // Jest would give a callback of its own to a row that is shorter than the function's parameters.
  const rows = CASES.map(([name, asked, words]): [string, Asked, 'own' | 'same'] => [name, asked, words ?? 'same']);
  test.each(rows)('treat the same: %s', async (_, asked, words) => {
    const [envoy, node] = gateways;
    const byEnvoy = await outcome(envoy!, asked, words);

    expect(await outcome(node!, asked, words)).toEqual(byEnvoy);
  });
});

/** Runs something with both gateways before a pool of their own, Envoy first. */
async function withBoth(
  failureMode: GatewayPool['failureMode'],
  use: (gateway: LocalGatewayServer) => Promise<unknown>,
  before: (gateways: readonly LocalGatewayServer[]) => Promise<void> = () => Promise.resolve(),
): Promise<readonly unknown[]> {
  await startServers();
  const gateways = await startBoth(failureMode);
  try {
    for (const gateway of gateways) await send(gateway, 'before');
    await before(gateways);
    const results = [];
    for (const gateway of gateways) results.push(await use(gateway));
    return results;
  } finally {
    for (const gateway of gateways) await gateway.stop();
    await stopServers();
  }
}

const send = (gateway: LocalGatewayServer, prompt: string, headers: Asked['headers'] = {}): Promise<Got> =>
  ask(gateway.listeners[0]?.port ?? 0, { headers, body: [completion({ prompt })] }).answer;

interface Outcomes {
  readonly statuses: readonly number[];
  readonly pods: readonly unknown[];
}

async function statusesAndPods(gateway: LocalGatewayServer): Promise<Outcomes> {
  const answers = [];
  for (let i = 0; i < 6; i++) answers.push(await send(gateway, `request ${i}`));
  return {
    statuses: [...new Set(answers.map(({ status }) => status))],
    pods: [...new Set(answers.map(({ headers }) => headers['x-inference-pod']))].sort(),
  };
}

describe('when something is gone, Envoy and the Node proxy', () => {
  test('go on without a picker that is gone, where the pool fails open: to all pods in turn', async () => {
    const results = await withBoth('FailOpen', statusesAndPods, async ([envoy]) => {
      await stopPickers();
      // Until its health check fails, Envoy hands the picker bodies that it cannot get back; the Node proxy keeps them.
      await until(async () => (await send(envoy!, 'open?')).status === 200);
    });

    const all = { statuses: [200], pods: ['pod-a', 'pod-b', 'pod-c'] };
    expect(results).toEqual([all, all]);
  }, 60_000);

  test('answer 500 without a picker, where the pool fails closed', async () => {
    const results = await withBoth('FailClose', statusesAndPods, stopPickers);

    const none = { statuses: [500], pods: [undefined] };
    expect(results).toEqual([none, none]);
  }, 60_000);

  test('take another pod in place of one that does not listen any more', async () => {
    const results = await withBoth(
      'FailClose',
      async (gateway) => {
        // A connection that idled may break under the first request; only those that cannot be made are made elsewhere.
        await until(async () => (await send(gateway, 'x')).status === 200);
        const { statuses, pods } = await statusesAndPods(gateway);
        return { statuses, isElsewhere: !pods.includes('pod-a') };
      },
      () => servers[0]?.close() ?? Promise.resolve(),
    );

    const moved = { statuses: [200], isElsewhere: true };
    expect(results).toEqual([moved, moved]);
  }, 60_000);

  test('answer 503 when no pod listens any more', async () => {
    const closeAll = async (): Promise<void> => {
      await Promise.all(servers.map((server) => server.close()));
    };

    expect(await withBoth('FailClose', async (gateway) => (await send(gateway, 'x')).status, closeAll)).toEqual([
      503, 503,
    ]);
  }, 60_000);

  test('break an answer off when its pod does', async () => {
    const results = await withBoth('FailClose', async (gateway) => {
      const stuck = await ModelServer.start({
        name: 'stuck',
        beforeToken: (i) => (i < 1 ? Promise.resolve() : new Promise(() => undefined)),
      });
      addresses = [{ address: '127.0.0.1', port: stuck.port }];
      picker.source.pods(stuck.port);
      gateway.endpointsChanged();
      await until(() => stuck.scrapes > 1);
      const underWay = ask(gateway.listeners[0]?.port ?? 0, { body: [completion({ stream: true })] });
      await until(() => underWay.text().includes('stuck-0'));
      await stuck.close();
      return underWay.answer.then(
        () => 'complete',
        () => 'broken off',
      );
    });

    expect(results).toEqual(['broken off', 'broken off']);
  }, 60_000);
});
