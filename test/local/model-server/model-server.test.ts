import { ENGINE_METRICS } from '../../../lib/core/engine-metrics';
import type { ServedRequest } from '../../../lib/local/model-server/engine';
import type { ModelServer } from '../../../lib/local/model-server/model-server';
import { EngineReader } from '../../../lib/picker/pool/engine-reader';
import { ManualTiming, serveModel, stopServers, urlOf, vllmSettings } from '../../support/local/model-servers';

afterEach(stopServers);

interface Answer {
  readonly status: number;
  readonly text: string;
}

async function get(server: ModelServer, path: string): Promise<Answer> {
  const response = await fetch(urlOf(server, path));
  return { status: response.status, text: await response.text() };
}

async function post(server: ModelServer, path: string, body: unknown): Promise<Answer> {
  const response = await fetch(urlOf(server, path), {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, text: await response.text() };
}

const chat = (model = 'acme/base-8B') => ({ model, messages: [{ role: 'user', content: 'Hi' }], max_tokens: 3 });

test('a server that loads its model answers 503 to everything, and then serves', async () => {
  const timing = new ManualTiming();
  const phases: string[] = [];
  const server = await serveModel({ timing, loadMs: 3000, onPhase: (phase) => void phases.push(phase) });

  timing.pass(2999);
  const before = [await get(server, '/health'), await post(server, '/v1/chat/completions', chat())];
  timing.pass(1);
  const after = await get(server, '/health');

  expect(before.map(({ status }) => status)).toEqual([503, 503]);
  expect(before[1]?.text).toBe(
    '{"error":{"message":"the model is still loading","type":"ServiceUnavailableError","param":null,"code":503}}',
  );
  expect(after).toEqual({ status: 200, text: '' });
  expect(phases).toEqual(['loading', 'ready']);
});

test('a server that is killed while it loads never becomes ready', async () => {
  const timing = new ManualTiming();
  const phases: string[] = [];
  const server = await serveModel({ timing, loadMs: 3000, onPhase: (phase) => void phases.push(phase) });

  await server.kill();
  timing.pass(5000);

  expect(phases).toEqual(['loading', 'gone']);
  expect(timing.pending).toBe(0);
});

test("the picker's own reader understands its metrics", async () => {
  const timing = new ManualTiming();
  const server = await serveModel({ timing, loadMs: 0, speed: 1 });
  timing.pass(1);
  const answers = [chat('support'), chat('support'), chat('code'), chat()].map((body) =>
    post(server, '/v1/chat/completions', { ...body, max_tokens: 500 }),
  );
  while (server.engine.running + server.engine.waiting < 4) await new Promise(setImmediate);
  timing.pass(300);

  const { text } = await get(server, '/metrics');
  const reader = EngineReader.of(ENGINE_METRICS['vllm'] ?? fail());
  const reading = 'read' in reader ? reader.read(new TextEncoder().encode(text), 5) : undefined;

  expect(reading).toMatchObject({
    metrics: {
      waiting: 0,
      running: 4,
      runningAdapters: new Set(['support', 'code']),
      waitingAdapters: new Set(),
      maxAdapters: 2,
      blockSizeTokens: 16,
      blocks: 1000,
    },
  });
  expect(text).toMatch(/vllm:kv_cache_usage_perc\{model_name="acme\/base-8B",engine="0"\} 0\.00\d/);
  await server.kill();
  await Promise.allSettled(answers);
});

test('counters and histograms say what was served', async () => {
  const server = await serveModel();
  const prompt = 'The same prompt of some length for both. '.repeat(8);
  for (let i = 0; i < 2; i++) await post(server, '/v1/completions', { model: 'acme/base-8B', prompt, max_tokens: 5 });

  const { text } = await get(server, '/metrics');
  const value = (series: string): number => Number(new RegExp(`^vllm:${series}\\{[^}]*\\} (.*)$`, 'm').exec(text)?.[1]);

  expect(value('prefix_cache_queries_total')).toBe(2 * 82);
  expect(value('prefix_cache_hits_total')).toBe(80);
  expect(value('prompt_tokens_total')).toBe(2 * 82);
  expect(value('generation_tokens_total')).toBe(10);
  expect(value('time_to_first_token_seconds_count')).toBe(2);
  expect(value('request_time_per_output_token_seconds_count')).toBe(2);
  expect(text).toContain('vllm:request_success_total{model_name="acme/base-8B",engine="0",finished_reason="length"} 2');
});

test('an adapter can be loaded and unloaded while the server runs', async () => {
  const server = await serveModel();
  const load = { lora_name: 'legal', lora_path: '/adapters/legal' };

  expect(await post(server, '/v1/chat/completions', chat('legal'))).toMatchObject({ status: 404 });
  expect(await post(server, '/v1/load_lora_adapter', load)).toEqual({
    status: 200,
    text: "Success: adapter 'legal' loaded",
  });
  expect(await post(server, '/v1/chat/completions', chat('legal'))).toMatchObject({ status: 200 });
  expect(await post(server, '/v1/unload_lora_adapter', load)).toMatchObject({ status: 200 });
  expect(await post(server, '/v1/chat/completions', chat('legal'))).toMatchObject({ status: 404 });
});

test.each([
  ['/v1/load_lora_adapter', { lora_name: 'x' }, 400, 'lora_name and lora_path must both be given'],
  ['/v1/load_lora_adapter', { lora_name: 'code', lora_path: 'p' }, 400, 'the adapter `code` is loaded already'],
  ['/v1/unload_lora_adapter', { lora_name: 'x' }, 404, 'the adapter `x` is not loaded'],
  ['/v1/unload_lora_adapter', {}, 400, 'lora_name must be given'],
  ['/v1/chat/completions', '{"model":', 400, 'the body is not JSON'],
  ['/v1/chat/completions', [], 400, 'the body must be a JSON object'],
  ['/v1/chat/completions', { messages: [] }, 400, 'model must be a text'],
  ['/v1/chat/completions', { model: 'm', messages: [] }, 400, 'messages must be a list with at least one message'],
  ['/v1/chat/completions', { model: 'm', messages: [{}] }, 400, 'every message must have a role'],
  ['/v1/chat/completions', { ...chat(), max_tokens: 0 }, 400, 'max_tokens must be a whole number of at least 1, not 0'],
  ['/v1/chat/completions', { ...chat(), n: 2 }, 400, 'n 2: the simulated server gives one answer a request'],
  ['/v1/completions', { model: 'm' }, 400, 'prompt must be a text or a list of tokens'],
  [
    '/v1/completions',
    { model: 'm', prompt: ['a', 'b'] },
    400,
    'prompt: the simulated server takes one prompt a request',
  ],
  ['/v1/embeddings', {}, 404, 'there is nothing at POST /v1/embeddings'],
])('%s with %j fails with %i: %s', async (path, body, status, message) => {
  const server = await serveModel();

  const answer = await post(server, path, body);

  expect(answer.status).toBe(status);
  expect(JSON.parse(answer.text)).toMatchObject({ error: { message, code: status } });
});

test('a server without LoRA takes no adapters', async () => {
  const server = await serveModel({ settings: vllmSettings({ maxLoras: 0, adapters: [] }) });

  const answer = await post(server, '/v1/load_lora_adapter', { lora_name: 'x', lora_path: 'y' });

  expect(answer.status).toBe(400);
  expect(answer.text).toContain('the server was started without --enable-lora');
  expect((await get(server, '/metrics')).text).not.toContain('lora_requests_info');
});

test('whoever watches a server is told of its requests', async () => {
  const ended: ServedRequest[] = [];
  const server = await serveModel({ observer: { ended: (served) => void ended.push(served) } });

  await post(server, '/v1/chat/completions', chat('code'));

  expect(ended).toMatchObject([
    { outcome: 'completed', generatedTokens: 3, request: { model: 'code', adapter: true } },
  ]);
});

test('an answer names its pod, and carries the id that the request came with', async () => {
  const server = await serveModel();

  const response = await fetch(urlOf(server, '/v1/chat/completions'), {
    method: 'POST',
    headers: { 'x-request-id': 'abc' },
    body: JSON.stringify(chat()),
  });

  expect(response.headers.get('x-inference-pod')).toBe('pod-1');
  expect(await response.json()).toMatchObject({ id: 'chatcmpl-abc' });
});

function fail(): never {
  throw new Error('vLLM has metrics');
}
