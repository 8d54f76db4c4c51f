import { BAND_DEFAULTS, type BandSettings } from '../../../../lib/picker/admission/settings';
import { door, settled } from '../../../support/picker/door';

const ids = (requests: readonly { readonly id: string }[]): string => requests.map(({ id }) => id).join(' ');

describe('while the pool has room', () => {
  test('requests go on at once, without a promise', () => {
    const { send, control } = door();

    expect(send().verdicts).toMatchObject([{ kind: 'admitted' }]);
    expect(control.waiting).toBe(0);
  });

  test('a request whose subset has no endpoint is left to scheduling', () => {
    const { control, clock } = door();
    const none = new AbortController().signal;
    const admitted = control.admit({
      request: door().send().ticket.request,
      candidates: () => [],
      signal: none,
      evict: () => undefined,
    });

    expect(admitted).toMatchObject({ kind: 'admitted' });
    control.tick(clock.now());
  });
});

describe('while the pool is full', () => {
  test('requests wait and follow in the order in which they came', async () => {
    const { send, control, wentOn, tick } = door({ capacity: 2 });
    const first = [send(), send()];
    send();
    send();
    expect(control.waiting).toBe(2);

    first[0]!.finish();
    await tick();
    first[1]!.finish();
    await tick();

    expect(ids(wentOn)).toBe('r1 r2 r3 r4');
    expect(control.waiting).toBe(0);
  });

  test('the end of a request lets the next one go on without a tick', async () => {
    const { send, wentOn } = door();
    const first = send();
    send();

    first.finish();
    await settled();

    expect(ids(wentOn)).toBe('r1 r2');
  });

  test('as many go on in one tick as there is room for, and no more', async () => {
    const { send, pool, wentOn, tick, running } = door({ servers: 4, capacity: 5 });
    for (const endpoint of pool) endpoint.load = { ...endpoint.load, requests: 5 };
    for (let i = 0; i < 30; i += 1) send();
    for (const endpoint of pool) endpoint.load = { ...endpoint.load, requests: 2 };

    await tick();

    expect(wentOn).toHaveLength(12);
    expect(running()).toBe(20);
    await tick();
    expect(wentOn).toHaveLength(12);
  });

  test('requests that were let go on and are not routed yet take their room already', async () => {
    const { send, control, clock, running, tick } = door({ capacity: 2 });
    const ran = [send(), send()];
    for (let i = 0; i < 5; i += 1) send();
    for (const request of ran) request.finish();
    for (let i = 0; i < 3; i += 1) control.tick(clock.now() + i);
    await settled();

    expect(running()).toBe(2);
    await tick();
    expect(running()).toBe(2);
    expect(control.waiting).toBe(3);
  });

  test('a higher priority goes first, even when it comes last', async () => {
    const { send, wentOn, tick } = door();
    const first = send();
    send({ priority: 1 });
    send({ priority: 5 });
    send({ priority: 1 });

    first.finish();
    await tick();

    expect(ids(wentOn)).toBe('r1 r3');
  });

  test('a request of a higher priority that finds room goes on at once, past those that wait', async () => {
    const threshold = {
      usageLimit: { kind: 'priority-holdback', minCeiling: 0.5, maxCeiling: 1, domain: 'rank' },
    } as const;
    const bands = new Map([1, 0].map((priority) => [priority, BAND_DEFAULTS] as const));
    const { send, control, tick } = door({ capacity: 4, settings: { ...threshold, bands } });
    send();
    send();
    const low = send();
    await tick();

    expect(low.verdicts).toEqual([]);
    expect(send({ priority: 1 }).verdicts).toMatchObject([{ kind: 'admitted' }]);
    expect(control.waiting).toBe(1);
  });
});

describe('limits', () => {
  const one: Partial<BandSettings> = { maxRequests: 1 };

  test('a full band refuses with 429', () => {
    const { send } = door({ band: one });
    send();
    send();

    expect(send().verdicts).toMatchObject([{ status: 429, reason: 'rejected-saturated' }]);
    expect(send({ priority: 1 }).verdicts).toEqual([]);
  });

  test('a full picker refuses with 429', () => {
    const { send } = door({ settings: { maxRequests: 1 } });
    send();
    send();

    expect(send({ priority: 1 }).verdicts).toMatchObject([{ status: 429, reason: 'rejected-saturated' }]);
  });

  test('bytes are limited as well, and are free again with the request', async () => {
    const { send, tick, control } = door({ band: { maxBytes: 100 } });
    const first = send();
    send({ bodyBytes: 60 });
    expect(send({ bodyBytes: 41 }).verdicts).toMatchObject([{ status: 429 }]);
    expect(control.waitingBytes).toBe(60);

    first.finish();
    await tick();

    expect(control.waitingBytes).toBe(0);
  });

  test('without endpoints a full queue refuses with 503', () => {
    const { send, pool } = door({ band: one });
    pool.pop();
    send();

    expect(send().verdicts).toMatchObject([{ status: 503, reason: 'rejected-no-endpoints' }]);
  });

  test('requests whose time is over take no room', async () => {
    const { send, clock, tick } = door({ band: one });
    send();
    send();
    clock.advance(60_000);

    expect(send().verdicts).toEqual([]);
    await tick();
  });
});

describe('time', () => {
  test('a request waits to the last millisecond and not beyond', async () => {
    const { send, tick } = door({ settings: { requestTtlMs: 50 } });
    send();
    const late = send();

    await tick(49.5);
    expect(late.verdicts).toEqual([]);
    await tick(0.5);

    expect(late.verdicts).toMatchObject([{ status: 429, reason: 'rejected-ttl-expired' }]);
  });

  test('a request whose time is over does not go on, even when there is room again', async () => {
    const { send, tick, clock } = door({ settings: { requestTtlMs: 50 } });
    const first = send();
    const late = send();
    clock.advance(50);
    first.finish();
    await tick(0);

    expect(late.verdicts).toMatchObject([{ reason: 'rejected-ttl-expired' }]);
  });

  test('without endpoints another time counts, from when the last one left', async () => {
    const { send, tick, pool } = door({ settings: { requestTtlMs: 50, noEndpointRequestTtlMs: 200 } });
    send();
    const waits = send();
    await tick(40);
    pool.pop();
    await tick(10);

    await tick(199);
    expect(waits.verdicts).toEqual([]);
    await tick(1);

    expect(waits.verdicts).toMatchObject([{ status: 503, reason: 'rejected-no-endpoints' }]);
  });

  test('requests wait for a pool that comes back', async () => {
    const { send, tick, pool } = door();
    const [endpoint] = pool.splice(0, 1);
    const waits = send();
    await tick();
    expect(waits.verdicts).toEqual([]);

    pool.push(endpoint!);
    await tick();

    expect(waits.verdicts).toMatchObject([{ kind: 'admitted' }]);
  });

  test('without a time limit a request waits for ever', async () => {
    const { send, tick } = door({ settings: { requestTtlMs: Infinity } });
    send();
    const waits = send();

    await tick(1e12);

    expect(waits.verdicts).toEqual([]);
  });
});

describe('the client', () => {
  test('who is gone while the request waits leaves its place', async () => {
    const { send, control } = door();
    send();
    const gone = send();
    gone.ticket.abort();
    await settled();

    expect(gone.verdicts).toMatchObject([{ status: 503, reason: 'rejected-context-cancelled' }]);
    expect(control.waiting).toBe(0);
  });

  test('who was gone before is not let in', () => {
    const { control } = door();
    const signal = AbortSignal.abort();
    const { request } = door().send().ticket;

    expect(control.admit({ request, candidates: () => [], signal, evict: () => undefined })).toMatchObject({
      reason: 'rejected-context-cancelled',
    });
  });

  test('who goes after the request went on gets no second verdict', async () => {
    const { send } = door();
    const first = send();
    const second = send();
    first.finish();
    await settled();
    second.ticket.abort();
    await settled();

    expect(second.verdicts).toMatchObject([{ kind: 'admitted' }]);
  });
});

describe('the end of the picker', () => {
  test('everything that waits is dropped, and nothing new let in', async () => {
    const { send, control } = door();
    send();
    const waits = [send(), send({ priority: 3 })];
    control.close();
    await settled();

    for (const { verdicts } of [...waits, send()]) {
      expect(verdicts).toMatchObject([{ status: 503, reason: 'rejected-shutting-down' }]);
    }
  });
});

describe('bands', () => {
  test('a priority without a band gets one, and loses it when it has been idle', async () => {
    const bands = new Map([[0, BAND_DEFAULTS]]);
    const { send, control, tick } = door({ settings: { bands, bandIdleMs: 5000 } });
    send({ priority: 7 }).finish();
    expect(control.bands.map(({ priority }) => priority)).toEqual([7, 0]);

    await tick(4999);
    expect(control.bands.map(({ priority }) => priority)).toEqual([7, 0]);
    await tick(1000);

    expect(control.bands.map(({ priority }) => priority)).toEqual([0]);
  });

  test('priorities below zero have a default of their own', () => {
    const { send } = door({ settings: { defaultNegativeBand: { ...BAND_DEFAULTS, maxRequests: 0 } } });
    send();

    expect(send({ priority: -1 }).verdicts).toMatchObject([{ status: 429 }]);
    expect(send({ priority: 0 }).verdicts).toEqual([]);
  });
});

test('the observer hears of every request once, and how long it waited', async () => {
  const { send, tick, events } = door({ settings: { requestTtlMs: 30 } });
  const first = send();
  send();
  send().ticket.abort();
  await tick(10);
  first.finish();
  send();
  await tick(30);

  expect(events).toEqual([
    'Dispatched r1 after 0',
    'queued r2',
    'queued r3',
    'EvictedContextCancelled r3 after 0',
    'Dispatched r2 after 10',
    'queued r4',
    'EvictedTTL r4 after 30',
  ]);
});
