import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startNodeProxy } from '../../../lib/local/gateway/node-proxy';
import type { GatewayEvent, LocalGatewayOptions, LocalGatewayServer } from '../../../lib/local/gateway/types';
import type { Route } from '../../../lib/local/routing/types';
import { ask, type Asked, type UnderWay } from '../../support/gateway-client';
import { seededRandom } from '../../support/picker/seeded-random';
import { ScriptedPicker, sendTo, type Script } from '../../support/scripted-picker';
import { until } from '../../support/picker/served-picker';

type Serve = (request: IncomingMessage, response: ServerResponse) => void;

/** A model server that does what a test says. */
interface Backend {
  readonly port: number;
  readonly hostPort: string;
  serve: Serve;
  readonly requests: IncomingMessage[];
  close(): Promise<void>;
}

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const echo: Serve = (request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => response.end(`echo ${Buffer.concat(chunks).toString()}`));
};

async function backend(serve: Serve = echo): Promise<Backend> {
  const requests: IncomingMessage[] = [];
  const server: Server = createServer((request, response) => {
    requests.push(request);
    made.serve(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  };
  const made: Backend = { port, hostPort: `127.0.0.1:${port}`, serve, requests, close };
  cleanups.push(close);
  return made;
}

interface Rig {
  readonly gateway: LocalGatewayServer;
  readonly picker: ScriptedPicker;
  readonly backends: readonly Backend[];
  readonly events: GatewayEvent[];
  readonly faults: unknown[];
  readonly ask: (asked: Asked) => UnderWay;
}

interface RigOptions extends Partial<LocalGatewayOptions> {
  readonly script?: Script;
  readonly failureMode?: 'FailOpen' | 'FailClose';
  readonly backends?: readonly Backend[];
  readonly routes?: readonly Route[];
}

const toPool: Route = { match: { path: { kind: 'prefix', value: '/' } }, targets: [{ name: 'pool', weight: 1 }] };

async function rig(options: RigOptions = {}): Promise<Rig> {
  const backends = options.backends ?? [await backend()];
  const picker = await ScriptedPicker.start(options.script ?? sendTo(() => backends[0]!.hostPort));
  cleanups.push(() => picker.close());
  const events: GatewayEvent[] = [];
  const faults: unknown[] = [];
  const endpoints = (): readonly { address: string; port: number }[] =>
    backends.map(({ port }) => ({ address: '127.0.0.1', port }));
  const virtualHosts = [{ name: 'all', domains: ['*'], routes: options.routes ?? [toPool] }];
  const gateway = await startNodeProxy({
    listeners: [{ name: 'http', address: '127.0.0.1', port: 0, virtualHosts }],
    pools: [
      {
        name: 'pool',
        picker: { address: '127.0.0.1', port: picker.port, tls: false, healthPort: 0 },
        failureMode: options.failureMode ?? 'FailClose',
        endpoints,
      },
    ],
    services: [{ name: 'service', endpoints }],
    onRequest: (event) => events.push(event),
    onFault: (error) => faults.push(error),
    clock: { now: () => 7, wallTime: () => 7 },
    random: seededRandom(1),
    ...options,
  });
  cleanups.push(() => gateway.stop());
  return { gateway, picker, backends, events, faults, ask: (asked) => ask(gateway.listeners[0]!.port, asked) };
}

const deadEnd = async (): Promise<Backend> => {
  const closed = await backend();
  await closed.close();
  cleanups.pop();
  return closed;
};

describe('a request to a pool', () => {
  test('goes to the endpoint that the picker named, with its headers, and so does the answer', async () => {
    const { ask: send, backends } = await rig({ backends: [await backend(), await backend()] });

    const got = await send({ headers: { 'x-secret': '1' }, body: ['hello'] }).answer;

    expect([got.status, got.body, got.headers['x-seen']]).toEqual([200, 'echo hello', 'yes']);
    expect(backends.map(({ requests }) => requests.length)).toEqual([1, 0]);
    const { headers } = backends[0]!.requests[0]!;
    expect([headers['x-picked'], headers['x-secret']]).toEqual(['yes', undefined]);
  });

  test('tells the picker method, path and host at first, and in the end which endpoint served', async () => {
    const { ask: send, picker, backends } = await rig({ subsetHeader: 'x-subset' });

    await send({ path: '/v1/x?y=z', headers: { host: 'h', 'x-subset': '10.0.0.1:80' }, body: ['b'] }).answer;

    const [first] = picker.streams[0]!.messages;
    expect(first).toMatchObject({
      kind: 'headers',
      protocol: { requestBodyMode: 4, responseBodyMode: 4 },
      hints: { subset: ['10.0.0.1:80'] },
    });
    const headers = first?.kind === 'headers' ? first.headers : new Map<string, string>();
    expect([':method', ':path', ':authority', ':scheme'].map((name) => headers.get(name))).toEqual([
      'POST',
      '/v1/x?y=z',
      'h',
      'http',
    ]);
    const answer = picker.streams[0]!.messages.find(({ direction }) => direction === 'response');
    expect(answer?.hints.served).toBe(backends[0]!.hostPort);
    expect(backends[0]!.requests[0]!.headers['x-subset']).toBeUndefined();
  });

  test('reaches the picker chunk by chunk while the client still sends', async () => {
    const { gateway, picker } = await rig({ script: () => undefined });
    const { request } = ask(gateway.listeners[0]!.port, { body: ['first', 'second'] });

    await until(() => picker.streams[0]?.messages.some((m) => m.kind === 'body') === true);
    request.destroy();
    await until(() => picker.streams[0]!.isClosed);
  });

  test('is answered token by token', async () => {
    const server = await backend((_, response) => {
      response.write('one ');
      later = () => response.end('two');
    });
    let later: () => unknown = () => undefined;
    const { ask: send } = await rig({ backends: [server] });

    const underWay = send({ body: ['x'] });
    await until(() => underWay.text() === 'one ');
    later();

    expect((await underWay.answer).body).toBe('one two');
  });

  test('arrives whole when it is large, whatever pauses on the way', async () => {
    const { ask: send } = await rig();
    const large = 'x'.repeat(3 * 1024 * 1024);

    const { body } = await send({ body: [large] }).answer;

    expect(body.length).toBe(large.length + 5);
  });

  test('gets the next endpoint of the list when the first does not listen', async () => {
    const dead = await deadEnd();
    const live = await backend();
    const { ask: send, events } = await rig({
      backends: [dead, live],
      script: sendTo(() => `${dead.hostPort},${live.hostPort}`),
    });

    expect((await send({ body: ['x'] }).answer).body).toBe('echo x');
    expect(events.find(({ kind }) => kind === 'endpoint')).toMatchObject({ endpoint: live.hostPort });
  });

  test('is answered with 503 when no endpoint listens, and the picker hears of it', async () => {
    const { ask: send, picker } = await rig({ backends: [await deadEnd()] });

    const got = await send({ body: ['x'] }).answer;

    expect([got.status, got.body]).toEqual([503, expect.stringMatching(/^no endpoint of pool answered: /)]);
    await until(() => picker.streams[0]!.messages.some(({ direction }) => direction === 'response'));
  });

  test('is answered by the picker when it rejects', async () => {
    const script: Script = (message, stream) => {
      if (message.kind !== 'headers') return;
      stream.say(stream.encoder.immediate({ status: 429, headers: [['x-why', 'full']], body: 'later', details: 'd' }));
      stream.end(0);
    };
    const { ask: send, backends } = await rig({ script });

    const got = await send({ body: ['x'] }).answer;

    expect([got.status, got.headers['x-why'], got.body]).toEqual([429, 'full', 'later']);
    expect(backends[0]!.requests).toEqual([]);
  });

  test('is cancelled at its endpoint and at the picker when the client leaves', async () => {
    let isClosed = false;
    const server = await backend((_, response) => {
      response.write('begin');
      response.on('close', () => (isClosed = true));
    });
    const { ask: send, picker, events } = await rig({ backends: [server] });

    const underWay = send({ body: ['x'] });
    await until(() => underWay.text() === 'begin');
    underWay.request.destroy();

    await until(() => isClosed && picker.streams[0]!.isClosed);
    expect(events.at(-1)).toEqual({ id: 1, at: 7, kind: 'end', status: 200, cut: true });
  });

  test('is followed from its start to its end', async () => {
    const { ask: send, events, backends } = await rig();

    await send({ path: '/v1', body: ['x'] }).answer;
    await until(() => events.length === 4);

    expect(events).toEqual([
      { id: 1, at: 7, kind: 'start', listener: 'http', method: 'POST', path: '/v1' },
      { id: 1, at: 7, kind: 'endpoint', target: 'pool', endpoint: backends[0]!.hostPort },
      { id: 1, at: 7, kind: 'first-byte' },
      { id: 1, at: 7, kind: 'end', status: 200, cut: false },
    ]);
  });
});

describe('without a word from the picker', () => {
  test.each([
    ['FailOpen', 200, 'echo x'],
    ['FailClose', 500, expect.stringMatching(/^the endpoint picker of pool failed: .*ECONNREFUSED/)],
  ] as const)('that is not there, a pool with %s answers %i', async (failureMode, status, body) => {
    const { ask: send, picker } = await rig({ failureMode });
    await picker.close();
    cleanups.splice(1, 1);

    const got = await send({ body: ['x'] }).answer;

    expect([got.status, got.body]).toEqual([status, body]);
  });

  test.each([
    ['FailOpen', 200],
    ['FailClose', 504],
  ] as const)('within its time, a pool with %s answers %i', async (failureMode, status) => {
    const { ask: send } = await rig({ failureMode, script: () => undefined, messageTimeoutMs: 1 });

    expect((await send({ body: ['x'] }).answer).status).toBe(status);
  });

  test('that ends its stream with an error, the client reads which', async () => {
    const { ask: send } = await rig({
      script: (_, stream) => {
        stream.end(13);
      },
    });

    const got = await send({ body: ['x'] }).answer;

    expect([got.status, got.body]).toEqual([500, 'the endpoint picker of pool failed: it ended with status 13: \n']);
  });

  test('in the middle of an answer, the answer is broken off', async () => {
    const server = await backend((_, response) => response.write('begin'));
    const { ask: send, picker } = await rig({ backends: [server] });

    const underWay = send({ body: ['x'] });
    await until(() => underWay.text() === 'begin');
    picker.dropConnections();

    await expect(underWay.answer).rejects.toThrow('aborted');
  });

  test('a new connection is made after one was lost', async () => {
    const { ask: send, picker } = await rig();
    await send({ body: ['x'] }).answer;
    await send({ body: ['x'] }).answer;
    expect(picker.sessions).toBe(1);

    picker.dropConnections();
    await new Promise((resolve) => setImmediate(resolve));
    let status = 0;
    await until(async () => (status = (await send({ body: ['x'] }).answer).status) === 200);

    expect([status, picker.sessions]).toEqual([200, 2]);
  });
});

describe('routes', () => {
  test('lead to their Services in turn', async () => {
    const backends = [await backend(), await backend()];
    const { ask: send } = await rig({ backends, routes: [{ ...toPool, targets: [{ name: 'service', weight: 1 }] }] });

    for (let i = 0; i < 4; i++) await send({ method: 'GET' }).answer;

    expect(backends.map(({ requests }) => requests.length)).toEqual([2, 2]);
  });

  test('spread by weight', async () => {
    const routes = [{ ...toPool, targets: [{ name: 'pool', weight: 3 }, { name: 'service', weight: 1 }] }]; // prettier-ignore
    const { ask: send, events } = await rig({ routes });

    for (let i = 0; i < 40; i++) await send({ method: 'GET' }).answer;

    const toTheService = events.filter((event) => event.kind === 'endpoint' && event.target === 'service').length;
    expect(toTheService).toBeGreaterThan(4);
    expect(toTheService).toBeLessThan(16);
  });

  test.each([
    ['none matches', [], 404],
    ['none has weight', [{ ...toPool, targets: [] }], 500],
    ['it redirects', [{ ...toPool, targets: [], redirect: { scheme: 'https', status: 308 } }], 308],
  ] as const)('answer by themselves where %s', async (_, routes, status) => {
    const { ask: send } = await rig({ routes });

    expect((await send({ method: 'GET' }).answer).status).toBe(status);
  });
});

test('a port that is taken is named, and nothing is left open', async () => {
  const { gateway } = await rig();
  const [taken] = gateway.listeners;
  const options = { pools: [], services: [] };
  const listener = { name: 'free', address: '127.0.0.1', port: 0, virtualHosts: [] };

  await expect(
    startNodeProxy({ ...options, listeners: [listener, { ...listener, name: 'taken', port: taken!.port }] }),
  ).rejects.toThrow(
    `listen on 127.0.0.1:${taken!.port}: the port is taken by another process; choose another with --port`,
  );
});
