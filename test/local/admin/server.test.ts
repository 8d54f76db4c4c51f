import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ValidationError } from '../../../lib/core/problem';
import { pageAssets } from '../../../lib/local/admin/page-assets';
import { type AdminServer, startAdminServer } from '../../../lib/local/admin/server';
import type { LocalState } from '../../../lib/local/admin/state';
import type { AdminTarget } from '../../../lib/local/admin/target';
import { systemTiming } from '../../../lib/local/model-server/io/timing';

const STATE: LocalState = {
  title: 'inference/gateway',
  gateway: 'node-proxy',
  model: 'm',
  speed: 1,
  startedAt: 0,
  lanes: [],
  load: undefined,
  workloads: ['chat', 'lora'],
};

const servers: AdminServer[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

interface Started extends AdminServer {
  readonly calls: readonly unknown[];
  readonly faults: readonly unknown[];
}

async function start(given: Partial<AdminTarget> = {}): Promise<Started> {
  const calls: unknown[] = [];
  const faults: unknown[] = [];
  const note =
    (name: string) =>
    (...args: unknown[]): Promise<void> => {
      calls.push([name, ...args]);
      return Promise.resolve();
    };
  const target: AdminTarget = {
    state: () => STATE,
    addPod: async (lane, deployment) => {
      await note('addPod')(lane, deployment);
      return `${deployment}-4`;
    },
    killPod: note('killPod'),
    startLoad: note('startLoad'),
    stopLoad: note('stopLoad'),
    ...given,
  };
  const server = await startAdminServer({
    target,
    assets: pageAssets((file) => `text of ${file}`),
    port: 0,
    timing: systemTiming,
    onFault: (error) => faults.push(error),
  });
  servers.push(server);
  return { ...server, calls, faults };
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** Unlike fetch, it may send any Host. */
function ask(
  { url }: AdminServer,
  method: string,
  path: string,
  { body, headers = {} }: { readonly body?: string; readonly headers?: Record<string, string> } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { port } = new URL(url);
    const request = httpRequest({ host: '127.0.0.1', port, method, path, headers }, (response) => {
      let text = '';
      response.on('data', (bytes) => (text += String(bytes)));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, text, headers: response.headers });
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}

test('serves the page and its files, which may load nothing from elsewhere', async () => {
  const server = await start();

  const page = await ask(server, 'GET', '/');
  const script = await ask(server, 'GET', '/page.js');

  expect(page).toMatchObject({ status: 200, text: 'text of index.html' });
  expect(page.headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'");
  expect(script.headers['content-type']).toBe('text/javascript; charset=utf-8');
});

test('tells the state once, and as events', async () => {
  const server = await start();

  const { text } = await ask(server, 'GET', '/api/state');
  const events = await fetch(`${server.url}/api/events`);
  const { value } = await events.body!.getReader().read();

  expect(JSON.parse(text)).toEqual({ ...STATE, load: undefined });
  expect(events.headers.get('content-type')).toBe('text/event-stream');
  expect(new TextDecoder().decode(value)).toBe(`data: ${JSON.stringify(STATE)}\n\n`);
});

test('pods and loads are started and ended', async () => {
  const server = await start();
  const load = { workload: 'chat', rate: 2.5, seconds: 30 };

  const added = await ask(server, 'POST', '/api/pods', { body: '{"lane":"picker","deployment":"llm"}' });
  await ask(server, 'DELETE', '/api/pods/llm%2D4');
  const started = await ask(server, 'POST', '/api/load', { body: JSON.stringify(load) });
  await ask(server, 'DELETE', '/api/load');

  expect(added).toMatchObject({ status: 201, text: '{"name":"llm-4"}' });
  expect(started.status).toBe(202);
  expect(server.calls).toEqual([['addPod', 'picker', 'llm'], ['killPod', 'llm-4'], ['startLoad', load], ['stopLoad']]);
});

test.each([
  ['/api/pods', 'nonsense', 'the body of the request', 'it is not JSON'],
  ['/api/pods', '[]', 'the body of the request', 'it is no JSON object'],
  ['/api/pods', '{"lane":1}', 'lane 1, deployment undefined', 'both must be texts'],
  ['/api/load', '{"workload":"x"}', 'workload "x"', 'there is none of that name'],
  ['/api/load', '{"workload":"chat","rate":0}', 'rate 0', 'it must be a number above 0 and at most 200'],
  [
    '/api/load',
    '{"workload":"chat","rate":1,"seconds":"9"}',
    'seconds "9"',
    'it must be a number above 0 and at most 3600',
  ],
])('POST %s %s is refused with what is wrong', async (path, body, what, why) => {
  const server = await start();

  const { status, text } = await ask(server, 'POST', path, { body });

  expect(status).toBe(400);
  expect(JSON.parse(text).errors).toEqual([{ what, why, fix: expect.any(String) }]);
  expect(server.calls).toEqual([]);
});

test('what the stack refuses is passed on; what breaks is a fault', async () => {
  const problem = { what: 'pod x', why: 'there is none of that name', fix: 'use y' };
  const server = await start({
    killPod: () => Promise.reject(new ValidationError('pod', [problem])),
    stopLoad: () => Promise.reject(new Error('broken')),
  });

  const refused = await ask(server, 'DELETE', '/api/pods/x');
  const broken = await ask(server, 'DELETE', '/api/load');

  expect(refused).toMatchObject({ status: 400, text: JSON.stringify({ errors: [problem] }) });
  expect(broken.status).toBe(500);
  expect(server.faults).toEqual([new Error('broken')]);
});

test.each(['evil.example', 'localhost.evil.example:80', '10.0.0.1', 'localhost@evil.example'])(
  'nobody reaches it under the name %s',
  async (host) => {
    const server = await start();

    const { status, text } = await ask(server, 'GET', '/api/state', { headers: { host } });

    expect(status).toBe(403);
    expect(text).toContain('names of this machine only');
  },
);

test('pages of other origins change nothing; its own may', async () => {
  const server = await start();
  const { host } = new URL(server.url);

  const foreign = await ask(server, 'DELETE', '/api/load', { headers: { origin: 'http://evil.example' } });
  const neighbour = await ask(server, 'DELETE', '/api/load', { headers: { host, origin: 'http://localhost:1' } });
  const own = await ask(server, 'DELETE', '/api/load', { headers: { host, origin: `http://${host}` } });

  expect([foreign.status, neighbour.status, own.status]).toEqual([403, 403, 200]);
});

test('other addresses are not there', async () => {
  const server = await start();

  expect((await ask(server, 'GET', '/etc/passwd')).status).toBe(404);
  expect((await ask(server, 'PUT', '/api/load')).text).toContain('PUT /api/load');
});

test('a port in use is named', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  const { port } = other.address() as AddressInfo;

  const starting = startAdminServer({
    target: { state: () => STATE } as AdminTarget,
    assets: new Map(),
    port,
    timing: systemTiming,
  });

  await expect(starting).rejects.toThrow(`port ${port}
      why: another program listens there
      fix: stop that program, or choose another port with --admin-port`);
  other.close();
});
