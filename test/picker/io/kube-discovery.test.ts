import { KubeClient } from '../../../lib/picker/io/kube-client';
import { KubeDiscovery, type KubeDiscoveryOptions } from '../../../lib/picker/io/kube-discovery';
import { KubePaths } from '../../../lib/picker/io/kube-paths';
import { ModelRulesStore } from '../../../lib/picker/pool/model-rules-store';
import { PoolState } from '../../../lib/picker/pool/pool-state';
import { ApiServer } from '../../support/picker/api-server';
import type { KubeObject } from '../../support/picker/api-server-collection';
import { fakeClock, load, seededRandom } from '../../support/picker/builders';

const NAMESPACE = 'inference';
const PODS = KubePaths.pods(NAMESPACE);
const POOLS = KubePaths.pools('v1', NAMESPACE);
const OLD_POOLS = KubePaths.pools('v1alpha2', NAMESPACE);
const GROUP = 'inference.networking.x-k8s.io';
const OBJECTIVES = KubePaths.objectives(GROUP, NAMESPACE);
const REWRITES = KubePaths.rewrites(GROUP, NAMESPACE);
const NEW_OBJECTIVES = KubePaths.objectives('llm-d.ai', NAMESPACE);
const NEW_REWRITES = KubePaths.rewrites('llm-d.ai', NAMESPACE);
const MODELS = KubePaths.models(NAMESPACE);

let api: ApiServer;
let discovery: KubeDiscovery | undefined;

beforeEach(async () => {
  api = await ApiServer.start();
  for (const path of [PODS, POOLS, OBJECTIVES, REWRITES]) api.install(path);
});

afterEach(async () => {
  api.release();
  await discovery?.stop();
  discovery = undefined;
  await api.close();
});

let address = 0;

function pod(
  name: string,
  { ready = true, app = 'vllm', uid = name }: { ready?: boolean; app?: string; uid?: string } = {},
): KubeObject {
  return {
    metadata: { name, namespace: NAMESPACE, uid, labels: { app } },
    status: { podIP: `10.0.0.${++address % 250}`, conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
  };
}

function inferencePool(app = 'vllm', ports: readonly number[] = [8000]): KubeObject {
  const targetPorts = ports.map((number) => ({ number }));
  return { metadata: { name: 'pool' }, spec: { selector: { matchLabels: { app } }, targetPorts } };
}

interface World {
  readonly pool: PoolState;
  readonly rules: ModelRulesStore;
  /** Ids of endpoints that were removed. */
  readonly removed: string[];
  readonly events: string[];
  /** Waits that were asked for, ms. */
  readonly slept: number[];
}

/** Starts discovery; waits are over at once. */
function discover(given: Partial<KubeDiscoveryOptions> = {}): World {
  const pool = new PoolState({ name: 'pool', namespace: NAMESPACE, clock: fakeClock(), attach: () => load() });
  const rules = new ModelRulesStore();
  const removed: string[] = [];
  const events: string[] = [];
  const slept: number[] = [];
  pool.listen({ removed: ({ id }) => removed.push(id) });
  discovery = new KubeDiscovery({
    client: new KubeClient(api.access),
    pool,
    rules,
    target: { kind: 'pool', api: 'v1' },
    objectiveGroup: GROUP,
    random: seededRandom(1),
    sleep: (ms) => {
      slept.push(ms);
      return new Promise((resolve) => setTimeout(resolve, 1));
    },
    observer: {
      listed: (resource, objects) => events.push(`${objects} ${resource}`),
      failed: (resource, reason, status) => events.push(`${resource} failed: ${status ?? reason}`),
      skipped: (resource, name, { what }) => events.push(`${resource} ${name} skipped: ${what}`),
      pool: (found) => events.push(found ? 'pool found' : 'no pool'),
      objectiveGroup: (group) => events.push(`group ${group}`),
    },
    ...given,
  });
  discovery.start();
  return { pool, rules, removed, events, slept };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

const ids = (pool: PoolState): string =>
  pool.endpoints
    .map(({ podName, port }) => `${podName}:${port}`)
    .sort()
    .join(' ');

async function untilIds(pool: PoolState, expected: string): Promise<void> {
  await until(() => ids(pool) === expected);
}

/** A pool of pods that is discovered and watched. */
async function steady(...names: readonly string[]): Promise<World> {
  api.put(POOLS, inferencePool());
  for (const name of names) api.put(PODS, pod(name));
  const world = discover();
  await until(() => world.pool.synced && api.watching(PODS) === 1 && api.watching(POOLS) === 1);
  return world;
}

describe('pods', () => {
  test('the ready pods of the pool are its endpoints', async () => {
    api.put(POOLS, inferencePool('vllm', [8000, 8001]));
    api.put(PODS, pod('a'));
    api.put(PODS, pod('b', { ready: false }));
    api.put(PODS, pod('c', { app: 'other' }));
    const { pool } = discover();
    await until(() => pool.synced);

    expect(ids(pool)).toBe('a:8000 a:8001');
  });

  test('pods are asked for by the selector of the pool, in pages', async () => {
    const names = Array.from({ length: 1100 }, (_, i) => `p${i}`);
    const { pool } = await steady(...names);

    expect(pool.endpoints).toHaveLength(1100);
    const lists = api.requests.filter(({ path, watch }) => path === PODS && !watch);
    expect(lists.map(({ query }) => [query['labelSelector'], query['limit'], query['continue'] !== undefined])).toEqual(
      [
        ['app=vllm', '500', false],
        ['app=vllm', '500', true],
        ['app=vllm', '500', true],
      ],
    );
  });

  test('pods that come, change and go are followed', async () => {
    const { pool } = await steady('a');
    api.put(PODS, pod('b'));
    await untilIds(pool, 'a:8000 b:8000');
    api.put(PODS, pod('a', { ready: false }));
    await untilIds(pool, 'b:8000');
    api.put(PODS, pod('a'));
    await untilIds(pool, 'a:8000 b:8000');
    api.delete(PODS, 'b');
    await untilIds(pool, 'a:8000');
  });

  test('a pod whose labels no longer fit is gone', async () => {
    const { pool } = await steady('a', 'b');
    api.put(PODS, pod('a', { app: 'other' }));

    await untilIds(pool, 'b:8000');
  });

  test('a pod of the same name in the place of another is another endpoint', async () => {
    const { pool } = await steady('a');
    const [first] = pool.endpoints;
    api.delete(PODS, 'a');
    api.put(PODS, pod('a', { uid: 'second' }));

    await until(() => pool.endpoints.length === 1 && pool.endpoints[0] !== first);
    expect(ids(pool)).toBe('a:8000');
  });

  test('a watch that ends goes on where it was, without a list', async () => {
    const { pool, removed } = await steady('a');
    const lists = api.requests.filter(({ path, watch }) => path === PODS && !watch).length;
    api.endWatches(PODS);
    api.put(PODS, pod('b'));
    await untilIds(pool, 'a:8000 b:8000');

    expect(api.requests.filter(({ path, watch }) => path === PODS && !watch)).toHaveLength(lists);
    expect(removed).toEqual([]);
  });

  test('a watch that is cut in the middle of a line goes on where it was', async () => {
    const { pool, removed } = await steady('a');
    api.endWatches(PODS, 'cut');
    api.put(PODS, pod('b'));
    api.put(PODS, pod('c'));
    await untilIds(pool, 'a:8000 b:8000 c:8000');

    expect(removed).toEqual([]);
  });

  test('what happened while there was no watch is not lost', async () => {
    const { pool } = await steady('a', 'b');
    api.hold();
    api.endWatches(PODS);
    api.delete(PODS, 'a');
    api.put(PODS, pod('c'));
    api.release();

    await untilIds(pool, 'b:8000 c:8000');
  });

  test('a bookmark moves the version on, so that a long silence does not end in a list', async () => {
    const { pool } = await steady('a');
    api.bookmark(PODS);
    const before = api.requests.length;
    api.put(PODS, pod('b'));
    await untilIds(pool, 'a:8000 b:8000');
    api.compact(PODS);
    api.bookmark(PODS);
    await new Promise((resolve) => setImmediate(resolve));
    await until(() => api.watching(PODS) === 1);
    api.put(PODS, pod('c'));
    await untilIds(pool, 'a:8000 b:8000 c:8000');
    api.endWatches(PODS);
    await until(() => api.watching(PODS) === 1);

    const later = api.requests.slice(before).filter(({ path }) => path === PODS);
    expect(later.every(({ watch }) => watch)).toBe(true);
  });

  test.each([
    ['is refused with 410', 'properly'],
    ['ends with 410 inside', 'gone'],
  ] as const)('a version too old that %s leads to a list, and known pods stay until it is there', async (_, how) => {
    const { pool, removed } = await steady('a', 'b', 'c');
    const kept = pool.endpoints.find(({ podName }) => podName === 'b');
    api.hold();
    api.endWatches(PODS, how);
    api.delete(PODS, 'a');
    api.put(PODS, pod('d'));
    api.compact(PODS);
    await until(() => api.watching(PODS) === 0);
    expect(ids(pool)).toBe('a:8000 b:8000 c:8000');
    api.release();

    await untilIds(pool, 'b:8000 c:8000 d:8000');
    expect(removed).toEqual(['a-rank-0']);
    expect(pool.endpoints).toContain(kept);
  });

  test('a list whose rest is forgotten is asked for in one piece', async () => {
    api.put(POOLS, inferencePool());
    for (let i = 0; i < 600; i++) api.put(PODS, pod(`p${i}`));
    api.fail(PODS, 'list', 410);
    const { pool } = discover();
    await until(() => pool.synced);

    expect(pool.endpoints).toHaveLength(600);
  });

  test('errors are tried again ever later, and what is known stays', async () => {
    const { pool, removed, events, slept } = await steady('a');
    slept.length = 0;
    api.fail(PODS, 'any', 500, 4);
    api.endWatches(PODS);
    api.put(PODS, pod('b'));
    await untilIds(pool, 'a:8000 b:8000');

    expect(events.filter((event) => event === 'pods failed: 500')).toHaveLength(4);
    expect(removed).toEqual([]);
    const waits = slept.slice(-4);
    for (const [i, longest] of [1000, 2000, 4000, 8000].entries()) {
      expect(waits[i]).toBeGreaterThanOrEqual(longest / 4);
      expect(waits[i]).toBeLessThanOrEqual(longest);
    }
  });

  test('nothing is synced before a slow server has answered', async () => {
    api.put(POOLS, inferencePool());
    api.put(PODS, pod('a'));
    api.hold();
    const { pool } = discover();
    await api.until(() => api.requests.length >= 3);
    expect(pool.synced).toBe(false);
    api.release();

    await until(() => pool.synced);
    expect(ids(pool)).toBe('a:8000');
  });

  test('a server that comes later is waited for', async () => {
    api.put(POOLS, inferencePool());
    api.put(PODS, pod('a'));
    const { access } = api;
    const gone = await ApiServer.start();
    let server = gone.url;
    await gone.close();
    const moving = {
      ...access,
      get server() {
        return server;
      },
    };
    const { pool, events } = discover({ client: new KubeClient(moving) });
    await until(() => events.some((event) => event.startsWith('inferencepools failed: ')));
    expect(pool.synced).toBe(false);
    expect(events.some((event) => event.includes('ECONNREFUSED'))).toBe(true);
    server = api.url;

    await untilIds(pool, 'a:8000');
  });

  test('a token that was replaced is used from the next request on', async () => {
    api.token = api.clientToken = 'first';
    const { pool, events } = await steady('a');
    api.token = 'second';
    api.endWatches(PODS);
    await until(() => events.includes('pods failed: 401'));
    api.put(PODS, pod('b'));
    api.clientToken = 'second';

    await untilIds(pool, 'a:8000 b:8000');
  });

  test('pods that may not be read are reported and asked for again, slowly', async () => {
    api.put(POOLS, inferencePool());
    api.put(PODS, pod('a'));
    api.fail(PODS, 'list', 403, 2);
    const { pool, events, slept } = discover();
    await until(() => pool.synced);

    expect(events.filter((event) => event === 'pods failed: 403')).toHaveLength(2);
    expect(slept.filter((ms) => ms >= 15_000 && ms <= 30_000)).toHaveLength(2);
  });

  test('a pod that cannot be read is reported and left out', async () => {
    const { pool, events } = await steady('a');
    api.put(PODS, { metadata: { name: 'bad', labels: { app: 'vllm' } }, status: { conditions: 'none' } });
    api.put(PODS, pod('b'));
    await untilIds(pool, 'a:8000 b:8000');

    expect(events).toContain('pods bad skipped: status.conditions is "none"');
  });
});

describe('the pool', () => {
  test('without a pool there are no endpoints, and nothing is synced', async () => {
    api.put(PODS, pod('a'));
    const { pool, events } = discover();
    await until(() => events.includes('no pool'));

    expect(pool.synced).toBe(false);
    expect(api.requests.some(({ path }) => path === PODS)).toBe(false);
  });

  test('only the pool of the name is asked for', async () => {
    await steady();

    const asked = api.requests.filter(({ path }) => path === POOLS);
    expect(asked.every(({ query }) => query['fieldSelector'] === 'metadata.name=pool')).toBe(true);
  });

  test('a pool that comes later is found', async () => {
    api.put(PODS, pod('a'));
    const { pool } = discover();
    await until(() => api.watching(POOLS) === 1);
    api.put(POOLS, inferencePool());

    await until(() => pool.synced);
    expect(ids(pool)).toBe('a:8000');
  });

  test('a pool that is deleted takes its endpoints with it, and comes back with them', async () => {
    const { pool } = await steady('a');
    api.delete(POOLS, 'pool');
    await untilIds(pool, '');
    expect(pool.synced).toBe(false);
    api.put(PODS, pod('b'));
    api.put(POOLS, inferencePool());

    await untilIds(pool, 'a:8000 b:8000');
    expect(pool.synced).toBe(true);
  });

  test('another selector brings other pods', async () => {
    const { pool } = await steady('a');
    api.put(PODS, pod('x', { app: 'sglang' }));
    api.put(POOLS, inferencePool('sglang'));

    await untilIds(pool, 'x:8000');
    await until(() => api.watching(PODS) === 1);
    api.put(PODS, pod('y', { app: 'sglang' }));
    api.put(PODS, pod('z'));
    await untilIds(pool, 'x:8000 y:8000');
  });

  test('other ports bring other endpoints, without asking for the pods again', async () => {
    const { pool } = await steady('a');
    const asked = api.requests.filter(({ path }) => path === PODS).length;
    api.put(POOLS, inferencePool('vllm', [9000]));

    await untilIds(pool, 'a:9000');
    expect(api.requests.filter(({ path }) => path === PODS)).toHaveLength(asked);
  });

  test('a pool that cannot be read is reported, and counts as none', async () => {
    const { pool, events } = await steady('a');
    api.put(POOLS, { ...inferencePool(), spec: {} });

    await untilIds(pool, '');
    expect(events).toContain('inferencepools pool skipped: spec.selector.matchLabels is not given');
  });

  test('a pool of v1alpha2 is found', async () => {
    api.put(OLD_POOLS, { metadata: { name: 'pool' }, spec: { selector: { app: 'vllm' }, targetPortNumber: 8000 } });
    api.put(PODS, pod('a'));
    api.install(MODELS);
    const { pool } = discover({ target: { kind: 'pool', api: 'v1alpha2' } });
    await until(() => pool.synced);

    expect(ids(pool)).toBe('a:8000');
    expect(api.requests.some(({ path }) => path === OBJECTIVES)).toBe(false);
  });
});

test('without a pool, pods are found by the selector that is given', async () => {
  api.put(PODS, pod('a'));
  api.put(PODS, pod('b', { app: 'other' }));
  const { pool } = discover({ target: { kind: 'selector', selector: 'app!=other', targetPorts: [8000, 8001] } });
  await until(() => pool.synced);

  expect(ids(pool)).toBe('a:8000 a:8001');
  expect(api.requests.some(({ path }) => path === POOLS)).toBe(false);
});

describe('objects that refer to the pool', () => {
  const objective = (name: string, priority: number, pool = 'pool'): KubeObject => ({
    metadata: { name },
    spec: { priority, poolRef: { name: pool } },
  });
  const rewrite = (name: string, model: string, pool = 'pool'): KubeObject => ({
    metadata: { name },
    spec: { poolRef: { name: pool }, rules: [{ targets: [{ modelRewrite: model }] }] },
  });

  test('objectives and rewrites are followed', async () => {
    api.put(OBJECTIVES, objective('gold', 5));
    api.put(REWRITES, rewrite('r', 'llama'));
    const { rules } = await steady();
    await until(() => rules.priorityOf('gold') === 5 && rules.rewrite('x', () => 0) !== undefined);
    expect(rules.rewrite('x', () => 0)).toEqual({ model: 'llama', rule: 'r' });

    api.put(OBJECTIVES, objective('gold', 7));
    api.delete(REWRITES, 'r');
    await until(() => rules.priorityOf('gold') === 7 && rules.rewrite('x', () => 0) === undefined);
  });

  test('those of other pools have no effect', async () => {
    api.put(OBJECTIVES, objective('theirs', 5, 'other'));
    api.put(OBJECTIVES, objective('ours', 6));
    const { rules } = await steady();
    await until(() => rules.priorityOf('ours') === 6);

    expect(rules.priorityOf('theirs')).toBeUndefined();
    expect(rules.priorities).toEqual([6]);
  });

  test('one that cannot be read is reported, and the others count', async () => {
    api.put(OBJECTIVES, objective('bad', 0.5));
    api.put(OBJECTIVES, objective('good', 6));
    const { rules, events } = await steady();
    await until(() => rules.priorityOf('good') === 6);

    expect(events).toContain('inferenceobjectives bad skipped: spec.priority is 0.5');
    expect(rules.priorityOf('bad')).toBeUndefined();
  });

  test('a group that the cluster lacks is reported, and found once it is installed', async () => {
    api.put(POOLS, inferencePool());
    api.put(PODS, pod('a'));
    const { pool, rules, events } = discover({ objectiveGroup: 'llm-d.ai' });
    await until(() => pool.synced && events.includes('inferenceobjectives failed: 404'));
    expect(ids(pool)).toBe('a:8000');
    api.put(NEW_OBJECTIVES, objective('gold', 5));
    api.install(NEW_REWRITES);

    await until(() => rules.priorityOf('gold') === 5);
  });

  test('without a group the newer one counts', async () => {
    api.put(NEW_OBJECTIVES, objective('gold', 1));
    api.install(NEW_REWRITES);
    api.put(OBJECTIVES, objective('gold', 2));
    const { rules, events } = discover({ objectiveGroup: undefined });
    await until(() => rules.priorityOf('gold') !== undefined);

    expect(rules.priorityOf('gold')).toBe(1);
    expect(events).toContain('group llm-d.ai');
  });

  test('without a group the older one counts where the newer is missing', async () => {
    api.put(OBJECTIVES, objective('gold', 2));
    const { rules, events } = discover({ objectiveGroup: undefined });
    await until(() => rules.priorityOf('gold') === 2);

    expect(events).toContain(`group ${GROUP}`);
  });

  test('a server in trouble does not make the older group count', async () => {
    api.put(NEW_OBJECTIVES, objective('gold', 1));
    api.install(NEW_REWRITES);
    api.put(OBJECTIVES, objective('gold', 2));
    api.fail(NEW_OBJECTIVES, 'list', 503);
    const { rules } = discover({ objectiveGroup: undefined });
    await until(() => rules.priorityOf('gold') !== undefined);

    expect(rules.priorityOf('gold')).toBe(1);
  });

  test('models of the old API are followed', async () => {
    api.put(OLD_POOLS, { metadata: { name: 'pool' }, spec: { selector: { app: 'vllm' }, targetPortNumber: 8000 } });
    const spec = {
      modelName: 'chat',
      criticality: 'Critical',
      poolRef: { name: 'pool' },
      targetModels: [{ name: 'v1' }],
    };
    api.put(MODELS, { metadata: { name: 'm' }, spec });
    const { rules } = discover({ target: { kind: 'pool', api: 'v1alpha2' } });
    await until(() => rules.priorityOfModel('chat') === 10);

    expect(rules.rewrite('chat', () => 0)).toEqual({ model: 'v1', rule: 'm' });
  });
});

test('after the end nothing is asked for', async () => {
  const { pool } = await steady('a');
  await discovery?.stop();
  const asked = api.requests.length;
  api.put(PODS, pod('b'));
  api.endWatches(PODS);
  await new Promise((resolve) => setImmediate(resolve));

  expect(api.requests).toHaveLength(asked);
  expect(ids(pool)).toBe('a:8000');
});

test('only what the rights of the picker allow is asked for', async () => {
  await steady('a');

  const asked = new Set(api.requests.map(({ method, path }) => `${method} ${path}`));
  expect(asked).toEqual(new Set([PODS, POOLS, OBJECTIVES, REWRITES].map((path) => `GET ${path}`)));
});
