import { request } from 'node:http';
import { connect } from 'node:net';
import { type AdminAnswer, type AdminPage, AdminServer } from '../../../lib/picker/io/admin-server';
import { type AdminAccess, type Denial } from '../../../lib/picker/io/admin-server-access';

const json = (value: unknown): AdminAnswer => ({ contentType: 'application/json', body: JSON.stringify(value) });

const OPEN: AdminAccess = { metrics: () => undefined, debug: () => undefined };
const running: AdminServer[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()));
});

interface Given {
  readonly access?: AdminAccess;
  readonly debug?: Readonly<Record<string, AdminPage>>;
  readonly onError?: (error: unknown, path: string) => void;
}

async function serve({ access = OPEN, debug = {}, onError = () => undefined }: Given = {}): Promise<number> {
  const metrics: AdminPage = () => ({ contentType: 'text/plain; version=0.0.4', body: 'up 1\n' });
  const page: AdminPage = (path, query) => debug[path]?.(path, query);
  const pages = { metrics, debug: page, debugPaths: Object.keys(debug) };
  const server = new AdminServer(pages, { port: 0, host: '127.0.0.1', access, onError });
  running.push(server);
  return server.start();
}

interface Answer {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

function ask(port: number, path: string, options: { method?: string; body?: string } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = options.body === undefined ? {} : { 'content-length': options.body.length };
    const sent = request(
      { host: '127.0.0.1', port, path, method: options.method ?? 'GET', agent: false, headers },
      (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
        response.on('end', () => {
          resolve({ status: response.statusCode, headers: response.headers, body });
        });
      },
    );
    sent.on('error', reject).end(options.body);
  });
}

test('shows metrics, health and debug pages', async () => {
  const port = await serve({ debug: { '/debug/state': (_path, query) => json({ pod: query.get('pod') }) } });

  expect(await ask(port, '/metrics')).toMatchObject({
    status: 200,
    body: 'up 1\n',
    headers: { 'content-type': 'text/plain; version=0.0.4', 'cache-control': 'no-store' },
  });
  expect(await ask(port, '/healthz')).toMatchObject({ status: 200, body: 'ok\n' });
  expect(await ask(port, '/debug')).toMatchObject({ status: 200, body: '/debug/state\n' });
  expect(await ask(port, '/debug/state?pod=a%20b')).toMatchObject({ status: 200, body: '{"pod":"a b"}' });
  expect(await ask(port, '/debug/state/?pod=a')).toMatchObject({ status: 200 });
});

test('answers HEAD without a body', async () => {
  expect(await ask(await serve(), '/metrics', { method: 'HEAD' })).toMatchObject({
    status: 200,
    body: '',
    headers: { 'content-length': '5' },
  });
});

test.each(['/', '/metric', '/debug/none', '/debug/../metrics', '/%', '//metrics', '/constructor'])(
  'has no page %s',
  async (path) => {
    expect(await ask(await serve(), path)).toMatchObject({ status: 404, body: 'no such page\n' });
  },
);

test('a page may find nothing, and say so itself', async () => {
  const port = await serve({
    debug: { '/debug/x': () => undefined, '/debug/y': () => ({ ...json('no y'), status: 404 }) },
  });

  expect(await ask(port, '/debug/x')).toMatchObject({ status: 404, body: 'no such page\n' });
  expect(await ask(port, '/debug/y')).toMatchObject({ status: 404, body: '"no y"' });
});

test('only reads', async () => {
  expect(await ask(await serve(), '/metrics', { method: 'POST' })).toMatchObject({
    status: 405,
    headers: { allow: 'GET, HEAD' },
  });
});

test('takes no body', async () => {
  expect(await ask(await serve(), '/metrics', { body: 'x'.repeat(10) })).toMatchObject({
    status: 413,
    headers: { connection: 'close' },
  });
});

test('tells nobody but the log why a page failed', async () => {
  const onError = jest.fn();
  const failure = new Error('at /secret/path');
  const port = await serve({
    onError,
    debug: {
      '/debug/throws': () => {
        throw failure;
      },
      '/debug/rejects': () => Promise.reject(failure),
    },
  });

  for (const page of ['/debug/throws', '/debug/rejects']) {
    expect(await ask(port, page)).toMatchObject({ status: 500, body: 'the page failed; the log says why\n' });
    expect(onError).toHaveBeenLastCalledWith(failure, page);
  }
});

describe('who may not read', () => {
  const denying = (metrics: Denial, debug: Denial): AdminAccess => ({
    metrics: () => Promise.resolve(metrics),
    debug: () => Promise.resolve(debug),
  });

  test('learns what to do, and nothing of what there is', async () => {
    const port = await serve({
      access: denying('unauthenticated', 'debug-elsewhere'),
      debug: { '/debug/a': () => json(1) },
    });

    expect(await ask(port, '/metrics')).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer' } });
    const answers = await Promise.all(['/debug', '/debug/', '/debug/a', '/debug/none'].map((path) => ask(port, path)));
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
    expect(await ask(port, '/healthz')).toMatchObject({ status: 200 });
  });

  test('is told from its connection, host and token', async () => {
    const metrics = jest.fn(() => undefined);
    const port = await serve({ access: { ...OPEN, metrics } });

    await ask(port, '/metrics');

    expect(metrics).toHaveBeenCalledWith({
      address: '127.0.0.1',
      host: `127.0.0.1:${port}`,
      authorization: undefined,
    });
  });
});

test('survives what is not HTTP', async () => {
  const port = await serve();

  const answer = await new Promise<string>((resolve, reject) => {
    let received = '';
    const socket = connect(port, '127.0.0.1', () => socket.write('\u0000\u0001 nonsense\r\n\r\n'));
    socket.on('data', (chunk) => (received += chunk.toString()));
    socket.on('close', () => {
      resolve(received);
    });
    socket.on('error', reject);
  });

  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expect(await ask(port, '/healthz')).toMatchObject({ status: 200 });
});

test('headers beyond 8 KiB are refused', async () => {
  expect(await ask(await serve(), `/${'x'.repeat(9000)}`)).toMatchObject({ status: 431 });
});

test('says when the port is taken', async () => {
  const port = await serve();
  const second = new AdminServer(
    { metrics: () => undefined, debug: () => undefined, debugPaths: [] },
    { port, host: '127.0.0.1', access: OPEN, onError: () => undefined },
  );

  await expect(second.start()).rejects.toThrow('EADDRINUSE');
});
