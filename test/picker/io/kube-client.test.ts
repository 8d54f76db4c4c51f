import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { KubeClient, type KubeWatchEvent } from '../../../lib/picker/io/kube-client';
import { KubeError } from '../../../lib/picker/io/kube-error';
import { ApiServer } from '../../support/picker/api-server';

const servers: http.Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function clientOf(handler: http.RequestListener, prefix = ''): Promise<KubeClient> {
  const server = http.createServer(handler);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const credentials = { headers: { authorization: 'Bearer t' }, agent: http.globalAgent };
  return new KubeClient({
    server: new URL(`http://127.0.0.1:${port}${prefix}`),
    credentials: () => Promise.resolve(credentials),
  });
}

const never = new AbortController().signal;

/** Events of a watch whose answer comes in these pieces. */
async function watch(...pieces: readonly (string | Buffer)[]): Promise<readonly KubeWatchEvent[]> {
  const client = await clientOf((_, response) => {
    const next = (i: number): void => {
      const piece = pieces[i];
      if (piece === undefined) response.end();
      else response.write(piece, () => setImmediate(next, i + 1));
    };
    next(0);
  });
  const events: KubeWatchEvent[] = [];
  await client.watch('/w', {}, never, (event) => events.push(event));
  return events;
}

test('a request carries credentials and parameters, below the path of the server', async () => {
  let seen: http.IncomingMessage | undefined;
  const client = await clientOf((request, response) => {
    seen = request;
    response.end('{"metadata":{"resourceVersion":"7","continue":"next"},"items":[{"a":1},2]}');
  }, '/proxy/');

  const list = await client.list('/api/v1/pods', { labelSelector: 'a=b,c!=d', limit: 5, continue: undefined }, never);

  expect(seen?.url).toBe('/proxy/api/v1/pods?labelSelector=a%3Db%2Cc%21%3Dd&limit=5');
  expect(seen?.headers.authorization).toBe('Bearer t');
  expect(list).toEqual({ items: [{ a: 1 }], resourceVersion: '7', continueToken: 'next' });
});

test.each([
  [{ kind: 'Status', message: 'pods is forbidden' }, 'status 403: pods is forbidden'],
  ['no JSON', 'status 403: no JSON'],
])('an error answer %j is an error with its message', async (answer, message) => {
  const client = await clientOf((_, response) => {
    response.writeHead(403).end(typeof answer === 'string' ? answer : JSON.stringify(answer));
  });

  await expect(client.get('/x')).rejects.toThrow(new KubeError(403, message));
});

test.each([['[]'], ['7'], ['{']])('an answer %s that is no object is an error', async (answer) => {
  const client = await clientOf((_, response) => response.end(answer));

  await expect(client.get('/x')).rejects.toThrow(Error);
});

test('events are found however the answer is cut', async () => {
  const text =
    '{"type":"ADDED","object":{"metadata":{"name":"ä"}}}\n\n{"type":"DELETED","object":{"metadata":{"name":"b"}}}\n';
  const bytes = Buffer.from(text);
  const expected = [
    { type: 'ADDED', object: { metadata: { name: 'ä' } } },
    { type: 'DELETED', object: { metadata: { name: 'b' } } },
  ];

  expect(await watch(text)).toEqual(expected);
  expect(await watch(...Array.from(bytes, (byte) => Buffer.of(byte)))).toEqual(expected);
  expect(await watch(bytes.subarray(0, 38), bytes.subarray(38))).toEqual(expected);
});

test('the last event may lack a newline', async () => {
  expect(await watch('{"type":"BOOKMARK","object":{}}')).toEqual([{ type: 'BOOKMARK', object: {} }]);
});

test('a watch that is cut inside an event is an error', async () => {
  await expect(watch('{"type":"ADD')).rejects.toThrow(SyntaxError);
});

test('an error of whoever takes the events ends the watch', async () => {
  const client = await clientOf((_, response) => {
    response.write('{"type":"ADDED","object":{}}\n');
  });
  const take = (): void => {
    throw new Error('enough');
  };

  await expect(client.watch('/w', {}, never, take)).rejects.toThrow('enough');
});

test('a signal ends a watch', async () => {
  const client = await clientOf((_, response) => {
    response.write('{"type":"ADDED","object":{}}\n');
  });
  const controller = new AbortController();
  const watching = client.watch('/w', {}, controller.signal, () => {
    controller.abort();
  });

  await expect(watching).rejects.toThrow('aborted');
});

test('an object of another version is not replaced', async () => {
  const api = await ApiServer.start();
  const client = new KubeClient(api.access);
  api.put('/things', { metadata: { name: 'a' }, n: 1 });
  const read = await client.get('/things/a');
  api.put('/things', { metadata: { name: 'a' }, n: 2 });

  await expect(client.replace('/things/a', { ...read, n: 3 })).rejects.toMatchObject({ status: 409 });
  await expect(client.create('/things', { metadata: { name: 'a' } })).rejects.toMatchObject({ status: 409 });
  expect(await client.get('/things/a')).toMatchObject({ n: 2 });
  await api.close();
});
