import { KubeClient } from '../../../lib/picker/io/kube-client';
import { KubeReflector, type ReflectorOptions } from '../../../lib/picker/io/kube-reflector';
import type { JsonObject } from '../../../lib/picker/pool/objects/field';
import { ApiServer } from '../../support/picker/api-server';

const THINGS = '/apis/example.com/v1/things';

let api: ApiServer;
let controller: AbortController;
let running: Promise<void> | undefined;

beforeEach(async () => {
  api = await ApiServer.start();
  api.install(THINGS);
  controller = new AbortController();
});

afterEach(async () => {
  controller.abort();
  await running;
  await api.close();
});

interface World {
  /** What the sink was told: names after `=`, `+` or `-`. */
  readonly told: string[];
  readonly failures: string[];
  readonly slept: number[];
}

function reflect(given: Partial<ReflectorOptions> = {}): World {
  const world: World = { told: [], failures: [], slept: [] };
  const nameOf = (object: JsonObject): string => (object['metadata'] as { readonly name: string }).name;
  const reflector = new KubeReflector({
    client: new KubeClient(api.access),
    resource: 'things',
    path: THINGS,
    query: {},
    sink: {
      replace: (objects) => world.told.push(`=${objects.map(nameOf).join()}`),
      upsert: (object) => world.told.push(`+${nameOf(object)}`),
      remove: (object) => world.told.push(`-${nameOf(object)}`),
    },
    sleep: (ms) => {
      world.slept.push(ms);
      return new Promise((resolve) => setTimeout(resolve, 1));
    },
    random: () => 0,
    observer: { failed: (_, reason) => world.failures.push(reason) },
    ...given,
  });
  running = reflector.run(controller.signal);
  return world;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

const put = (name: string): void => {
  api.put(THINGS, { metadata: { name } });
};

const watches = (): number => api.requests.filter(({ watch }) => watch).length;

test('objects are listed, then watched from the version of the list', async () => {
  put('a');
  const { told } = reflect();
  await until(() => api.watching(THINGS) === 1);
  put('b');
  api.delete(THINGS, 'a');
  await until(() => told.length === 3);

  expect(told).toEqual(['=a', '+b', '-a']);
  expect(api.requests.map(({ watch, query }) => (watch ? query : {}))).toEqual([
    {},
    { watch: 'true', resourceVersion: '101', timeoutSeconds: '60', allowWatchBookmarks: 'true' },
  ]);
});

test('a watch that outlives its time is taken for dead, and goes on from the last version', async () => {
  put('a');
  const { told, failures } = reflect({ watchMs: 10, graceMs: 10 });
  await until(() => failures.length > 0);
  put('b');
  await until(() => told.length === 2);

  expect(failures[0]).toBe('the watch did not end in time');
  expect(told).toEqual(['=a', '+b']);
});

test('a server that ends watches at once is not asked in a circle', async () => {
  const { slept } = reflect();
  for (let i = 1; i <= 4; i++) {
    await until(() => api.watching(THINGS) === 1 && watches() === i);
    api.endWatches(THINGS);
  }
  await until(() => slept.length === 4);

  expect(slept).toEqual([250, 500, 1000, 2000]);
});

test('a sign of life ends the back-off', async () => {
  const { slept } = reflect();
  for (let i = 1; i <= 2; i++) {
    await until(() => api.watching(THINGS) === 1 && watches() === i);
    api.endWatches(THINGS);
  }
  await until(() => api.watching(THINGS) === 1 && watches() === 3);
  api.bookmark(THINGS);
  api.endWatches(THINGS);
  await until(() => api.watching(THINGS) === 1 && watches() === 4);
  api.endWatches(THINGS);
  await until(() => slept.length === 3);

  expect(slept).toEqual([250, 500, 250]);
});

test('a server that always says that the version is too old is asked ever later', async () => {
  api.fail(THINGS, 'watch', 410, 5);
  const { slept, told } = reflect();
  await until(() => api.watching(THINGS) === 1);

  expect(told).toHaveLength(6);
  // The first time a list is made at once.
  expect(slept).toEqual([500, 1000, 2000, 4000]);
});

test('nothing is told after the signal fired', async () => {
  api.hold();
  const { told } = reflect();
  await api.until(() => api.requests.length === 1);
  controller.abort();
  api.release();
  await running;

  expect(told).toEqual([]);
});
