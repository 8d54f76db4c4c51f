import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CommanderError } from 'commander';
import { loadCommand } from '../../lib/cli/load';
import { ValidationError } from '../../lib/core/problem';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

interface Fake {
  readonly url: string;
  readonly seen: { readonly authorization: string | undefined; readonly body: { readonly model: string } }[];
}

/** An OpenAI-compatible server that answers with two words, or with a status. */
async function fakeServer(status = 200): Promise<Fake> {
  const seen: Fake['seen'] = [];
  const server = createServer((request, response) => {
    if (request.url === '/v1/models') return void response.end('{"data":[{"id":"tiny","max_model_len":100000}]}');
    let text = '';
    request.on('data', (bytes) => (text += String(bytes)));
    request.on('end', () => {
      seen.push({ authorization: request.headers.authorization, body: JSON.parse(text) });
      response.writeHead(status);
      for (const content of ['two ', 'words']) {
        if (status === 200) response.write(`data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`);
      }
      response.end(status === 200 ? 'data: [DONE]\n\n' : '{"error":{"message":"no pod is ready"}}');
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

interface Ran {
  readonly out: string;
  readonly error: unknown;
}

async function load(args: readonly string[], interrupt?: (call: () => void) => void): Promise<Ran> {
  let out = '';
  const command = loadCommand(
    { out: (text) => (out += text), error: () => undefined, interactive: false, columns: 80, now: () => 0 },
    {
      apiKey: 'sesame',
      interrupts: (call) => {
        interrupt?.(call);
        return () => undefined;
      },
    },
  );
  const error = await command
    .exitOverride()
    .parseAsync(args, { from: 'user' })
    .then(() => undefined, (reason: unknown) => reason); // prettier-ignore
  return { out, error };
}

const SHORT = ['--rate', '50', '--seconds', '1'];

test('sends a workload with the key, and prints the table', async () => {
  const { url, seen } = await fakeServer();

  const { out, error } = await load(['--url', url, ...SHORT]);

  expect(error).toBeUndefined();
  expect(out).toContain('chat at 50 requests a second for 1 s, model tiny, seed 1');
  expect(out).toMatch(/^TARGET +TTFT MEAN/m);
  expect(seen.length).toBeGreaterThan(2);
  expect(new Set(seen.map(({ authorization }) => authorization))).toEqual(new Set(['Bearer sesame']));
  expect(seen[0]?.body.model).toBe('tiny');
  expect(out).not.toContain('sesame');
});

test('prints JSON where it is asked for', async () => {
  const { url, seen } = await fakeServer();

  const { out } = await load(['--url', `${url}/v1/`, ...SHORT, '--model', 'mine', '--json']);

  expect(JSON.parse(out).summary).toMatchObject({ workload: 'chat', completed: seen.length, lost: 0 });
  expect(seen[0]?.body.model).toBe('mine');
});

test('ends with an error where nothing was answered', async () => {
  const { url } = await fakeServer(503);

  const { out, error } = await load(['--url', url, ...SHORT]);

  expect(out).toMatch(/\d+ failed: HTTP 503: no pod is ready/);
  expect(error).toMatchObject({ exitCode: 1 });
});

test('an interrupt ends it with what was measured', async () => {
  const { url } = await fakeServer();

  const { out, error } = await load(['--url', url, '--rate', '50', '--seconds', '600'], (call) => {
    setTimeout(call, 500);
  });

  expect(out).toContain('interrupted; requests that were under way are not counted');
  expect(error).toBeInstanceOf(CommanderError);
  expect(error).toMatchObject({ exitCode: 130 });
});

test.each([
  [['--url', 'localhost:80'], '--url localhost:80\n      why: it is no address of HTTP'],
  [['--url', 'http://127.0.0.1:1'], 'why: the connection failed: bad port'],
  [['--url', 'http://x', '--workload', 'chta'], 'did you mean chat?'],
  [['--url', 'http://x', '--rate', 'many'], '--rate many\n      why: it must be a number of at least 0.001'],
])('%p is refused in words', async (args, text) => {
  const { error } = await load(args);

  expect(error).toBeInstanceOf(ValidationError);
  expect((error as Error).message).toContain(text);
});

test('a workload of adapters needs an endpoint that has some', async () => {
  const { url } = await fakeServer();

  const { error } = await load(['--url', url, '--workload', 'lora']);

  expect((error as Error).message).toContain('the endpoint lists none');
});
