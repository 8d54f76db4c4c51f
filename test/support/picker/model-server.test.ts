import { ModelServer, type ModelServerOptions } from './model-server';

let server: ModelServer | undefined;

async function start(options?: ModelServerOptions): Promise<ModelServer> {
  server = await ModelServer.start(options);
  return server;
}

afterEach(async () => {
  await server?.close();
  server = undefined;
});

function post(path: string, body: object): Promise<Response> {
  return fetch(`http://${server!.hostPort}${path}`, { method: 'POST', body: JSON.stringify(body) });
}

test('the page says what the script says', async () => {
  const { hostPort } = await start({ model: 'm' });
  server!.say({ waiting: 7, kvCacheUsage: 0.25, runningAdapters: ['a', 'b'] });

  const page = await (await fetch(`http://${hostPort}/metrics`)).text();

  expect(page).toContain('vllm:num_requests_waiting{engine="0",model_name="m"} 7.0\n');
  expect(page).toContain('vllm:kv_cache_usage_perc{engine="0",model_name="m"} 0.25\n');
  expect(page).toContain('running_lora_adapters="a,b"');
});

test('a large page is as long as that of a real server', async () => {
  await start();
  server!.say({ size: 'large' });

  const page = await (await fetch(`http://${server!.hostPort}/metrics`)).text();

  expect(page.length).toBeGreaterThan(50_000);
  expect(page.length).toBeLessThan(80_000);
});

test('answers a completion and names the pod', async () => {
  await start({ name: 'pod-a', tokens: 2 });

  const answer = await post('/v1/completions', { model: 'x', prompt: 'hi' });

  expect(answer.headers.get('x-inference-pod')).toBe('pod-a');
  expect(await answer.json()).toMatchObject({ model: 'x', choices: [{ text: 'pod-a-0 pod-a-1 ' }] });
  expect(server!.requests[0]?.body.toString()).toBe('{"model":"x","prompt":"hi"}');
  expect(server!.finished).toBe(1);
});

test('streams one event a token, then the usage', async () => {
  await start({ name: 'p', tokens: 3 });

  const text = await (await post('/v1/chat/completions', { stream: true, messages: [] })).text();

  const events = text.trim().split('\n\n');
  expect(events).toHaveLength(5);
  expect(events[0]).toContain('"delta":{"content":"p-0 "}');
  expect(events[3]).toContain('"completion_tokens":3');
  expect(events[4]).toBe('data: [DONE]');
});

test('a running request shows in the metrics while a test holds it', async () => {
  let go = (): void => undefined;
  const held = new Promise<void>((resolve) => (go = resolve));
  await start({ beforeToken: () => held });

  const answer = await post('/v1/completions', { stream: true });
  const page = await (await fetch(`http://${server!.hostPort}/metrics`)).text();
  go();
  await answer.text();

  expect(page).toContain('vllm:num_requests_running{engine="0",model_name="test-model"} 1.0\n');
});

test('a scripted status takes the place of the page', async () => {
  await start();
  server!.say({ answer: 503 });

  expect((await fetch(`http://${server!.hostPort}/metrics`)).status).toBe(503);
});
