import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileDiscovery, type FileDiscoveryOptions, parseEndpointsFile } from '../../../lib/picker/io/file-discovery';
import { ModelRulesStore } from '../../../lib/picker/pool/model-rules-store';
import { PoolState } from '../../../lib/picker/pool/pool-state';
import { fakeClock, load } from '../../support/picker/builders';

const GOOD = `
endpoints:
  - name: vllm-0
    address: 10.0.0.1
    port: "8000"
    labels: { role: decode }
  - name: vllm-1
    address: fd00::1
    ports: [8000, 8001]
objectives:
  - name: gold
    priority: 5
rewrites:
  - name: first
    rules: [{ matches: [{ model: { value: gpt } }], targets: [{ modelRewrite: llama }] }]
  - name: second
    rules: [{ matches: [{ model: { value: gpt } }], targets: [{ modelRewrite: qwen }] }]
`;

let folder: string;
let discovery: FileDiscovery | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'endpoints-'));
});

afterEach(() => {
  discovery?.stop();
  rmSync(folder, { recursive: true });
});

interface World {
  readonly pool: PoolState;
  readonly rules: ModelRulesStore;
  readonly events: string[];
  readonly path: string;
}

async function discover(text: string, given: Partial<FileDiscoveryOptions> = {}): Promise<World> {
  const path = join(folder, 'endpoints.yaml');
  writeFileSync(path, text);
  const pool = new PoolState({ name: 'pool', namespace: 'ns', clock: fakeClock(), attach: () => load() });
  const rules = new ModelRulesStore();
  const events: string[] = [];
  const observer = {
    loaded: (endpoints: number): void => void events.push(`${endpoints} endpoints`),
    refused: (reason: string): void => void events.push(reason.replaceAll(path, 'FILE')),
  };
  discovery = new FileDiscovery({ path, pool, rules, observer, pollMs: 5, ...given });
  await discovery.start();
  return { pool, rules, events, path };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

const ids = (pool: PoolState): string => pool.endpoints.map(({ id, hostPort }) => `${id}@${hostPort}`).join(' ');

const one = (name: string): string => `endpoints: [{ name: ${name}, address: 10.0.0.1, port: 8000 }]\n`;

test('a file that is not to be watched is read once', async () => {
  const every = jest.spyOn(global, 'setInterval');
  const { pool } = await discover(one('first'), { watch: false });

  expect(ids(pool)).toBe('first-rank-0@10.0.0.1:8000');
  expect(every).not.toHaveBeenCalled();
  every.mockRestore();
});

test('the endpoints, objectives and rewrites of a file are known once it is read', async () => {
  const { pool, rules, events } = await discover(GOOD);

  expect(pool.synced).toBe(true);
  expect(ids(pool)).toBe('vllm-0-rank-0@10.0.0.1:8000 vllm-1-rank-0@[fd00::1]:8000 vllm-1-rank-1@[fd00::1]:8001');
  expect(pool.endpoints[0]).toMatchObject({ namespace: 'ns', labels: { role: 'decode' } });
  expect(rules.priorityOf('gold')).toBe(5);
  expect(rules.rewrite('gpt', () => 0)).toEqual({ model: 'llama', rule: 'first' });
  expect(events).toEqual(['3 endpoints']);
});

test('JSON is read too', async () => {
  const { pool } = await discover('{"endpoints": [{"name": "a", "address": "10.0.0.1", "port": 8000}]}');

  expect(ids(pool)).toBe('a-rank-0@10.0.0.1:8000');
});

test('an endpoint may be said to be not ready', async () => {
  const { pool } = await discover('endpoints: [{ name: a, address: 10.0.0.1, port: 8000, ready: false }]');

  expect(ids(pool)).toBe('');
});

test('a file without endpoints is an empty pool', async () => {
  const { pool } = await discover('endpoints: []');

  expect(pool.synced).toBe(true);
  expect(pool.endpoints).toEqual([]);
});

test.each([
  [
    'written anew',
    (path: string, text: string): void => {
      writeFileSync(path, text);
    },
  ],
  [
    'replaced',
    (path: string, text: string): void => {
      writeFileSync(`${path}.new`, text);
      renameSync(`${path}.new`, path);
    },
  ],
])('a file that is %s is read again', async (_, write) => {
  const { pool, path } = await discover(one('a') + 'objectives: [{ name: gold, priority: 1 }]');
  write(path, one('b'));

  await until(() => ids(pool) === 'b-rank-0@10.0.0.1:8000');
});

test('an endpoint that stays keeps its identity', async () => {
  const { pool, path } = await discover(one('a'));
  const [first] = pool.endpoints;
  writeFileSync(
    path,
    'endpoints: [{ name: z, address: 10.0.0.9, port: 1 }, { name: a, address: 10.0.0.1, port: 8000 }]',
  );
  await until(() => pool.endpoints.length === 2);

  expect(pool.endpoints).toContain(first);
});

test('a bad edit is told of once, and what was there before stays', async () => {
  const { pool, rules, events, path } = await discover(GOOD);
  const { endpoints } = pool;
  writeFileSync(path, 'endpoints:\n  - name: a\n    address: here\n    port: 8000\n');
  await until(() => events.length === 2);
  expect(events[1]).toBe(
    'FILE: 1 invalid setting\n' +
      '  - line 3: endpoints[0].address is "here"\n' +
      '      why: it is no IP address\n' +
      '      fix: gateways connect to IP addresses only',
  );
  expect(pool.endpoints).toBe(endpoints);
  expect(rules.priorityOf('gold')).toBe(5);

  writeFileSync(path, one('b'));
  await until(() => ids(pool) === 'b-rank-0@10.0.0.1:8000');
  expect(events).toHaveLength(3);
});

test('a file that is away is told of once, and what was there before stays', async () => {
  const { pool, events, path } = await discover(one('a'));
  rmSync(path);
  await until(() => events.length === 2);
  expect(events[1]).toContain('FILE cannot be read');
  writeFileSync(path, one('b'));
  await until(() => ids(pool) === 'b-rank-0@10.0.0.1:8000');

  expect(events).toEqual([expect.anything(), expect.anything(), '1 endpoints']);
});

test('a file that cannot be used is an error at the start', async () => {
  await expect(discover('endpoints: 7')).rejects.toThrow('line 1: endpoints is 7');
});

test('a file that is not there is an error at the start', async () => {
  await expect(discover('', { path: join(folder, 'none') })).rejects.toThrow('none cannot be read');
});

test('after the end nothing is read', async () => {
  const { pool, path } = await discover(one('a'));
  discovery?.stop();
  writeFileSync(path, one('b'));
  await new Promise((resolve) => setTimeout(resolve, 20));

  expect(ids(pool)).toBe('a-rank-0@10.0.0.1:8000');
});

/** The problems of a text, one a line. */
function problemsOf(text: string): string {
  try {
    parseEndpointsFile(text, 'FILE', 'ns');
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

test.each([
  ['x: [', 'line 1: the text is not YAML or JSON'],
  ['', 'the object is not given'],
  ['[]', 'line 1: the object is []'],
  [
    'endpoint: []',
    'line 1: endpoint is []\n      why: it is no field that the picker knows\n      fix: did you mean endpoints?',
  ],
  [
    'endpoints:\n- name: a\n  adress: 10.0.0.1',
    'line 3: endpoints[0].adress is "10.0.0.1"\n      why: it is no field that the picker knows\n      fix: did you mean address?',
  ],
  ['endpoints:\n- name: a\n  address: 10.0.0.1', 'line 2: endpoints[0].port is not given'],
  ['endpoints:\n- name: a\n  address: 10.0.0.1\n  port: 65536', 'line 4: endpoints[0].port is 65536'],
  ['endpoints:\n- name: a\n  address: 10.0.0.256\n  port: 1', 'line 3: endpoints[0].address is "10.0.0.256"'],
  ['endpoints:\n- name: a\n  address: "1:2"\n  port: 1', 'line 3: endpoints[0].address is "1:2"'],
  [
    'endpoints:\n- name: a\n  address: 10.0.0.1\n  port: 1\n  ports: [2]',
    'line 5: endpoints[0].ports is [2]\n      why: it stands beside port\n      fix: give one of the two',
  ],
  ['endpoints:\n- name: a\n  address: 10.0.0.1\n  ports: []', 'line 4: endpoints[0].ports is []'],
  [
    'endpoints:\n- name: a\n  address: 10.0.0.1\n  port: 1\n- name: a\n  address: 10.0.0.1\n  port: 2',
    'line 5: endpoints[1].name is "a"\n      why: it stands twice\n      fix: give each its own name',
  ],
  [
    'endpoints:\n- name: a\n  address: 10.0.0.1\n  port: 1\n- name: b\n  address: 10.0.0.1\n  port: 1',
    "line 1: endpoints 'a' and 'b' are both at 10.0.0.1:1",
  ],
  ['endpoints: []\nobjectives:\n- priority: 1', 'line 3: objectives[0].name is not given'],
  [
    'endpoints: []\nrewrites:\n- name: r\n  rules: [{ targets: [{}] }]',
    'line 4: rewrites[0].rules[0].targets[0].modelRewrite is not given',
  ],
])('%j is refused with the line', (text, message) => {
  expect(problemsOf(text)).toContain(message);
});

test('every item with a problem is named', () => {
  expect(problemsOf('endpoints:\n- address: 1\n- name: b\n')).toMatch(/2 invalid settings[^]*line 2[^]*line 3/);
});
