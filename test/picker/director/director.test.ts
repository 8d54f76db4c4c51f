import type { AdmissionVerdict } from '../../../lib/picker/admission/types';
import {
  bodyOf,
  CHAT,
  everyProfile,
  profile,
  reject,
  route,
  scorerOf,
  testDirector,
  textOf,
} from '../../support/picker/director-parts';

describe('a request that can be served', () => {
  test('goes to the endpoint that the scheduler chose', () => {
    const { send } = testDirector();

    expect(route(send()).destination).toBe('10.0.0.0:8000');
  });

  test('keeps its body, the very same object', () => {
    const { director } = testDirector();
    const body = bodyOf();
    const headers = new Map([[':path', '/v1/chat/completions']]);
    const signal = new AbortController().signal;

    const verdict = route(director.direct({ headers, subset: undefined, receivedAt: 0, signal }, body));

    expect(verdict.body).toBe(body);
  });

  test('names fallbacks in the order of the scheduler', () => {
    const picker = {
      kind: 'picker' as const,
      type: 'p',
      name: 'p',
      pick: (_: unknown, all: readonly never[]) => all.slice(1),
    };
    const { send } = testDirector({ profiles: [profile({ picker })] });

    expect(route(send()).destination).toBe('10.0.0.1:8000,10.0.0.2:8000');
  });

  test('writes an IPv6 endpoint with brackets', () => {
    const { send } = testDirector({ pool: [{ address: 'fd00::1' }] });

    expect(route(send()).destination).toBe('[fd00::1]:8000');
  });

  test('keeps its id', () => {
    const { send, routed } = testDirector();

    expect(route(send({ headers: { 'x-request-id': 'mine' } })).setHeaders).toEqual([]);
    expect(routed[0]?.request.id).toBe('mine');
  });

  test('gets an id when it has none, which the server is told', () => {
    const { send, routed } = testDirector();

    expect(route(send()).setHeaders).toEqual([['x-request-id', 'made-id']]);
    expect(routed[0]?.request.id).toBe('made-id');
  });

  test('is told apart by everything that its head and body say', () => {
    const { send, routed } = testDirector({ rules: { objectives: { chat: 3 } } });

    route(
      send({
        headers: {
          'x-llm-d-inference-objective': 'chat',
          'x-llm-d-inference-fairness-id': 'tenant',
          'x-llm-d-slo-ttft-ms': '200',
        },
        body: { ...CHAT, stream: true, max_tokens: 12 },
      }),
    );

    expect(routed[0]?.request).toMatchObject({
      model: 'llama',
      incomingModel: 'llama',
      priority: 3,
      fairnessId: 'tenant',
      objective: { ttftMs: 200, tpotMs: undefined },
      streaming: true,
      maxOutputTokens: 12,
      receivedAt: 1000,
    });
    expect(routed[0]?.request.promptTokens).toBeGreaterThan(0);
    expect(routed[0]?.request.prompt.hashes).toHaveLength(1);
  });

  test('is routed although its latency makes no sense', () => {
    const { send, routed } = testDirector();

    route(send({ headers: { 'x-slo-ttft-ms': 'soon' } }));

    expect(routed[0]?.request.objective.ttftMs).toBeUndefined();
  });

  test('of a model that nobody knows goes on: the server answers for it', () => {
    const { send } = testDirector();

    expect(route(send({ body: { ...CHAT, model: 'unheard-of' } })).destination).toBe('10.0.0.0:8000');
  });

  test('of a path that no parser claims goes on unread', () => {
    const { send, routed } = testDirector();

    const verdict = route(send({ headers: { ':path': '/v1/audio' }, body: 'RIFF' }));

    expect(textOf(verdict.body)).toBe('RIFF');
    expect(routed[0]?.request).toMatchObject({ model: '', promptTokens: 0 });
  });
});

describe('headers for the server', () => {
  test('lack those between client, gateway and picker', () => {
    const { send } = testDirector();
    const headers = { 'x-gateway-inference-objective': 'chat', 'x-prefiller-host-port': '1.2.3.4:1', accept: '*/*' };

    expect(route(send({ headers })).removeHeaders).toEqual(['x-gateway-inference-objective', 'x-prefiller-host-port']);
  });

  test('have what the profile handler sets in the place of what the client sent', () => {
    const handler = everyProfile({
      setHeaders: [['x-prefiller-host-port', '10.0.0.2:8000']],
      removeHeaders: ['x-prefiller-host-port', 'x-encoder-hosts-ports'],
    });
    const { send } = testDirector({ handler });

    const verdict = route(send({ headers: { 'x-prefiller-host-port': 'evil:1', 'x-request-id': 'a' } }));

    expect(verdict.setHeaders).toEqual([['x-prefiller-host-port', '10.0.0.2:8000']]);
    expect(verdict.removeHeaders).toEqual(['x-encoder-hosts-ports']);
  });
});

describe('the model name', () => {
  const rules = { rewrites: { llama: { model: 'llama-lora-ü', rule: 'canary' } } };

  test('is replaced in the body alone, and the length follows', () => {
    const { send, routed } = testDirector({ rules });
    const text = '{ "seed": 12345678901234567890, "model" : "llama", "messages": [{"role":"user","content":"<é>"}] }';

    const verdict = route(send({ body: text }));

    const expected = text.replace('"llama"', '"llama-lora-ü"');
    expect(textOf(verdict.body)).toBe(expected);
    expect(verdict.body?.bytes).toBe(Buffer.byteLength(expected));
    expect(routed[0]?.request).toMatchObject({ incomingModel: 'llama', model: 'llama-lora-ü' });
  });

  test('may be replaced by a header', () => {
    const { send } = testDirector();

    const verdict = route(send({ headers: { 'x-llm-d-model-name-rewrite': 'qwen' } }));

    expect(JSON.parse(textOf(verdict.body))).toEqual({ ...CHAT, model: 'qwen' });
  });

  test('of the client stands in the answer', () => {
    const { send } = testDirector({ rules });
    const { exchange } = route(send());
    exchange.headers(new Map([['content-type', 'application/json']]), undefined);

    const answer = exchange.body(new TextEncoder().encode('{"model":"llama-lora-ü","choices":[]}'), true);

    expect(new TextDecoder().decode(answer)).toBe('{"model":"llama","choices":[]}');
  });

  test('decides about the blocks of the prompt: models share no cache', () => {
    const plain = testDirector();
    const rewritten = testDirector({ rules });
    void plain.send();
    void rewritten.send();

    expect(plain.routed[0]?.request.prompt.hashes).not.toEqual(rewritten.routed[0]?.request.prompt.hashes);
  });
});

describe('a request without a body', () => {
  const GET = { headers: { ':method': 'GET', ':path': '/v1/models' }, body: null };

  test('goes through subset hint and scheduler', () => {
    const { send, routed } = testDirector();

    const verdict = route(send({ ...GET, subset: ['10.0.0.2'] }));

    expect(verdict).toMatchObject({ destination: '10.0.0.2:8000', body: undefined });
    expect(routed[0]?.request).toMatchObject({ model: '', promptTokens: 0, prompt: { hashes: new Float64Array(0) } });
  });

  test('does not wait at the door', () => {
    const { send } = testDirector({ admit: () => Promise.reject(new Error('asked')) });

    expect(route(send(GET)).destination).toBe('10.0.0.0:8000');
  });

  test('that announced one and sent nothing is the same', () => {
    const { send } = testDirector();

    expect(route(send({ ...GET, body: '' })).destination).toBe('10.0.0.0:8000');
  });

  test('finds no endpoint in an empty pool', () => {
    const { send } = testDirector({ pool: [] });

    expect(reject(send(GET))).toMatchObject({ status: 503 });
  });
});

describe('the subset hint', () => {
  test('limits the candidates', () => {
    const { send } = testDirector();

    expect(route(send({ subset: ['10.0.0.1:8000'] })).destination).toBe('10.0.0.1:8000');
  });

  test('can be turned off', () => {
    const { send } = testDirector({ settings: { subsetFilter: false } });

    expect(route(send({ subset: [] })).destination).toBe('10.0.0.0:8000');
  });
});

describe('errors', () => {
  const dropped = (verdict: AdmissionVerdict) => testDirector({ admit: () => verdict, recorded: false });

  test.each([
    [
      'a body that is no JSON',
      () => testDirector().send({ body: '{' }),
      400,
      /^inference error: BadRequest - invalid chat completions request: /,
      undefined,
    ],
    [
      'a body without a model',
      () => testDirector().send({ body: { messages: [] } }),
      400,
      /^inference error: BadRequest - model not found in request body$/,
      undefined,
    ],
    [
      'a pool without endpoints',
      () => testDirector({ pool: [] }).send(),
      503,
      /^inference error: ServiceUnavailable - no endpoint is ready to serve the request$/,
      'rejected-no-endpoints',
    ],
    [
      'an empty subset hint',
      () => testDirector().send({ subset: [] }),
      503,
      /^inference error: ServiceUnavailable - the gateway allows none of the 3 endpoints that are ready$/,
      'rejected-no-endpoints',
    ],
    [
      'filters that left nothing',
      () => testDirector({ profiles: [profile({ only: () => [] })] }).send(),
      429,
      /^inference error: ResourceExhausted - no endpoints available for the given request$/,
      'rejected-saturated',
    ],
    [
      'a prompt that nobody has cached, when only such an answer is wanted',
      () => testDirector().send({ headers: { prefer: 'if-available' } }),
      412,
      /^inference error: PreconditionFailed - no endpoint that could be chosen has any of the prompt in its cache$/,
      undefined,
    ],
    [
      'admission that drops for saturation',
      () => dropped({ kind: 'dropped', status: 429, reason: 'rejected-saturated', message: 'full' }).send(),
      429,
      /^inference error: ResourceExhausted - full$/,
      'rejected-saturated',
    ],
    [
      'admission that drops after too long a wait',
      () => dropped({ kind: 'dropped', status: 503, reason: 'rejected-ttl-expired', message: 'too long' }).send(),
      503,
      /^inference error: ServiceUnavailable - too long$/,
      'rejected-ttl-expired',
    ],
    [
      'admission that fails',
      () => dropped({ kind: 'dropped', status: 500, reason: 'rejected-shutting-down', message: 'oh' }).send(),
      500,
      /^inference error: Internal - oh$/,
      'rejected-shutting-down',
    ],
    [
      'a scheduler that fails',
      () => testDirector({ handler: everyProfile({ primary: 'default', setHeaders: null as never }) }).send(),
      500,
      /^inference error: Internal - the endpoint picker failed; its log says why$/,
      undefined,
    ],
  ])('%s', (_case, send, status, body, reason) => {
    const verdict = reject(send());

    expect(verdict.status).toBe(status);
    expect(verdict.body).toMatch(body);
    expect(new Map(verdict.headers).get('x-llm-d-request-dropped-reason')).toBe(reason);
    expect(new Map(verdict.headers).get('content-type')).toBe('text/plain; charset=utf-8');
  });

  test('of a recorded decision name it', () => {
    const { send, log } = testDirector({ pool: [] });

    const headers = new Map(reject(send()).headers);

    expect(log.find(headers.get('x-inference-decision-id') ?? '')?.refusal?.status).toBe(503);
  });

  test('are reported with the request, as far as it was understood', () => {
    const { send, rejected } = testDirector({ pool: [] });
    void send({ body: '{' });
    void send();

    expect(rejected.map(({ code, request }) => [code, request?.model])).toEqual([
      ['BadRequest', undefined],
      ['ServiceUnavailable', 'llama'],
    ]);
  });

  test('of the picker itself are reported and give back what was taken', () => {
    const { send, faults, admitted } = testDirector({
      handler: everyProfile({ primary: 'default', setHeaders: null as never }),
    });
    void send();

    expect(faults).toEqual([expect.stringMatching(/^director: /)]);
    expect(admitted()).toBe(0);
  });

  test('give back what admission gave', () => {
    const { send, admitted } = testDirector({ pool: [] });
    void send();

    expect(admitted()).toBe(0);
  });
});

describe('a prompt in a cache', () => {
  test('meets the wish for an answer only from there', () => {
    const { send } = testDirector({
      prefixes: {
        match: (_prompt, matched) => {
          matched[0] = 1;
          return 1;
        },
      },
    });

    expect(route(send({ headers: { prefer: 'if-available' } })).destination).toBe('10.0.0.0:8000');
  });
});

describe('scores', () => {
  test('are kept from the gateway', () => {
    expect(route(testDirector().send()).scores).toBeUndefined();
  });

  test('are told to the gateway where that is turned on, with records or without', () => {
    const settings = { emitScores: true };

    expect(route(testDirector({ settings }).send()).scores).toEqual({ '10.0.0.0:8000': 1 });
    expect(route(testDirector({ settings, recorded: false }).send()).scores).toEqual({ '10.0.0.0:8000': 1 });
  });
});

describe('waiting at the door', () => {
  test('ends with the verdict of admission', async () => {
    let open: (verdict: AdmissionVerdict) => void = () => undefined;
    const { send, clock, log } = testDirector({ admit: () => new Promise((resolve) => (open = resolve)) });
    const verdict = send();
    clock.advance(250);
    open({ kind: 'admitted', release: () => undefined });

    expect(route(await verdict).destination).toBe('10.0.0.0:8000');
    expect(log.latest()[0]?.waitedMs).toBe(250);
  });

  test('sees the endpoints that are ready at its end', async () => {
    let open: (verdict: AdmissionVerdict) => void = () => undefined;
    const { send, pool } = testDirector({ admit: () => new Promise((resolve) => (open = resolve)) });
    const verdict = send();
    pool.endpoints = pool.endpoints.slice(1);
    open({ kind: 'admitted', release: () => undefined });

    expect(route(await verdict).destination).toBe('10.0.0.1:8000');
  });

  test('of a client that is gone ends without a pick', async () => {
    const client = new AbortController();
    let open: (verdict: AdmissionVerdict) => void = () => undefined;
    const { send, admitted, routed } = testDirector({ admit: () => new Promise((resolve) => (open = resolve)) });
    const verdict = send({ signal: client.signal });
    client.abort();
    open({ kind: 'admitted', release: () => undefined });

    expect(reject(await verdict)).toMatchObject({
      status: 503,
      body: 'inference error: ServiceUnavailable - the client is gone',
    });
    expect([admitted(), routed.length]).toEqual([0, 0]);
  });

  test('of a request that is evicted before it went on ends with 429', async () => {
    let open: (verdict: AdmissionVerdict) => void = () => undefined;
    let evict = (): void => undefined;
    const { send, admitted } = testDirector({
      admit(ticket) {
        evict = () => {
          ticket.evict();
        };
        return new Promise((resolve) => (open = resolve));
      },
    });
    const verdict = send();
    open({ kind: 'admitted', release: () => undefined });
    evict();

    expect(new Map(reject(await verdict).headers).get('x-llm-d-request-dropped-reason')).toBe('evicted');
    expect(admitted()).toBe(0);
  });

  test('never rejects, even if admission does', async () => {
    const { send, faults } = testDirector({ admit: () => Promise.reject(new Error('broken')) });

    expect(reject(await send())).toMatchObject({ status: 500 });
    expect(faults).toEqual(['director: broken']);
  });

  test('that fails at once is answered as well', () => {
    const { send, faults } = testDirector({
      admit() {
        throw new Error('broken');
      },
    });

    expect(reject(send())).toMatchObject({ status: 500 });
    expect(faults).toEqual(['director: broken']);
  });

  test('offers admission the endpoints that the gateway allows', () => {
    const asked: (readonly string[])[] = [];
    const { send } = testDirector({
      admit(ticket) {
        asked.push(ticket.candidates().map(({ id }) => id));
        return { kind: 'admitted', release: () => undefined };
      },
    });
    void send({ subset: ['10.0.0.1'] });

    expect(asked).toEqual([['pod-1-rank-0']]);
  });
});

describe('plugins', () => {
  test('hear of a routed request after the books are open', () => {
    const heard: number[] = [];
    const scorer = scorerOf(() => 1, {
      routed: ({ primary }) => heard.push(primary.endpoint.load.requests),
    });
    const { send } = testDirector({ profiles: [profile({ scorers: [{ scorer, weight: 1 }] })] });
    void send();

    expect(heard).toEqual([1]);
  });

  test('that throw in a hook are reported and harm nothing', () => {
    const heard: string[] = [];
    const plugin = (name: string, fails: boolean) => ({
      kind: 'data-producer' as const,
      type: name,
      name,
      routed() {
        heard.push(name);
        if (fails) throw new Error('oops');
      },
    });
    const { send, faults } = testDirector({ plugins: [plugin('bad', true), plugin('good', false)] });

    route(send());

    expect(heard).toEqual(['bad', 'good']);
    expect(faults).toEqual(['routed of plugin bad: oops']);
  });

  test('hear of endpoints that are gone', () => {
    const gone: string[] = [];
    const scorer = scorerOf(() => 1, { endpointRemoved: ({ id }) => gone.push(id) });
    const { director, pool } = testDirector({ profiles: [profile({ scorers: [{ scorer, weight: 1 }] })] });
    const [first] = pool.endpoints;

    if (first) director.hooks.endpointRemoved(first);

    expect(gone).toEqual(['pod-0-rank-0']);
  });
});

test('disaggregated requests have a target for each profile', () => {
  const prefill = profile({ name: 'prefill', only: (_context, all) => all.slice(2) });
  const { send, routed, pool } = testDirector({ profiles: [prefill, profile()] });
  route(send());

  expect(routed[0]?.primary).toMatchObject({ profile: 'default', endpoint: { id: 'pod-0-rank-0' } });
  expect(routed[0]?.targets.map(({ profile: name, endpoint }) => [name, endpoint.id])).toEqual([
    ['default', 'pod-0-rank-0'],
    ['prefill', 'pod-2-rank-0'],
  ]);
  expect(pool.endpoints.map(({ load }) => load.requests)).toEqual([1, 0, 1]);
});

test('a rewrite is told with its rule', () => {
  const told: (readonly string[])[] = [];
  const { send } = testDirector({
    rules: { rewrites: { llama: { model: 'llama-b', rule: 'canary' } } },
    parts: {
      observer: {
        rejected: () => undefined,
        routed: () => undefined,
        finished: () => undefined,
        fault: () => undefined,
        rewritten: (...rewrite) => told.push(rewrite),
      },
    },
  });
  void send();

  expect(told).toEqual([['canary', 'llama', 'llama-b']]);
});

describe('a trace', () => {
  test('goes on at the server', () => {
    const { send } = testDirector({
      parts: { traceHeaders: ({ request }) => [['traceparent', `00-${request.model}`]] },
    });

    expect(route(send({ headers: { 'x-request-id': 'r1' } })).setHeaders).toEqual([['traceparent', '00-llama']]);
  });

  test('that cannot be started is no reason to lose a request', () => {
    const { send, faults } = testDirector({
      parts: {
        traceHeaders() {
          throw new Error('oops');
        },
      },
    });

    expect(route(send({ headers: { 'x-request-id': 'r1' } })).setHeaders).toEqual([]);
    expect(faults).toEqual(['trace: oops']);
  });
});

test('an observer that fails at everything harms no request', () => {
  const fail = (): never => {
    throw new Error('oops');
  };
  const observer = { rejected: fail, routed: fail, finished: fail, rewritten: fail, fault: fail };
  const { send, admitted } = testDirector({
    rules: { rewrites: { llama: { model: 'llama-b', rule: 'canary' } } },
    parts: { observer },
  });

  route(send()).exchange.end('completed');

  expect(reject(send({ body: '{' })).status).toBe(400);
  expect(admitted()).toBe(0);
});
