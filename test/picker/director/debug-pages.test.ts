import { DebugPages } from '../../../lib/picker/director/debug-pages';
import { metrics } from '../../support/picker/builders';
import {
  CHAT,
  profile,
  route,
  scorerOf,
  testDirector,
  type TestDirector,
  type TestDirectorOptions,
} from '../../support/picker/director-parts';

const CONFIG = 'kind: EndpointPickerConfig\n';

/** What `JSON.parse` returns: pages are looked into as their readers do. */
type Page = ReturnType<typeof JSON.parse>;

function pagesOf(world: TestDirector): (path: string) => { status: number; body: Page } | undefined {
  const pages = new DebugPages({
    log: world.log,
    pool: world.pool,
    configText: CONFIG,
    state: {
      admission: () => ({ waiting: 0 }),
      broken() {
        throw new Error('oops');
      },
    },
    now: () => world.clock.now(),
  });
  return (path) => {
    const [before = '', query = ''] = path.split('?');
    const answer = pages.answer(before, new URLSearchParams(query));
    return answer && { status: answer.status, body: JSON.parse(answer.body) as unknown };
  };
}

function served(options: TestDirectorOptions = {}): TestDirector {
  const world = testDirector(options);
  const { exchange } = route(world.send({ headers: { 'x-request-id': 'r1', authorization: 'Bearer s3cret' } }));
  exchange.headers(
    new Map([
      [':status', '200'],
      ['content-type', 'text/event-stream'],
    ]),
    undefined,
  );
  world.clock.advance(40);
  exchange.body(new TextEncoder().encode('data: {"usage":{"completion_tokens":9}}\n\n'), true);
  world.clock.advance(60);
  exchange.end('completed');
  return world;
}

describe('the list', () => {
  test('has the latest decisions in a few words', () => {
    const world = served();
    const page = pagesOf(world);

    expect(page('/debug/decisions')).toEqual({
      status: 200,
      body: {
        total: 1,
        decisions: [
          {
            id: world.log.latest()[0]?.id,
            time: '2026-01-01T00:00:01.000Z',
            request: 'r1',
            model: 'llama',
            priority: 0,
            endpoint: 'pod-0-rank-0',
            outcome: 'completed',
            status: 200,
          },
        ],
      },
    });
  });

  test('has refusals with their reason', () => {
    const world = testDirector({ pool: [] });
    void world.send();

    expect(pagesOf(world)('/debug/decisions')?.body.decisions).toMatchObject([
      { refused: 503, reason: 'rejected-no-endpoints' },
    ]);
  });

  test.each([
    ['model=llama', 2],
    ['model=qwen', 1],
    ['endpoint=pod-0', 3],
    ['endpoint=pod-0-rank-0', 3],
    ['endpoint=10.0.0.0:8000', 3],
    ['endpoint=pod-1', 0],
    ['request=r1', 1],
    ['id=unknown', 0],
  ])('is filtered by %s', (query, count) => {
    const world = served();
    void world.send();
    void world.send({ body: { ...CHAT, model: 'qwen' } });

    expect(pagesOf(world)(`/debug/decisions?${query}`)?.body.total).toBe(count);
  });

  test('has as many as asked for', () => {
    const world = served();
    void world.send();

    expect(pagesOf(world)('/debug/decisions?limit=1')?.body).toMatchObject({ total: 2, decisions: [{}] });
  });

  test.each(['0', '-1', 'x', '1001', '1.5'])('refuses the limit %s', (limit) => {
    expect(pagesOf(served())(`/debug/decisions?limit=${limit}`)).toEqual({
      status: 400,
      body: { error: `limit is "${limit}"; give a whole number from 1 to 1000` },
    });
  });
});

describe('a decision', () => {
  const one = (world: TestDirector, rest = ''): Page =>
    pagesOf(world)(`/debug/decisions/${world.log.latest()[0]?.id ?? ''}${rest}`)?.body;

  test('says why, in sums that can be checked by hand', () => {
    const scorers = [
      { scorer: scorerOf(({ slot }) => 1 - slot / 4, { name: 'queue-scorer' }), weight: 2 },
      {
        scorer: scorerOf(({ slot }) => slot / 2, { name: 'prefix-cache-scorer', explain: (_, { slot }) => ({ slot }) }),
        weight: 0.5,
      },
    ];
    const world = served({
      profiles: [
        profile({ scorers, only: (_, all) => all.slice(0, 2) }),
        profile({ name: 'other', shadow: true, scorers: [{ scorer: scorerOf(({ slot }) => slot / 4), weight: 1 }] }),
      ],
      settings: { explain: true },
    });

    expect(one(world).why).toEqual([
      `decision ${world.log.latest()[0]?.id} of 2026-01-01T00:00:01.000Z for pool inference/pool: request r1, model llama, ` +
        `priority 0, flow default-flow, ${world.log.latest()[0]?.request.promptTokens} prompt tokens in 1 block`,
      '3 candidates',
      'metrics too old to be believed, or none: pod-0-rank-0, pod-1-rank-0, pod-2-rank-0',
      'profile default:',
      '  only kept 2 of 3: pod-0-rank-0, pod-1-rank-0',
      '  pod-0-rank-0: 2 = queue-scorer 2 x 1 + prefix-cache-scorer 0.5 x 0 (slot 0)',
      '  pod-1-rank-0: 1.75 = queue-scorer 2 x 0.75 + prefix-cache-scorer 0.5 x 0.5 (slot 1)',
      '  best picked pod-0-rank-0',
      'shadow profile other, which changes nothing:',
      '  pod-2-rank-0: 0.5 = test-scorer 1 x 0.5',
      '  pod-1-rank-0: 0.25 = test-scorer 1 x 0.25',
      '  pod-0-rank-0: 0 = test-scorer 1 x 0',
      '  best picked pod-2-rank-0',
      'profile default serves the request: pod-0-rank-0',
      'pod-0-rank-0 answered: completed, status 200, first byte after 40 ms, end after 100 ms, 9 tokens',
    ]);
  });

  test('says why it was refused', () => {
    const world = testDirector({ profiles: [profile({ only: () => [] })] });
    void world.send({ headers: { 'x-slo-ttft-ms': 'soon', 'x-request-id': 'r1' } });

    expect(one(world).why.slice(1)).toEqual([
      'ignored: x-slo-ttft-ms is "soon"; it is a number of milliseconds, more than 0 and at most 86400000',
      '3 candidates',
      'metrics too old to be believed, or none: pod-0-rank-0, pod-1-rank-0, pod-2-rank-0',
      'profile default:',
      '  only kept 0 of 3',
      '  nothing was left to pick from',
      'no endpoint: no endpoints available for the given request',
      'refused with 429 rejected-saturated: no endpoints available for the given request',
    ]);
  });

  test('says who changed the model, how long it waited, and what is at work', async () => {
    const world = testDirector({
      rules: { rewrites: { llama: { model: 'llama-b', rule: 'canary' } } },
      admit: () => Promise.resolve({ kind: 'admitted', release: () => undefined }),
    });
    const verdict = world.send({ headers: { 'x-request-id': 'r1' } });
    world.clock.advance(12);
    await verdict;

    const { why } = one(world);
    expect(why[0]).toContain('model llama-b (the client said llama, changed by canary)');
    expect(why[1]).toBe('waited 12 ms at the door');
    expect(why.at(-1)).toBe('pod-0-rank-0 is at work');
  });

  test('has the numbers of its moment, not of today', () => {
    const world = testDirector({ pool: [{ metrics: metrics({ waiting: 3, at: 900 }) }] });
    void world.send();
    void world.send();
    for (const endpoint of world.pool.endpoints) endpoint.metrics = metrics({ waiting: 99, at: 2000 });
    const [second] = world.log.latest();
    const { body } = pagesOf(world)(`/debug/decisions/${second?.id ?? ''}`) ?? {};

    expect(body.scheduling.candidates).toMatchObject([
      {
        metrics: { waiting: 3, at: 900 },
        fresh: true,
        load: { requests: 1, unseenRequests: 1, decodeTokens: 0, lastPickedAt: 1000 },
      },
    ]);
  });

  test('names the endpoints that were left out because they refuse connections, of those that are allowed', () => {
    const world = testDirector({ pool: [{}, { unreachable: true }, { unreachable: true }] });
    void world.send({ subset: ['10.0.0.0', '10.0.0.1'] });
    for (const endpoint of world.pool.endpoints) Object.assign(endpoint, { unreachable: false });

    const { scheduling, why } = one(world);
    expect(scheduling.candidates).toMatchObject([{ id: 'pod-0-rank-0' }]);
    expect(scheduling.unreachable).toEqual(['pod-1-rank-0']);
    expect(why).toContain('left out, since they refuse connections: pod-1-rank-0');
    expect(pagesOf(world)('/debug/decisions')?.body.decisions).toMatchObject([{ unreachable: ['pod-1-rank-0'] }]);
  });

  test('names none where all refuse connections, and all are candidates', () => {
    const world = testDirector({ pool: [{ unreachable: true }, { unreachable: true }] });
    void world.send();

    expect(one(world).scheduling).toMatchObject({ candidates: [{}, {}], unreachable: [] });
  });

  test('has no word of the prompt, and no credentials', () => {
    const world = served();
    const text = JSON.stringify([one(world), one(world, '/export')]);

    expect(text).not.toContain('secret');
    expect(text).not.toContain('s3cret');
    expect(one(world).request.headers).toMatchObject({ authorization: '[hidden]' });
  });

  test('is exported with the configuration', () => {
    const world = served();

    expect(one(world, '/export')).toMatchObject({
      kind: 'inference-decision',
      configText: CONFIG,
      record: { version: 1, id: world.log.latest()[0]?.id, request: { id: 'r1' } },
    });
  });

  test('that is not kept is not found', () => {
    expect(pagesOf(served())('/debug/decisions/nope')).toEqual({
      status: 404,
      body: { error: 'decision "nope" is not kept any more, or was made by another replica' },
    });
  });

  test.each(['/debug/decisions/a/b', '/debug/decisions/a/export/b', '/debug/other', '/metrics'])(
    '%s is no page',
    (path) => {
      expect(pagesOf(served())(path)).toBeUndefined();
    },
  );
});

describe('the state', () => {
  test('has endpoints with loads and readings, and other parts', () => {
    const world = testDirector({ pool: [{ metrics: metrics({ waiting: 2, at: 900 }) }] });
    void world.send();

    expect(pagesOf(world)('/debug/state')?.body).toMatchObject({
      pool: {
        name: 'pool',
        namespace: 'inference',
        synced: true,
        endpoints: [
          {
            id: 'pod-0-rank-0',
            hostPort: '10.0.0.0:8000',
            readyForMs: 1000,
            load: { requests: 1, pickedMsAgo: 0 },
            metrics: { ageMs: 100, waiting: 2, kvCacheUsage: 0 },
          },
        ],
      },
      decisions: { kept: 1 },
      admission: { waiting: 0 },
    });
  });

  test('shows the rest when one part fails', () => {
    expect(pagesOf(testDirector())('/debug/state')?.body.broken).toEqual({ error: 'oops' });
  });
});
