import { Rig } from './rig';

const prompt = (text: string, more: object = {}): object => ({
  model: 'test-model',
  prompt: text,
  max_tokens: 3,
  ...more,
});

describe('requests through Envoy', () => {
  let rig: Rig;
  beforeAll(async () => {
    const rewrites = [
      {
        name: 'alias',
        rules: [{ matches: [{ model: { value: 'alias' } }], targets: [{ modelRewrite: 'a-much-longer-model-name' }] }],
      },
    ];
    rig = await Rig.start({ servers: ['a', 'b', 'c'].map((name) => ({ name: `pod-${name}`, tokens: 5 })), rewrites });
  }, 60_000);
  afterAll(() => rig.stop());

  test('the chosen pod gets the request, and the decision says so', async () => {
    const answer = await rig.complete(prompt('hello'));

    expect(answer.status).toBe(200);
    const [decision] = await decisions(rig);
    expect(decision).toMatchObject({ model: 'test-model', endpoint: `${answer.pod!}-rank-0` });
    expect(answer.headers).toMatchObject({ 'x-inference-decision-id': decision!.id });
  });

  test('the gateway may narrow the choice', async () => {
    const only = rig.server('pod-b');

    const pods = [];
    for (let i = 0; i < 5; i++) {
      pods.push((await rig.complete(prompt(`subset ${i}`), { 'x-test-subset': only.hostPort })).pod);
    }
    expect(pods).toEqual(Array(5).fill('pod-b'));
  });

  test('a body of 1 MiB arrives unchanged', async () => {
    const body = prompt('ä'.repeat(512 * 1024));

    const answer = await rig.complete(body);

    expect(answer.status).toBe(200);
    const [received] = rig.server(answer.pod!).requests.slice(-1);
    expect(received!.body.equals(Buffer.from(JSON.stringify(body)))).toBe(true);
  });

  test('a body in many small chunks arrives unchanged', async () => {
    const text = Buffer.from(JSON.stringify(prompt('small chunks, größer als nichts '.repeat(200))));
    const pieces = Array.from({ length: Math.ceil(text.length / 7) }, (_, i) => text.subarray(i * 7, i * 7 + 7));

    const answer = await rig.complete(pieces, { 'content-type': 'application/json' });

    expect(answer.status).toBe(200);
    expect(rig.server(answer.pod!).requests.at(-1)!.body.equals(text)).toBe(true);
  });

  test('a rewritten model name arrives with the right content length, and the client sees its own name', async () => {
    const answer = await rig.complete({ model: 'alias', prompt: 'hi', max_tokens: 2 });

    expect(answer.status).toBe(200);
    const received = rig.server(answer.pod!).requests.at(-1)!;
    expect(JSON.parse(received.body.toString())).toEqual({
      model: 'a-much-longer-model-name',
      prompt: 'hi',
      max_tokens: 2,
    });
    expect(received.headers['content-length'] ?? String(received.body.length)).toBe(String(received.body.length));
    expect(JSON.parse(answer.body)).toMatchObject({ model: 'alias' });
  });

  test('headers that only the picker needs do not reach the model server', async () => {
    const answer = await rig.complete(prompt('headers'), {
      'x-gateway-inference-objective': 'none',
      'x-gateway-inference-fairness-id': 'tenant',
      authorization: 'Bearer stays',
    });

    const { headers } = rig.server(answer.pod!).requests.at(-1)!;
    expect(Object.keys(headers).filter((name) => /objective|fairness/.test(name))).toEqual([]);
    expect(headers['authorization']).toBe('Bearer stays');
  });

  test('a request without a body is routed too', async () => {
    const answer = await rig.send({ method: 'GET', path: '/v1/models' });

    expect([answer.status, JSON.parse(answer.body)]).toMatchObject([200, { object: 'list' }]);
  });

  test('a body that is not JSON is refused with the reason', async () => {
    const answer = await rig.complete(['{"model": "m", "prompt": ']);

    expect(answer.status).toBe(400);
    expect(answer.body).toMatch(/inference error: BadRequest/);
  });

  test('the follow-up of a conversation lands on the pod that has its prefix, and leaves it when that is overloaded', async () => {
    const history = 'a long conversation about rivers and their deltas. '.repeat(400);
    const first = await rig.complete(prompt(history));
    const followUps = [];
    for (let i = 0; i < 3; i++) followUps.push((await rig.complete(prompt(`${history} question ${i}`))).pod);
    expect(followUps).toEqual(Array(3).fill(first.pod));

    rig.server(first.pod!).say({ waiting: 200, running: 256, kvCacheUsage: 0.99 });
    await rig.metricsRead();
    const after = await rig.complete(prompt(`${history} another question`));
    rig.server(first.pod!).say({ waiting: 'auto', running: 'auto', kvCacheUsage: 0 });

    expect(after.pod).not.toBe(first.pod);
  });
});

test('streamed answers arrive token by token, not at their end', async () => {
  const gates: (() => void)[] = [];
  const beforeToken = (): Promise<void> => new Promise((resolve) => gates.push(resolve));
  const rig = await Rig.start({ servers: [{ name: 'slow', tokens: 3, beforeToken }] });
  try {
    const answer = rig.complete(prompt('stream', { stream: true }));
    const seen: number[] = [];
    for (let token = 0; token < 3; token++) {
      await rig.until(() => gates.length > token);
      gates[token]!();
      seen.push(await rig.clientGot(token + 1));
    }
    expect(seen).toEqual([1, 2, 3]);
    expect((await answer).body).toContain('data: [DONE]');
  } finally {
    for (const open of gates) open();
    await rig.stop();
  }
}, 60_000);

async function decisions(rig: Rig): Promise<readonly { readonly id: string }[]> {
  const page = (await rig.picker.debug('decisions?limit=1')) as { decisions: readonly { readonly id: string }[] };
  return page.decisions;
}
