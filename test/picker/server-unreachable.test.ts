import { bodyMessage, headersMessage } from '../support/picker/ext-proc-messages';
import type { RawClient } from '../support/picker/ext-proc-client';
import { closeModelServers, modelServer } from '../support/picker/running-model-servers';
import { pageOf, servePicker, stopPickers, until } from '../support/picker/served-picker';

afterEach(async () => {
  await stopPickers();
  await closeModelServers();
});

/** The endpoint that a request is given to. No prompt is like another, so that no prefix decides. */
async function destination(client: RawClient, prompt: number): Promise<string | undefined> {
  const call = client.call();
  call.send(
    headersMessage('request', [
      [':method', 'POST'],
      [':path', '/v1/completions'],
    ]),
    bodyMessage('request', JSON.stringify({ model: 'llama', prompt: `${prompt} is the number` }), true),
  );
  const [headers] = await call.answers(1);
  return headers?.set?.find(([name]) => name === 'x-gateway-destination-endpoint')?.[1];
}

async function unreachable(port: number): Promise<readonly string[]> {
  const { text } = await pageOf(port, '/debug/state');
  const state = JSON.parse(text) as { pool: { endpoints: { hostPort: string; unreachable: boolean }[] } };
  return state.pool.endpoints.flatMap((endpoint) => (endpoint.unreachable ? [endpoint.hostPort] : []));
}

test('a pod that refuses connections gets no requests while another one does not', async () => {
  const [alive, dead] = [await modelServer(), await modelServer()];
  const { client, ports, server, source } = await servePicker();
  source.pods(alive.port, dead.port);
  await until(() => server.pool.endpoints.every(({ metrics }) => metrics !== undefined));
  await dead.close();
  await until(async () => (await unreachable(ports.admin)).length === 1);

  const gateway = await client();
  const picked = new Set<string | undefined>();
  for (let i = 0; i < 20; i++) picked.add(await destination(gateway, i));

  expect(picked).toEqual(new Set([alive.hostPort]));
});

test('where no pod takes connections from the picker, all are tried: the gateway may get through', async () => {
  const [one, two] = [await modelServer(), await modelServer()];
  const addresses = [one, two].map(({ hostPort }) => hostPort);
  const { client, ports, server, source } = await servePicker();
  source.pods(one.port, two.port);
  await until(() => server.pool.endpoints.every(({ metrics }) => metrics !== undefined));
  await Promise.all([one.close(), two.close()]);
  await until(async () => (await unreachable(ports.admin)).length === 2);

  const gateway = await client();
  const picked = new Set<string | undefined>();
  for (let i = 0; i < 20; i++) picked.add(await destination(gateway, i));

  expect(picked).toEqual(new Set(addresses));
});
