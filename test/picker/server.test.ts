import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { selfSigned } from '../../lib/picker/io/tls-certificate';
import { createPickerServer } from '../../lib/picker/server';
import { type Log, NO_LOG } from '../../lib/picker/telemetry/log';
import { HEALTH_SERVICES } from '../../lib/picker/server-readiness';
import { bodyMessage, headersMessage } from '../support/picker/ext-proc-messages';
import type { ModelServer } from '../support/picker/model-server';
import { closeModelServers, modelServer } from '../support/picker/running-model-servers';
import type { RawClient } from '../support/picker/ext-proc-client';
import {
  FREE_PORTS,
  healthOf,
  pageOf,
  pickerOptions,
  type ServedPicker,
  servePicker,
  stopPickers,
  until,
} from '../support/picker/served-picker';

afterEach(async () => {
  await stopPickers();
  await closeModelServers();
});

/** A picker that knows the metrics of its one pod. */
async function readyPicker(argv: readonly string[] = []): Promise<ServedPicker & { readonly pod: ModelServer }> {
  const pod = await modelServer();
  const picker = await servePicker(argv);
  picker.source.pods(pod.port);
  await until(() => picker.server.ready);
  return { ...picker, pod };
}

/** Status of a page, asked for without a connection that is kept. */
function statusOf(options: RequestOptions): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const send = options.protocol === 'https:' ? httpsRequest : request;
    const sent = send({ ...options, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.on('error', reject).end();
  });
}

const CHAT = JSON.stringify({ model: 'llama', messages: [{ role: 'user', content: 'hello' }] });

function ask(client: RawClient, body = CHAT) {
  const call = client.call();
  call.send(
    headersMessage('request', [
      [':method', 'POST'],
      [':path', '/v1/chat/completions'],
    ]),
    bodyMessage('request', body, true),
  );
  return call;
}

test('gives a request to the pod and shows it on its pages', async () => {
  const { client, ports, pod } = await readyPicker();
  const call = ask(await client());

  const [headers, body] = await call.answers(2);
  const destination = headers!.set!.find(([name]) => name === 'x-gateway-destination-endpoint');

  expect(destination?.[1]).toBe(`127.0.0.1:${pod.port}`);
  expect(body!.body!.toString()).toBe(CHAT);
  const metrics = await pageOf(ports.admin, '/metrics');
  expect(metrics.text).toMatch(/^llm_d_epp_request_total\{.*model_name="llama".*\} 1$/m);
  expect(metrics.text).toContain('inference_pool_ready_pods{name="test"} 1');
  const decisions = JSON.parse((await pageOf(ports.admin, '/debug/decisions')).text) as { total: number };
  expect(decisions.total).toBe(1);
  const state = JSON.parse((await pageOf(ports.admin, '/debug/state')).text) as Record<string, unknown>;
  expect(state).toMatchObject({ ready: [], streams: 1, waiting: 0, pool: { name: 'test', synced: true } });
});

test('speaks TLS unless told otherwise', async () => {
  const { client } = await readyPicker(['--secure-serving=true']);

  expect((await ask(await client()).answer()).kind).toBe('request-headers');
});

test('is alive at once, and ready with the pods and their first metrics', async () => {
  const pod = await modelServer();
  pod.say({ answer: 500 });
  const { source, ports, server } = await servePicker();
  const statuses = () => Promise.all(HEALTH_SERVICES.map((service) => healthOf(ports.health, service)));

  expect(await statuses()).toEqual([1, 2, 2, 2, 2]);
  source.pods(pod.port);
  await until(() => pod.scrapes > 0);
  expect(server.ready).toBe(false);
  pod.say({ answer: 'page' });
  await until(() => server.ready);

  expect(await statuses()).toEqual([1, 1, 1, 1, 1]);
  expect(await healthOf(ports.health, 'other')).toBeUndefined();
});

test('a pool without pods is ready, and answers 503', async () => {
  const { source, server, client } = await servePicker();
  source.pods();

  expect(server.ready).toBe(true);
  expect(await ask(await client()).answer()).toMatchObject({ kind: 'immediate', status: 503 });
});

test('is not ready while another process leads', async () => {
  const { source, server } = await servePicker();
  source.pods();
  source.leads = false;

  expect(server.ready).toBe(false);
});

describe('stopping', () => {
  test('first ends readiness and still serves, then ends streams in their own time', async () => {
    const { client, ports, server, source } = await readyPicker();
    const gateway = await client();
    const early = ask(gateway);
    await early.answers(2);

    const stopped = server.stop(1500);
    expect(await healthOf(ports.health, 'readiness')).toBe(2);
    expect(await healthOf(ports.health, 'liveness')).toBe(1);
    expect(source.resigned).toBe(1);
    const late = ask(gateway);
    expect((await late.answers(2)).map(({ kind }) => kind)).toEqual(['request-headers', 'request-body']);
    early.send(headersMessage('response', [[':status', '200']], { endOfStream: true }));
    late.send(headersMessage('response', [[':status', '200']], { endOfStream: true }));
    expect([(await early.answer()).kind, (await late.answer()).kind]).toEqual(['response-headers', 'response-headers']);
    early.halfClose();
    late.halfClose();
    await stopped;

    expect((await early.end()).status).toBe(0);
    expect((await late.end()).status).toBe(0);
    await expect(pageOf(ports.admin, '/healthz')).rejects.toThrow();
  });

  test('is cut short by force', async () => {
    const { client, server } = await readyPicker();
    const call = ask(await client());
    await call.answers(2);

    const stopped = server.stop(1_000_000);
    server.kill();
    await stopped;

    await call.end();
    expect(server.streams).toBe(0);
  });
});

test('a port that is taken ends the start, and leaves nothing open', async () => {
  const { ports } = await servePicker();

  await expect(servePicker([`--grpc-port=${ports.grpc}`])).rejects.toThrow('EADDRINUSE');
});

test('answers health checks beside the external processor where it is asked to', async () => {
  const { ports, source } = await servePicker(['--health-checking']);
  source.pods();

  expect(await healthOf(ports.grpc, 'envoy.service.ext_proc.v3.ExternalProcessor')).toBe(1);
});

test('says once that a pod cannot be read, and once that it can again', async () => {
  const lines: string[] = [];
  const log: Log = { ...NO_LOG, info: (message) => lines.push(message), warn: (message) => lines.push(message) };
  const pod = await modelServer();
  pod.say({ answer: 500 });
  const { source } = await servePicker([], { log });

  source.pods(pod.port);
  await until(() => pod.scrapes > 2);
  pod.say({ answer: 'page' });
  await until(() => lines.length > 1);

  expect(lines).toEqual(['metrics cannot be read', 'metrics can be read again']);
});

test('opens debug pages to whoever has the token of the file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'token-'));
  const file = join(folder, 'token');
  writeFileSync(file, 'secret\n');
  const { ports } = await servePicker([`--debug-token-file=${file}`]);
  const ask = (headers: Record<string, string>) =>
    statusOf({ host: '127.0.0.1', port: ports.admin, path: '/debug/state', headers: { host: 'pod', ...headers } });

  expect(await ask({})).toBe(401);
  expect(await ask({ authorization: 'Bearer guess' })).toBe(401);
  expect(await ask({ authorization: 'Bearer secret' })).toBe(200);
  writeFileSync(file, 'rotated');
  expect(await ask({ authorization: 'Bearer rotated' })).toBe(200);
  rmSync(folder, { recursive: true });
});

test('serves its pages with TLS, to clients with the right certificate', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'certificates-'));
  const { cert, key } = await selfSigned(new Date(), []);
  const client = await generate([{ name: 'commonName', value: 'scraper' }], {
    keyType: 'ec',
    extensions: [{ name: 'basicConstraints', cA: true }],
  });
  for (const [name, text] of Object.entries({ 'tls.crt': cert, 'tls.key': key, 'ca.crt': client.cert })) {
    writeFileSync(join(folder, name), text);
  }
  const { ports } = await servePicker([
    `--metrics-cert-dir=${folder}`,
    `--metrics-client-ca-file=${join(folder, 'ca.crt')}`,
  ]);
  const ask = (credentials: object) =>
    statusOf({
      host: '127.0.0.1',
      port: ports.admin,
      path: '/healthz',
      protocol: 'https:',
      rejectUnauthorized: false,
      ...credentials,
    });

  expect(await ask({ cert: client.cert, key: client.private })).toBe(200);
  await expect(ask({})).rejects.toThrow();
  rmSync(folder, { recursive: true });
});

test('takes endpoints from the file that the configuration names', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'endpoints-'));
  const file = join(folder, 'endpoints.yaml');
  writeFileSync(file, 'endpoints: [{ name: a, address: 127.0.0.1, port: 1 }]\n');
  const config = `
apiVersion: llm-d.ai/v1alpha1
kind: EndpointPickerConfig
plugins:
  - { type: file-discovery, parameters: { path: ${file} } }
dataLayer: { discovery: { pluginRef: file-discovery } }
`;
  const server = await createPickerServer(pickerOptions([`--config-text=${config}`, ...FREE_PORTS]));
  await server.start();

  expect(server.pool.endpoints.map(({ hostPort }) => hostPort)).toEqual(['127.0.0.1:1']);
  server.kill();
  await server.stop(0);
  rmSync(folder, { recursive: true });
});

test('shows metrics to whom Kubernetes allows', async () => {
  const source = { token: '' };
  const picker = await servePicker(['--metrics-endpoint-auth=true'], {
    source: () => ({
      start: () => Promise.resolve(),
      stop: () => Promise.resolve(),
      leads: true,
      resign: () => undefined,
      reviewer: (token) => {
        source.token = token;
        return Promise.resolve('allowed');
      },
    }),
  });
  const url = `http://127.0.0.1:${picker.ports.admin}/metrics`;

  expect((await fetch(url)).status).toBe(401);
  expect((await fetch(url, { headers: { authorization: 'Bearer abc' } })).status).toBe(200);
  expect(source.token).toBe('abc');
});
