import * as fc from 'fast-check';
import type { PodFacts } from '../../../lib/picker/pool/pod-facts';
import { PoolState } from '../../../lib/picker/pool/pool-state';
import type { Endpoint } from '../../../lib/picker/scheduling/endpoint';
import { fakeClock, load, metrics } from '../../support/picker/builders';

const SPEC = { selector: { app: 'vllm' }, targetPorts: [8000] };

function pod(name: string, given: Partial<PodFacts> = {}): PodFacts {
  return {
    name,
    namespace: 'inference',
    uid: `uid-${name}`,
    address: `10.0.0.${name.charCodeAt(0)}`,
    labels: { app: 'vllm' },
    ready: true,
    activePorts: undefined,
    ports: undefined,
    ...given,
  };
}

function poolState(clock = fakeClock()): PoolState {
  return new PoolState({ name: 'pool', namespace: 'inference', clock, attach: () => load() });
}

/** A pool of pods with one port each. */
function poolOf(...names: readonly string[]): PoolState {
  const pool = poolState();
  pool.setSpec(SPEC);
  pool.replacePods(names.map((name) => pod(name)));
  return pool;
}

const ids = (pool: PoolState): readonly string[] => pool.endpoints.map(({ id }) => id);
const only = (pool: PoolState): Endpoint => pool.endpoints[0]!;

test('a ready pod has an endpoint for each port of the pool', () => {
  const pool = poolState(fakeClock(123));
  pool.setSpec({ ...SPEC, targetPorts: [8000, 8001] });
  pool.replacePods([pod('a', { address: '10.0.0.7' })]);

  expect(pool.endpoints).toMatchObject([
    {
      id: 'a-rank-0',
      podName: 'a',
      namespace: 'inference',
      address: '10.0.0.7',
      port: 8000,
      hostPort: '10.0.0.7:8000',
    },
    { id: 'a-rank-1', port: 8001, hostPort: '10.0.0.7:8001', readyAt: 123, metrics: undefined },
  ]);
});

test('an IPv6 address stands in brackets before the port', () => {
  const pool = poolOf();
  pool.upsertPod(pod('a', { address: 'fd00::7' }));

  expect(only(pool)).toMatchObject({ address: 'fd00::7', hostPort: '[fd00::7]:8000' });
});

test.each([
  ['is not ready', { ready: false }],
  ['has no address yet', { address: undefined }],
  ['has other labels', { labels: { app: 'other' } }],
  ['serves no port', { activePorts: new Set<number>() }],
])('a pod that %s has no endpoint', (_, given) => {
  const pool = poolOf();
  pool.upsertPod(pod('a', given));

  expect(ids(pool)).toEqual([]);
});

test('active ports restrict the ports of a pod and keep their ranks', () => {
  const pool = poolState();
  pool.setSpec({ ...SPEC, targetPorts: [8000, 8001, 8002] });
  pool.replacePods([pod('a', { activePorts: new Set([8001, 9999]) })]);

  expect(pool.endpoints).toMatchObject([{ id: 'a-rank-1', port: 8001 }]);
});

test("a pod's own ports take the place of the pool's", () => {
  const pool = poolOf();
  pool.upsertPod(pod('a', { ports: [9000, 9001] }));

  expect(pool.endpoints.map(({ port }) => port)).toEqual([9000, 9001]);
});

test('a pod that is no longer ready loses its endpoints at once', () => {
  const pool = poolOf('a', 'b');
  pool.upsertPod(pod('a', { ready: false }));

  expect(ids(pool)).toEqual(['b-rank-0']);
});

test('a pod that comes back gets another endpoint', () => {
  const pool = poolOf('a');
  const first = only(pool);
  pool.upsertPod(pod('a', { ready: false }));
  pool.upsertPod(pod('a'));

  expect(only(pool)).not.toBe(first);
  expect(only(pool).generation).toBeGreaterThan(first.generation);
});

test.each([
  ['another pod of the name', { uid: 'other' }],
  ['another address', { address: '10.9.9.9' }],
])('%s gets another endpoint', (_, given) => {
  const pool = poolOf('a');
  const first = only(pool);
  pool.upsertPod(pod('a', given));

  expect(pool.endpoints).toHaveLength(1);
  expect(only(pool).generation).toBeGreaterThan(first.generation);
});

test('a change that does not concern the endpoints leaves the list as it is', () => {
  const pool = poolOf('a', 'b');
  const { endpoints } = pool;
  pool.upsertPod(pod('a'));
  pool.replacePods([pod('a'), pod('b')]);
  pool.setSpec({ ...SPEC });

  expect(pool.endpoints).toBe(endpoints);
});

test('new labels come with a new list and the same endpoint', () => {
  const pool = poolOf('a');
  const { endpoints } = pool;
  const first = only(pool);
  pool.upsertPod(pod('a', { labels: { app: 'vllm', role: 'decode' } }));

  expect(pool.endpoints).not.toBe(endpoints);
  expect(only(pool)).toBe(first);
  expect(first.labels).toEqual({ app: 'vllm', role: 'decode' });
});

test('the list cannot be changed', () => {
  expect(Object.isFrozen(poolOf('a').endpoints)).toBe(true);
});

test('a whole list removes the pods that are not in it', () => {
  const pool = poolOf('a', 'b', 'c');
  pool.replacePods([pod('b'), pod('d')]);

  expect(ids(pool)).toEqual(['b-rank-0', 'd-rank-0']);
});

test('a changed selector removes the pods that no longer fit', () => {
  const pool = poolState();
  pool.setSpec(SPEC);
  pool.replacePods([pod('a'), pod('b', { labels: { app: 'vllm', tier: 'x' } })]);
  pool.setSpec({ ...SPEC, selector: { tier: 'x' } });

  expect(ids(pool)).toEqual(['b-rank-0']);
});

test('changed ports give other endpoints', () => {
  const pool = poolOf('a');
  pool.setSpec({ ...SPEC, targetPorts: [9000, 8000] });

  expect(pool.endpoints).toMatchObject([
    { id: 'a-rank-0', port: 9000 },
    { id: 'a-rank-1', port: 8000 },
  ]);
});

test('pods that were known before the pool are its endpoints once it is there', () => {
  const pool = poolState();
  pool.replacePods([pod('a')]);
  expect(ids(pool)).toEqual([]);

  pool.setSpec(SPEC);

  expect(ids(pool)).toEqual(['a-rank-0']);
});

test('a pool that is gone has no endpoints and is not synced', () => {
  const pool = poolOf('a');
  pool.clear();

  expect(ids(pool)).toEqual([]);
  expect(pool.synced).toBe(false);

  pool.setSpec(SPEC);
  expect(pool.synced).toBe(false);
});

test('a pool is synced once it and all of its pods are known', () => {
  const pool = poolState();
  expect(pool.synced).toBe(false);
  pool.setSpec(SPEC);
  expect(pool.synced).toBe(false);
  pool.upsertPod(pod('a'));
  expect(pool.synced).toBe(false);
  pool.replacePods([]);
  expect(pool.synced).toBe(true);
});

test('a pool is measured once the metrics of one endpoint are there', () => {
  const pool = poolOf('a', 'b');
  expect(pool.measured).toBe(false);

  pool.reading(only(pool), metrics());

  expect(pool.measured).toBe(true);
});

test('a pool without endpoints has nothing to measure', () => {
  expect(poolOf().measured).toBe(true);
});

test('a pool whose pods were all replaced stays measured', () => {
  const pool = poolOf('a');
  pool.reading(only(pool), metrics());
  pool.replacePods([pod('b')]);

  expect(pool.measured).toBe(true);
});

test('the metrics of an endpoint are those of the last reading', () => {
  const pool = poolOf('a');
  pool.reading(only(pool), metrics({ waiting: 1, at: 10 }));
  pool.reading(only(pool), metrics({ waiting: 2, at: 20 }));

  expect(only(pool).metrics).toMatchObject({ waiting: 2, at: 20 });
});

test('a reading that comes late does not replace a newer one', () => {
  const pool = poolOf('a');
  pool.reading(only(pool), metrics({ waiting: 2, at: 20 }));
  pool.reading(only(pool), metrics({ waiting: 1, at: 10 }));

  expect(only(pool).metrics).toMatchObject({ at: 20 });
});

test('a reading of an endpoint that is gone is dropped', () => {
  const pool = poolOf('a');
  const gone = only(pool);
  pool.replacePods([pod('a', { uid: 'new' })]);
  pool.reading(gone, metrics());

  expect(gone.metrics).toBeUndefined();
  expect(pool.measured).toBe(false);
});

test('listeners hear of removed endpoints before added ones, and of readings', () => {
  const pool = poolOf('a');
  const heard: string[] = [];
  const stop = pool.listen({
    added: ({ id }) => heard.push(`+${id} of ${ids(pool).join()}`),
    removed: ({ id }) => heard.push(`-${id} of ${ids(pool).join()}`),
    measured: ({ id }, { at }) => heard.push(`${id} at ${at}`),
  });
  pool.replacePods([pod('b')]);
  pool.reading(only(pool), metrics({ at: 5 }));
  stop();
  pool.replacePods([]);

  expect(heard).toEqual(['-a-rank-0 of b-rank-0', '+b-rank-0 of b-rank-0', 'b-rank-0 at 5']);
});

test('a slot is free again only after the step that emptied it', () => {
  const pool = poolOf('a');
  expect(only(pool).slot).toBe(0);
  pool.replacePods([pod('b')]);
  expect(only(pool).slot).toBe(1);
  pool.replacePods([pod('b'), pod('c')]);
  expect(pool.endpoints.map(({ slot }) => slot)).toEqual([1, 0]);
});

test('whatever happens, slots are unique and dense, ids are unique, and listeners saw every endpoint come and go', () => {
  const name = fc.constantFrom('a', 'b', 'c', 'd', 'e');
  const facts = fc
    .tuple(name, fc.boolean(), fc.constantFrom('1', '2'), fc.constantFrom(undefined, new Set([8001])))
    .map(([podName, ready, uid, activePorts]) => pod(podName, { ready, uid, activePorts }));
  type Event = (pool: PoolState) => void;
  const event = fc.oneof(
    facts.map((one): Event => (pool) => {
      pool.upsertPod(one);
    }),
    name.map((one): Event => (pool) => {
      pool.removePod(one);
    }),
    fc.array(facts, { maxLength: 6 }).map((all): Event => (pool) => {
      pool.replacePods(all);
    }),
    fc.constantFrom([8000], [8000, 8001], [8001, 8000]).map((targetPorts): Event => (pool) => {
      pool.setSpec({ ...SPEC, targetPorts });
    }),
    fc.constant<Event>((pool) => {
      pool.clear();
    }),
  );

  fc.assert(
    fc.property(fc.array(event, { maxLength: 40 }), (events) => {
      const pool = poolState();
      const alive = new Map<number, Endpoint>();
      const generations = new Set<number>();
      pool.listen({
        removed: (endpoint) => {
          expect(alive.get(endpoint.slot)).toBe(endpoint);
          alive.delete(endpoint.slot);
        },
        added: (endpoint) => {
          expect(alive.has(endpoint.slot)).toBe(false);
          expect(generations.has(endpoint.generation)).toBe(false);
          generations.add(endpoint.generation);
          alive.set(endpoint.slot, endpoint);
        },
      });
      for (const happen of [
        (one: PoolState) => {
          one.setSpec(SPEC);
        },
        ...events,
      ]) {
        happen(pool);
        expect(new Set(pool.endpoints)).toEqual(new Set(alive.values()));
        expect(new Set(ids(pool)).size).toBe(pool.endpoints.length);
        // At most 10 endpoints before and 10 after one step.
        for (const { slot } of pool.endpoints) expect(slot).toBeLessThan(20);
      }
    }),
    { numRuns: 300, seed: 7 },
  );
});
