import * as fc from 'fast-check';
import type { RejectVerdict, ResponseWatcher } from '../../../lib/picker/director/types';
import type { Plugin } from '../../../lib/picker/scheduling/plugin';
import {
  profile,
  route,
  testDirector,
  type TestDirector,
  type TestDirectorOptions,
} from '../../support/picker/director-parts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const OK = new Map([[':status', '200']]);
const STREAM = new Map([
  [':status', '200'],
  ['content-type', 'text/event-stream'],
]);
const JSON_ANSWER = new Map([
  [':status', '200'],
  ['content-type', 'application/json'],
]);

/** A routed request and the watcher of its answer. */
function watched(options: TestDirectorOptions = {}): TestDirector & { readonly watcher: ResponseWatcher } {
  const world = testDirector(options);
  return { ...world, watcher: route(world.send()).exchange };
}

/** A plugin that notes its hooks. */
function noting(notes: string[]): Plugin & { readonly kind: 'data-producer' } {
  return {
    kind: 'data-producer',
    type: 'noting',
    name: 'noting',
    routed: () => notes.push('routed'),
    moved: ({ primary }, from) => notes.push(`moved from ${from.id} to ${primary.endpoint.id}`),
    firstToken: () => notes.push('first token'),
    finished: ({ outcome }) => notes.push(`finished ${outcome ?? ''}`),
  };
}

describe('the headers of an answer', () => {
  test('name the decision', () => {
    const { watcher, log } = watched();

    expect(watcher.headers(OK, undefined)).toEqual([['x-inference-decision-id', log.latest()[0]?.id]]);
  });

  test('do not where that is turned off', () => {
    expect(watched({ settings: { decisionHeader: false } }).watcher.headers(OK, undefined)).toEqual([]);
  });

  test('have what plugins add', () => {
    const session: Plugin & { readonly kind: 'data-producer' } = {
      kind: 'data-producer',
      type: 's',
      name: 's',
      answerHeaders: ({ primary }) => [['x-session-token', primary.endpoint.id]],
    };
    const { watcher } = watched({ plugins: [session], settings: { decisionHeader: false } });

    expect(watcher.headers(OK, '10.0.0.2:8000')).toEqual([['x-session-token', 'pod-2-rank-0']]);
  });

  test.each([
    [':status', 503],
    ['status', 404],
  ])('bring the status as %s', (name, status) => {
    const { watcher, routed } = watched();
    watcher.headers(new Map([[name, String(status)]]), undefined);

    expect(routed[0]?.status).toBe(status);
  });
});

describe('an endpoint other than the chosen one that served', () => {
  test('takes over the books', () => {
    const { watcher, pool, routed } = watched();
    watcher.headers(OK, '10.0.0.2:8000');

    expect(pool.endpoints.map(({ load }) => load.requests)).toEqual([0, 0, 1]);
    expect(routed[0]?.primary.endpoint.id).toBe('pod-2-rank-0');
    expect(routed[0]?.targets).toEqual([routed[0]?.primary]);
  });

  test('is told to plugins with the one before', () => {
    const notes: string[] = [];
    watched({ plugins: [noting(notes)] }).watcher.headers(OK, '10.0.0.1:8000');

    expect(notes).toEqual(['routed', 'moved from pod-0-rank-0 to pod-1-rank-0']);
  });

  test('is no news when it is the chosen one', () => {
    const notes: string[] = [];
    watched({ plugins: [noting(notes)] }).watcher.headers(OK, '10.0.0.0:8000');

    expect(notes).toEqual(['routed']);
  });

  test('that nobody knows changes no books and is written down', () => {
    const { watcher, pool, log } = watched();
    watcher.headers(OK, '192.168.0.1:80');

    expect(pool.endpoints.map(({ load }) => load.requests)).toEqual([1, 0, 0]);
    expect(log.latest()[0]?.call?.served).toBe('192.168.0.1:80');
  });

  test('may have left the pool, if it was a fallback', () => {
    const picker = { kind: 'picker' as const, type: 'p', name: 'p', pick: (_: unknown, all: readonly never[]) => all };
    const { watcher, pool, routed } = watched({ profiles: [profile({ picker })] });
    pool.endpoints = [];
    watcher.headers(OK, '10.0.0.1:8000');

    expect(routed[0]?.primary.endpoint.id).toBe('pod-1-rank-0');
  });

  test('has its own blocks in the cache', () => {
    const { watcher, routed } = watched({
      prefixes: {
        match(_prompt, matched) {
          matched[1] = 1;
          return 1;
        },
      },
    });
    const before = routed[0]?.primary;
    watcher.headers(OK, '10.0.0.1:8000');

    expect([before?.matchedBlocks, routed[0]?.primary.matchedBlocks]).toEqual([0, 1]);
    expect(routed[0]?.primary.uncachedTokens).toBe(0);
  });
});

describe('the body of an answer', () => {
  test('passes unchanged, the very same object', () => {
    const { watcher } = watched();
    watcher.headers(JSON_ANSWER, undefined);
    const chunk = bytes('{"choices":[]}');

    expect(watcher.body(chunk, true)).toBe(chunk);
  });

  test('brings the first token with its first byte', () => {
    const notes: string[] = [];
    const { watcher, clock, routed, pool } = watched({ plugins: [noting(notes)] });
    watcher.headers(STREAM, undefined);
    watcher.body(new Uint8Array(0), false);
    expect(notes).toEqual(['routed']);
    clock.advance(120);
    watcher.body(bytes('data: {}\n\n'), false);
    watcher.body(bytes('data: {}\n\n'), false);

    expect(notes).toEqual(['routed', 'first token']);
    expect(routed[0]?.firstTokenAt).toBe(1120);
    expect(pool.endpoints[0]?.load.prefillTokens).toBe(0);
  });

  test('brings no token when it is an error', () => {
    const notes: string[] = [];
    const { watcher, routed } = watched({ plugins: [noting(notes)] });
    watcher.headers(new Map([[':status', '500']]), undefined);
    watcher.body(bytes('no'), true);
    watcher.end('completed');

    expect(notes).toEqual(['routed', 'finished server-error']);
    expect(routed[0]?.firstTokenAt).toBeUndefined();
  });

  test('frees the prefill pod with the first token, the serving one at the end', () => {
    const prefill = profile({ name: 'prefill', only: (_context, all) => all.slice(2) });
    const { watcher, pool } = watched({ profiles: [prefill, profile()] });
    watcher.headers(STREAM, undefined);
    watcher.body(bytes('data: {}\n\n'), false);
    expect(pool.endpoints.map(({ load }) => load.requests)).toEqual([1, 0, 0]);
    watcher.end('completed');

    expect(pool.endpoints.map(({ load }) => load.requests)).toEqual([0, 0, 0]);
  });

  test('is counted by events and by what the server says', () => {
    const { watcher, finished } = watched();
    watcher.headers(STREAM, undefined);
    watcher.body(bytes('data: {"choices":[]}\n\ndata: {"choi'), false);
    watcher.body(bytes('ces":[]}\n\ndata: {"usage":{"prompt_tokens":7,"comple'), false);
    watcher.body(bytes('tion_tokens":2}}\n\ndata: [DONE]\n\n'), true);
    watcher.end('completed');

    expect(finished[0]).toMatchObject({ usage: { promptTokens: 7, outputTokens: 2 }, outcome: 'completed' });
    expect(finished[0]?.streamedEvents).toBeGreaterThanOrEqual(3);
    expect(watcher.usage).toEqual(finished[0]?.usage);
  });
});

describe('the end', () => {
  test.each([
    ['completed', '200', 'completed'],
    ['completed', '404', 'completed'],
    ['completed', '502', 'server-error'],
    ['aborted', '200', 'client-disconnected'],
    ['aborted', '503', 'server-error'],
    ['failed', '200', 'picker-error'],
  ] as const)('%s with status %s means %s', (how, status, outcome) => {
    const { watcher, finished } = watched();
    watcher.headers(new Map([[':status', status]]), undefined);
    watcher.end(how);

    expect(finished.map((call) => call.outcome)).toEqual([outcome]);
  });

  test('may come before any answer', () => {
    const { watcher, finished, admitted, inFlight } = watched();
    watcher.end('aborted');

    expect(finished[0]).toMatchObject({ outcome: 'client-disconnected', status: undefined, firstTokenAt: undefined });
    expect([admitted(), inFlight.size]).toEqual([0, 0]);
  });

  test('gives back even when a follower fails', () => {
    const { watcher, admitted, faults } = watched({
      followers: [
        {
          finished() {
            throw new Error('oops');
          },
        },
      ],
    });
    watcher.end('completed');

    expect(admitted()).toBe(0);
    expect(faults).toEqual(['call-follower: oops']);
  });
});

describe('eviction', () => {
  function evictable(): ReturnType<typeof watched> & { readonly evict: () => void } {
    let evict = (): void => undefined;
    const world = watched({
      admit(ticket) {
        evict = () => {
          ticket.evict();
        };
        return { kind: 'admitted', release: () => undefined };
      },
    });
    return {
      ...world,
      evict: () => {
        evict();
      },
    };
  }

  test('ends the request with a 429 that says so', () => {
    const { watcher, evict, finished, log } = evictable();
    const told: RejectVerdict[] = [];
    watcher.onEvict = (verdict) => told.push(verdict);
    evict();
    watcher.end('aborted');

    expect(told).toEqual([
      {
        kind: 'reject',
        status: 429,
        body: 'request evicted by flow control',
        headers: [
          ['content-type', 'text/plain; charset=utf-8'],
          ['x-llm-d-request-dropped-reason', 'evicted'],
          ['x-inference-decision-id', log.latest()[0]?.id],
        ],
      },
    ]);
    expect(finished[0]?.outcome).toBe('evicted');
  });

  test('before the protocol took over reaches it soon after', async () => {
    const { watcher, evict } = evictable();
    const told: number[] = [];
    evict();
    watcher.onEvict = ({ status }) => told.push(status);
    expect(told).toEqual([]);
    await Promise.resolve();

    expect(told).toEqual([429]);
  });

  test('comes too late for an answer that is complete', () => {
    const { watcher, evict, finished } = evictable();
    const told: number[] = [];
    watcher.onEvict = ({ status }) => told.push(status);
    watcher.headers(OK, undefined);
    watcher.body(bytes('{}'), true);
    evict();
    watcher.end('completed');

    expect(told).toEqual([]);
    expect(finished[0]?.outcome).toBe('completed');
  });

  test('happens once', () => {
    const { watcher, evict } = evictable();
    const told: number[] = [];
    watcher.onEvict = ({ status }) => told.push(status);
    evict();
    evict();

    expect(told).toEqual([429]);
  });
});

describe('in whatever order things happen', () => {
  const step = fc.oneof(
    fc.constant({ kind: 'headers', served: undefined } as const),
    fc.integer({ min: 0, max: 4 }).map((slot) => ({ kind: 'headers', served: `10.0.0.${slot}:8000` }) as const),
    fc.record({ kind: fc.constant('body' as const), text: fc.string(), last: fc.boolean() }),
    fc.constant({ kind: 'evict' } as const),
    fc.constant({ kind: 'shrink' } as const),
    fc.constantFrom('completed' as const, 'aborted' as const, 'failed' as const).map((how) => ({
      kind: 'end' as const,
      how,
    })),
  );

  test('every book is opened once and closed once, and nothing is left', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), fc.boolean(), (steps, disaggregated) => {
        const notes: string[] = [];
        let evict = (): void => undefined;
        const prefill = profile({ name: 'prefill', only: (_context, all) => all.slice(2) });
        const world = watched({
          pool: [{}, {}, {}, {}],
          plugins: [noting(notes)],
          profiles: disaggregated ? [prefill, profile()] : [profile()],
          admit(ticket) {
            evict = () => {
              ticket.evict();
            };
            return { kind: 'admitted', release: () => undefined };
          },
        });
        const all = world.pool.endpoints;
        const { watcher } = world;

        for (const next of steps) {
          if (next.kind === 'headers') watcher.headers(OK, next.served);
          else if (next.kind === 'body') watcher.body(bytes(next.text), next.last);
          else if (next.kind === 'evict') evict();
          else if (next.kind === 'shrink') world.pool.endpoints = world.pool.endpoints.slice(1);
          else watcher.end(next.how);
        }
        watcher.end('aborted');

        expect(world.admitted()).toBe(0);
        expect(world.inFlight.size).toBe(0);
        for (const { load } of all) {
          expect([load.requests, load.prefillTokens, load.decodeTokens]).toEqual([0, 0, 0]);
        }
        expect(notes.filter((note) => note === 'routed')).toHaveLength(1);
        expect(notes.filter((note) => note.startsWith('finished'))).toHaveLength(1);
        expect(notes.at(-1)).toMatch(/^finished/);
        expect(notes.filter((note) => note === 'first token').length).toBeLessThanOrEqual(1);
        expect(world.faults).toEqual([]);
      }),
      { numRuns: 500, seed: 42 },
    );
  });
});
