import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import OpenAI, { NotFoundError } from 'openai';
import { startNodeProxy } from '../../../lib/local/gateway/node-proxy';
import { startLocalStack } from '../../../lib/local/stack/start-stack';
import type { LocalStack, LocalStackOptions, StackEvent } from '../../../lib/local/stack/types';
import type { Topology } from '../../../lib/local/manifests/topology';
import { stackManifests, stackTopology } from '../../support/local/topologies';

const stacks: LocalStack[] = [];
const blockers: Server[] = [];

afterEach(async () => {
  await Promise.all(stacks.splice(0).map((stack) => stack.stop()));
  for (const server of blockers.splice(0)) server.close();
});

const quickstart = stackTopology();

/** A stack that is ready, a hundred times as fast as reality. */
async function up(given: Partial<LocalStackOptions> = {}, topology: Topology = quickstart): Promise<LocalStack> {
  const options = { startGateway: startNodeProxy, speed: 100, loadSeconds: 0.01, ...given };
  const stack = await startLocalStack(topology, options);
  stacks.push(stack);
  return stack;
}

async function ready(given: Partial<LocalStackOptions> = {}, topology?: Topology): Promise<LocalStack> {
  const stack = await up(given, topology);
  await stack.whenReady();
  return stack;
}

function clientOf(stack: LocalStack, lane = 0): OpenAI {
  return new OpenAI({ baseURL: `${stack.urls[lane]?.url ?? ''}/v1`, apiKey: 'none', maxRetries: 0 });
}

const chat = (model = 'Qwen/Qwen3-8B', content = 'Why is the sky blue?') => ({
  model,
  messages: [{ role: 'user' as const, content }],
  max_completion_tokens: 8,
});

test('a client talks to the gateway unchanged: streams, both adapters, and an error for an unknown model', async () => {
  const client = clientOf(await ready());

  const stream = await client.chat.completions.create({ ...chat(), stream: true });
  let text = '';
  for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
  const adapters = await Promise.all(['support', 'code'].map((model) => client.chat.completions.create(chat(model))));
  const unknown = client.chat.completions.create(chat('gpt-5'));

  expect(text.trim().split(' ')).toHaveLength(8);
  expect(adapters.map(({ model }) => model)).toEqual(['support', 'code']);
  await expect(unknown).rejects.toThrow(NotFoundError);
  await expect(unknown).rejects.toThrow('The model `gpt-5` does not exist.');
});

test('its state shows pods, traffic and decisions that add up', async () => {
  const stack = await ready();
  const client = clientOf(stack);
  for (let i = 0; i < 5; i++) await client.chat.completions.create(chat('support'));

  const state = stack.state();
  const [lane] = state.lanes;

  expect(state).toMatchObject({ title: 'inference/llm-gateway', gateway: 'node-proxy', model: 'Qwen/Qwen3-8B' });
  expect(lane).toMatchObject({ name: 'picker', completed: 5, failed: 0, inFlight: 0 });
  expect(lane?.pods.map(({ phase }) => phase)).toEqual(['ready', 'ready', 'ready']);
  expect(lane?.pods.reduce((sum, { served }) => sum + served, 0)).toBe(5);
  expect(lane?.ttft.p50).toBeGreaterThan(0);
  expect(lane?.decisions).toHaveLength(5);
  for (const { candidates, pod } of lane?.decisions ?? []) {
    expect(candidates).toHaveLength(3);
    expect(candidates.filter(({ chosen }) => chosen).map((candidate) => candidate.pod)).toEqual([pod]);
    for (const { parts, total } of candidates) {
      expect(parts.reduce((sum, { weight, score }) => sum + weight * score, 0)).toBeCloseTo(total);
    }
  }
});

test('a server that still loads its model gets no traffic', async () => {
  const stack = await up({ loadSeconds: 1000 });
  const [lane] = stack.state().lanes;

  const response = await fetch(`${stack.urls[0]?.url ?? ''}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(chat()),
  });

  expect(lane?.pods.map(({ phase }) => phase)).toEqual(['loading', 'loading', 'loading']);
  expect(response.status).toBe(503);
  expect(stack.state().lanes[0]?.pods.every(({ served }) => served === 0)).toBe(true);
});

test('a killed pod disappears and traffic goes on; an added one joins', async () => {
  const events: StackEvent[] = [];
  const stack = await ready({ onEvent: (event) => void events.push(event) });
  const client = clientOf(stack);

  await stack.killPod('llm-qwen-server-2');
  for (let i = 0; i < 6; i++) await client.chat.completions.create(chat('code', `Question ${i}`));
  const added = await stack.addPod('picker', 'llm-qwen-server');
  await stack.whenReady();

  expect(added).toBe('llm-qwen-server-4');
  expect(stack.state().lanes[0]?.pods.map(({ name, phase }) => `${name} ${phase}`)).toEqual([
    'llm-qwen-server-1 ready',
    'llm-qwen-server-3 ready',
    'llm-qwen-server-4 ready',
  ]);
  expect(stack.state().lanes[0]?.completed).toBe(6);
  expect(events.map(({ text }) => text)).toContain('llm-qwen-server-2 was killed');
});

test('pods, lanes and Deployments that are not there are named', async () => {
  const stack = await ready({ replicas: 1 });

  await expect(stack.killPod('nobody')).rejects.toThrow('use llm-qwen-server-1');
  await expect(stack.addPod('blue', 'llm-qwen-server')).rejects.toThrow('fix: use picker');
  await expect(stack.addPod('picker', 'nobody')).rejects.toThrow('fix: use llm-qwen-server');
});

test('the compared lane has pods of its own, which take requests in turn', async () => {
  const stack = await ready({ compare: 'round-robin' });
  const client = clientOf(stack, 1);
  for (let i = 0; i < 6; i++) await client.chat.completions.create(chat());

  const [picker, plain] = stack.state().lanes;

  expect(stack.urls.map(({ lane }) => lane)).toEqual(['picker', 'round-robin']);
  expect(picker?.completed).toBe(0);
  expect(plain?.pods.map(({ name, served }) => `${name} ${served}`)).toEqual([
    'rr-llm-qwen-server-1 2',
    'rr-llm-qwen-server-2 2',
    'rr-llm-qwen-server-3 2',
  ]);
  expect(plain?.decisions).toEqual([]);
});

test('the picker follows the rewrites of its pool; a plain Service knows none', async () => {
  const rewrite = {
    apiVersion: 'inference.networking.x-k8s.io/v1alpha2',
    kind: 'InferenceModelRewrite',
    metadata: { name: 'chat', namespace: 'inference' },
    spec: {
      poolRef: { group: 'inference.networking.k8s.io', name: 'llm-qwen-pool' },
      rules: [{ matches: [{ model: { type: 'Exact', value: 'chat' } }], targets: [{ modelRewrite: 'support' }] }],
    },
  };
  const stack = await ready({ compare: 'round-robin', replicas: 1 }, stackTopology([...stackManifests(), rewrite]));

  const renamed = await clientOf(stack).chat.completions.create(chat('chat'));
  const plain = clientOf(stack, 1).chat.completions.create(chat('chat'));

  expect(renamed.usage?.completion_tokens).toBe(8);
  expect(stack.state().lanes[0]?.decisions).toMatchObject([{ model: 'support' }]);
  await expect(plain).rejects.toThrow('The model `chat` does not exist.');
});

test('pickers of others are played with a note', async () => {
  const [pool, ...rest] = quickstart.pools;
  const other = pool && { ...pool, picker: { ...pool.picker, flavor: 'upstream', args: ['--whatever'], replicas: 1 } };

  const stack = await ready({}, { ...quickstart, pools: other === undefined ? rest : [other] });

  expect(stack.notes).toContain(
    'picker inference/llm-qwen-picker is of the kind upstream; the bundled one plays its configuration',
  );
});

test('a port in use is named, and nothing is left running', async () => {
  const blocker = createServer();
  blockers.push(blocker);
  await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
  const { port } = blocker.address() as AddressInfo;

  await expect(up({ port })).rejects.toThrow(
    `gateway: 1 invalid setting
  - port ${port}
      why: another program listens there
      fix: stop that program, or choose other ports with --port`,
  );
});

test('a configuration that the picker refuses is named with its ConfigMap and line', async () => {
  const objects = stackManifests();
  const map = objects.find(({ kind, data }) => kind === 'ConfigMap' && data !== undefined);
  const [key = ''] = Object.keys(map?.data ?? {});
  if (map?.data !== undefined) map.data[key] = map.data[key]?.replace('max-score-picker', 'max-scare-picker') ?? '';

  await expect(up({}, stackTopology(objects))).rejects.toThrow(
    /^ConfigMap llm-qwen-picker(-config)?, [\w.-]+: .*\n {2}- .*line \d+.*max-scare-picker/,
  );
});

test('flags that the picker does not take are named with its Deployment', async () => {
  const pools = quickstart.pools.map((pool) => ({ ...pool, picker: { ...pool.picker, args: ['--pol-name=x'] } }));

  await expect(up({}, { ...quickstart, pools })).rejects.toThrow(
    /^picker inference\/llm-qwen-picker: 1 invalid setting\n {2}- --pol-name is not a flag/,
  );
});

test('a gateway that cannot start leaves nothing behind', async () => {
  const seen: number[] = [];
  const failing = up({
    startGateway: ({ pools }) => {
      seen.push(...pools.map(({ picker }) => picker.port));
      return Promise.reject(new Error('no gateway today'));
    },
  });

  await expect(failing).rejects.toThrow('no gateway today');
  const [port = 0] = seen;
  await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
});

test('a signal ends a stack in the middle of its start, and after it', async () => {
  const early = new AbortController();
  early.abort(new Error('enough'));
  await expect(up({ signal: early.signal })).rejects.toThrow('enough');

  const late = new AbortController();
  const stack = await up({ signal: late.signal });
  late.abort();
  await stack.stop();

  await expect(fetch(stack.urls[0]?.url ?? '')).rejects.toThrow();
});

test('a stack stops in the middle of its streams, and twice', async () => {
  const stack = await ready({ speed: 1 });
  const stream = await clientOf(stack).chat.completions.create({
    ...chat(),
    max_completion_tokens: 2000,
    stream: true,
  });
  const read = (async () => {
    const ids = new Set<string>();
    for await (const { id } of stream) ids.add(id);
  })();

  await Promise.all([stack.stop(), stack.stop(), expect(read).rejects.toThrow()]);

  expect(stack.state().lanes[0]?.pods).toEqual([]);
});
