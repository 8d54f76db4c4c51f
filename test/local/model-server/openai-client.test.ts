import OpenAI, { NotFoundError, BadRequestError } from 'openai';
import { replicaSettings } from '../../support/simulator/builders';
import { serveModel, stopServers, urlOf, vllmSettings } from '../../support/local/model-servers';
import type { ModelServer } from '../../../lib/local/model-server/model-server';

afterEach(stopServers);

function clientOf(server: ModelServer): OpenAI {
  return new OpenAI({ baseURL: urlOf(server, '/v1'), apiKey: 'none', maxRetries: 0 });
}

const messages = [{ role: 'user' as const, content: 'Why is the sky blue?' }];

test('a chat gets an answer of the length that it asked for', async () => {
  const client = clientOf(await serveModel());

  const answer = await client.chat.completions.create({ model: 'acme/base-8B', messages, max_completion_tokens: 12 });

  expect(answer).toMatchObject({ object: 'chat.completion', model: 'acme/base-8B' });
  expect(answer.choices).toMatchObject([{ index: 0, finish_reason: 'length', message: { role: 'assistant' } }]);
  expect(answer.choices[0]?.message.content?.trim().split(' ')).toHaveLength(12);
  expect(answer.usage).toEqual({
    prompt_tokens: 13,
    completion_tokens: 12,
    total_tokens: 25,
    prompt_tokens_details: { cached_tokens: 0 },
  });
});

test('a streamed chat is the same answer in pieces, and ends with its usage', async () => {
  const client = clientOf(await serveModel());
  const request = { model: 'acme/base-8B', messages, max_completion_tokens: 20 };
  const whole = await client.chat.completions.create(request);

  const stream = await client.chat.completions.create({
    ...request,
    stream: true,
    stream_options: { include_usage: true },
  });
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);

  expect(chunks[0]?.choices[0]?.delta).toEqual({ role: 'assistant', content: '' });
  const text = chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('');
  expect(text).toBe(whole.choices[0]?.message.content);
  expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('length');
  expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: 20 } });
  expect(new Set(chunks.map(({ id }) => id)).size).toBe(1);
});

test('without a limit the model ends by itself, each time at the same word', async () => {
  const client = clientOf(await serveModel());

  const answers = await Promise.all(
    [1, 2].map(() => client.chat.completions.create({ model: 'acme/base-8B', messages })),
  );

  expect(answers[0]?.choices[0]?.finish_reason).toBe('stop');
  expect(answers[0]?.choices[0]?.message.content).toBe(answers[1]?.choices[0]?.message.content);
});

test('completions take a text or tokens, and stream', async () => {
  const client = clientOf(await serveModel());

  const text = await client.completions.create({ model: 'acme/base-8B', prompt: 'Once upon a time' });
  const tokens = await client.completions.create({ model: 'acme/base-8B', prompt: [1, 2, 3], max_tokens: 2 });
  const stream = await client.completions.create({
    model: 'acme/base-8B',
    prompt: 'Once',
    stream: true,
    max_tokens: 3,
  });
  let streamed = '';
  for await (const chunk of stream) streamed += chunk.choices[0]?.text ?? '';

  expect(text).toMatchObject({ object: 'text_completion', usage: { prompt_tokens: 4, completion_tokens: 16 } });
  expect(tokens.usage).toMatchObject({ prompt_tokens: 3, completion_tokens: 2 });
  expect(streamed.trim().split(' ')).toHaveLength(3);
});

test('adapters answer to their names', async () => {
  const client = clientOf(await serveModel());

  const answers = await Promise.all(
    ['support', 'code'].map((model) => client.chat.completions.create({ model, messages, max_completion_tokens: 2 })),
  );
  const { data } = await client.models.list();

  expect(answers.map(({ model }) => model)).toEqual(['support', 'code']);
  expect(data.map(({ id }) => id)).toEqual(['acme/base-8B', 'support', 'code']);
});

test('an unknown model is an error that names it', async () => {
  const client = clientOf(await serveModel());

  const failed = client.chat.completions.create({ model: 'gpt-5', messages });

  await expect(failed).rejects.toThrow(NotFoundError);
  await expect(failed).rejects.toThrow('404 The model `gpt-5` does not exist.');
});

test('a prompt that does not fit is an error that says by how much', async () => {
  const client = clientOf(await serveModel({ maxTokens: 100 }));

  const failed = client.chat.completions.create({ model: 'acme/base-8B', messages, max_completion_tokens: 100 });

  await expect(failed).rejects.toThrow(BadRequestError);
  await expect(failed).rejects.toThrow(
    "400 This model's maximum context length is 100 tokens, and the request needs 113: 13 in the messages, 100 in the answer.",
  );
});

test('the second turn of a conversation finds the first one in the cache', async () => {
  const client = clientOf(await serveModel());
  const system = { role: 'system' as const, content: 'You are a helpful assistant. '.repeat(20) };
  const first = await client.chat.completions.create({
    model: 'acme/base-8B',
    messages: [system, ...messages],
    max_completion_tokens: 64,
  });

  const second = await client.chat.completions.create({
    model: 'acme/base-8B',
    messages: [
      system,
      ...messages,
      { role: 'assistant', content: first.choices[0]?.message.content ?? '' },
      { role: 'user', content: 'And at night?' },
    ],
    max_completion_tokens: 4,
  });

  const known = (first.usage?.prompt_tokens ?? 0) + 64;
  // All whole blocks of the first prompt and its answer; the last token of an answer is never computed.
  expect(second.usage?.prompt_tokens_details?.cached_tokens).toBe(Math.floor((known - 1) / 16) * 16);
});

test('an adapter shares no cache with its base model', async () => {
  const client = clientOf(await serveModel());
  const content = 'A long prompt that two models get. '.repeat(20);
  const ask = (model: string) =>
    client.chat.completions.create({ model, messages: [{ role: 'user', content }], max_completion_tokens: 1 });

  await ask('acme/base-8B');
  const adapter = await ask('support');
  const base = await ask('acme/base-8B');

  expect(adapter.usage?.prompt_tokens_details?.cached_tokens).toBe(0);
  expect(base.usage?.prompt_tokens_details?.cached_tokens).toBe(176);
});

test('a client that goes away ends the work on its answer', async () => {
  const server = await serveModel({ speed: 1 });
  const client = clientOf(server);
  const stream = await client.chat.completions.create({
    model: 'acme/base-8B',
    messages,
    max_completion_tokens: 2000,
    stream: true,
  });
  expect(server.engine.running + server.engine.waiting).toBe(1);

  stream.controller.abort();
  while (server.engine.running > 0) await new Promise(setImmediate);

  expect(server.engine.kvCacheUsage).toBe(0);
  expect(server.served).toBe(0);
});

test('a killed server breaks its streams off', async () => {
  const server = await serveModel({ speed: 1 });
  const stream = await clientOf(server).chat.completions.create({
    model: 'acme/base-8B',
    messages,
    max_completion_tokens: 2000,
    stream: true,
  });

  const read = (async () => {
    const ids = new Set<string>();
    for await (const { id } of stream) ids.add(id);
  })();
  await server.kill();

  await expect(read).rejects.toThrow();
  expect(server.phase).toBe('gone');
});

test('a hundred streams at a time each get all of their tokens', async () => {
  const server = await serveModel({
    replica: replicaSettings({ blocks: 10_000, limits: { tokens: 8192, sequences: 256 } }),
    settings: vllmSettings({ adapters: [] }),
  });
  const client = clientOf(server);

  const lengths = await Promise.all(
    Array.from({ length: 100 }, async (_, i) => {
      const prompt = `${i} tells a story`;
      const stream = await client.completions.create({
        model: 'acme/base-8B',
        prompt,
        max_tokens: 50 + i,
        stream: true,
      });
      let text = '';
      for await (const chunk of stream) text += chunk.choices[0]?.text ?? '';
      return text.trim().split(' ').length;
    }),
  );

  expect(lengths).toEqual(Array.from({ length: 100 }, (_, i) => 50 + i));
  expect(server.served).toBe(100);
});
