import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import * as http from 'node:http';
import * as https from 'node:https';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { generate } from 'selfsigned';
import { MetricsScraper, type MetricsScraperOptions } from '../../../lib/picker/io/metrics-scraper';
import { DEFAULT_EXTRACTOR, EngineReaders } from '../../../lib/picker/pool/engines';
import { DEFAULT_SOURCE } from '../../../lib/picker/pool/metrics-source';
import { PoolState } from '../../../lib/picker/pool/pool-state';
import { ScrapeSchedule, scrapeTimes } from '../../../lib/picker/pool/scrape-schedule';
import type { Endpoint } from '../../../lib/picker/scheduling/endpoint';
import { load } from '../../support/picker/builders';
import { ModelServer } from '../../support/picker/model-server';

const PAGE = 'vllm:num_requests_waiting 3\nvllm:num_requests_running 1\nvllm:kv_cache_usage_perc 0.5\n';

const ends: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const clock = { now: () => performance.now() };

/** A pool of pods at this machine, one for each port. */
function poolAt(...ports: readonly number[]): PoolState {
  const pool = new PoolState({ name: 'pool', namespace: 'ns', clock, attach: () => load() });
  pool.setSpec({ selector: undefined, targetPorts: [] });
  pool.replacePods(ports.map((port, i) => podAt(port, i)));
  return pool;
}

function podAt(port: number, i: number): Parameters<PoolState['upsertPod']>[0] {
  const facts = { uid: String(i), labels: {}, ready: true, activePorts: undefined, ports: [port] };
  return { ...facts, name: `pod-${i}`, namespace: 'ns', address: '127.0.0.1' };
}

interface Scrape {
  readonly scraper: MetricsScraper;
  /** Texts of failures, in their order. */
  readonly failures: string[];
  /** Resolves with the next reading, or the next failure. */
  readonly next: () => Promise<string>;
}

function scrape(pool: PoolState, given: Partial<MetricsScraperOptions> = {}): Scrape {
  const failures: string[] = [];
  let tell: (what: string) => void = () => undefined;
  const scraper = new MetricsScraper({
    pool,
    schedule: new ScrapeSchedule({
      times: { ...scrapeTimes(2), sharedMs: 2, slowMs: 2, maxRetryMs: 4 },
      maxConcurrent: 10,
      random: Math.random,
    }),
    engines: new EngineReaders(DEFAULT_EXTRACTOR),
    source: DEFAULT_SOURCE,
    clock,
    observer: {
      read: (endpoint, ms, missing) => {
        expect(ms).toBeGreaterThanOrEqual(0);
        tell(`read ${endpoint.id}${missing.length > 0 ? ` without ${missing.join()}` : ''}`);
      },
      failed: (endpoint, reason) => {
        failures.push(reason);
        tell(`failed ${endpoint.id}: ${reason}`);
      },
    },
    ...given,
  });
  ends.push(() => {
    scraper.stop();
  });
  return { scraper, failures, next: () => new Promise((resolve) => (tell = resolve)) };
}

async function modelServer(): Promise<ModelServer> {
  const server = await ModelServer.start();
  ends.push(() => server.close());
  return server;
}

/** An HTTP server with its own handler; counts connections. */
async function serve(
  handler: http.RequestListener,
  make: () => http.Server = () => http.createServer(),
): Promise<{ port: number; connections: () => number }> {
  let connections = 0;
  const server = make();
  server.on('request', handler).on('connection', () => connections++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  });
  return { port: (server.address() as AddressInfo).port, connections: () => connections };
}

const only = (pool: PoolState): Endpoint => pool.endpoints[0]!;

test('an endpoint is read at once, and its metrics say when they were asked for', async () => {
  const server = await modelServer();
  server.say({ waiting: 7, kvCacheUsage: 0.5 });
  const pool = poolAt(server.port);
  const { scraper, next } = scrape(pool);
  const before = clock.now();
  scraper.start();

  expect(await next()).toBe('read pod-0-rank-0');

  expect(only(pool).metrics).toMatchObject({ waiting: 7, kvCacheUsage: 0.5 });
  expect(only(pool).metrics!.at).toBeGreaterThanOrEqual(before);
  expect(only(pool).metrics!.at).toBeLessThanOrEqual(clock.now());
});

test('metrics are read again and again over one connection', async () => {
  let pages = 0;
  const { port, connections } = await serve((_, response) => {
    response.end(`vllm:num_requests_waiting ${++pages}\n`);
  });
  const pool = poolAt(port);
  const { scraper, next } = scrape(pool);
  scraper.start();
  while (pages < 5) expect(await next()).toContain('read pod-0-rank-0');

  expect(connections()).toBe(1);
  expect(only(pool).metrics?.waiting).toBeGreaterThanOrEqual(4);
});

test('a pod that comes later is read too', async () => {
  const server = await modelServer();
  const pool = poolAt();
  const { scraper, next } = scrape(pool);
  scraper.start();
  pool.upsertPod(podAt(server.port, 5));

  expect(await next()).toBe('read pod-5-rank-0');
});

test('metrics that a page lacks are named', async () => {
  const { port } = await serve((_, response) => response.end('vllm:num_requests_waiting 1\n'));
  const { scraper, next } = scrape(poolAt(port));
  scraper.start();

  expect(await next()).toBe('read pod-0-rank-0 without vllm:num_requests_running,vllm:kv_cache_usage_perc');
});

test.each([
  ['an error', 500, PAGE, 'status 500'],
  [
    'another page',
    200,
    'hello',
    'the page has none of vllm:num_requests_waiting, vllm:num_requests_running, vllm:kv_cache_usage_perc',
  ],
  ['a page that is too long', 200, PAGE.repeat(100), 'the page is longer than 1000 bytes'],
])('%s is a failure, and the endpoint stays without metrics', async (_, status, page, reason) => {
  const { port } = await serve((__, response) => response.writeHead(status).end(page));
  const pool = poolAt(port);
  const { scraper, next } = scrape(pool, { maxPageBytes: 1000 });
  scraper.start();

  expect(await next()).toBe(`failed pod-0-rank-0: ${reason}`);
  expect(only(pool).metrics).toBeUndefined();
  expect(pool.measured).toBe(false);
});

test('a pod that does not answer fails after the time it has, and is read when it answers again', async () => {
  const server = await modelServer();
  server.say({ answer: 'hang' });
  const pool = poolAt(server.port);
  const { scraper, next } = scrape(pool, { timeoutMs: 20 });
  scraper.start();
  expect(await next()).toBe('failed pod-0-rank-0: no answer within 20 ms');

  server.say({ answer: 'page' });
  for (let i = 0; only(pool).metrics === undefined && i < 100; i++) await next();

  expect(only(pool).metrics).toMatchObject({ waiting: 0 });
});

test('a page that never ends fails after the time it has', async () => {
  const { port } = await serve((_, response) => response.writeHead(503).write('x'));
  const { scraper, next } = scrape(poolAt(port), { timeoutMs: 20 });
  scraper.start();

  expect(await next()).toBe('failed pod-0-rank-0: no answer within 20 ms');
});

test('a pod that is away is a failure, and its last metrics stay', async () => {
  const server = await modelServer();
  const pool = poolAt(server.port);
  const { scraper, next, failures } = scrape(pool);
  scraper.start();
  await next();
  const last = only(pool).metrics;
  await server.close();
  ends.pop();
  ends.push(() => {
    scraper.stop();
  });
  while (failures.length < 2) await next();

  expect(failures.at(-1)).toContain('ECONNREFUSED');
  expect(only(pool).metrics!.at).toBeGreaterThanOrEqual(last!.at);
});

test('a pod that refuses connections is unreachable until it takes one', async () => {
  const server = await modelServer();
  const { port } = server;
  const pool = poolAt(port);
  await server.close();
  ends.pop();
  const { scraper, next, failures } = scrape(pool);
  scraper.start();
  while (failures.length < 2) await next();
  expect(only(pool).unreachable).toBe(true);

  const back = await ModelServer.start({ port });
  ends.push(() => back.close());
  for (let i = 0; only(pool).metrics === undefined && i < 100; i++) await next();

  expect(only(pool).unreachable).toBe(false);
});

test.each([
  ['answers with errors', () => serve((_, response) => response.writeHead(500).end())],
  ['does not answer', () => serve(() => undefined)],
])('a pod that %s is not unreachable', async (_, start) => {
  const { port } = await start();
  const pool = poolAt(port);
  const { scraper, next, failures } = scrape(pool, { timeoutMs: 5 });
  scraper.start();
  while (failures.length < 4) await next();

  expect(only(pool).unreachable).toBe(false);
});

test('a port of metrics that refuses connections says nothing of the port of the model', async () => {
  const server = await modelServer();
  const { port } = server;
  await server.close();
  ends.pop();
  const pool = poolAt(1);
  const { scraper, next, failures } = scrape(pool, { source: { ...DEFAULT_SOURCE, port } });
  scraper.start();
  while (failures.length < 4) await next();

  expect(only(pool).unreachable).toBe(false);
});

test('a kept connection that the server closed is no failure', async () => {
  const used = new WeakSet<object>();
  let pages = 0;
  const { port, connections } = await serve(({ socket }, response) => {
    if (used.has(socket)) socket.destroy();
    else {
      used.add(socket);
      pages++;
      response.end(PAGE);
    }
  });
  const { scraper, next, failures } = scrape(poolAt(port));
  scraper.start();
  while (pages < 4) await next();

  expect(failures).toEqual([]);
  expect(connections()).toBeGreaterThanOrEqual(4);
});

test('metrics may be at another port and path', async () => {
  const paths: (string | undefined)[] = [];
  const { port } = await serve(({ url }, response) => {
    paths.push(url);
    response.end(PAGE);
  });
  const { scraper, next } = scrape(poolAt(1), { source: { ...DEFAULT_SOURCE, port, path: '/stats' } });
  scraper.start();

  expect(await next()).toBe('read pod-0-rank-0');
  expect(paths[0]).toBe('/stats');
});

test('nothing is read or told after the end', async () => {
  const server = await modelServer();
  server.say({ answer: 'hang' });
  const { scraper, failures } = scrape(poolAt(server.port));
  scraper.start();
  while (server.scrapes === 0) await new Promise((resolve) => setImmediate(resolve));
  scraper.stop();
  await new Promise((resolve) => setImmediate(resolve));

  expect(failures).toEqual([]);
  expect(server.scrapes).toBe(1);
});

describe('over TLS', () => {
  let folder: string;
  let pems: { readonly private: string; readonly cert: string };

  beforeAll(async () => {
    pems = await generate([{ name: 'commonName', value: 'model-server' }], {
      keySize: 2048,
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
    });
    folder = mkdtempSync(join(tmpdir(), 'scraper-'));
    writeFileSync(join(folder, 'ca.crt'), pems.cert);
  });

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  const tls = (): http.Server => https.createServer({ key: pems.private, cert: pems.cert });
  const source = { ...DEFAULT_SOURCE, scheme: 'https' as const };

  test('a certificate that nobody knows is taken by default', async () => {
    const { port } = await serve((_, response) => response.end(PAGE), tls);
    const { scraper, next } = scrape(poolAt(port), { source });
    scraper.start();

    expect(await next()).toBe('read pod-0-rank-0');
  });

  test('a certificate that nobody knows is refused where it is to be checked', async () => {
    const { port } = await serve((_, response) => response.end(PAGE), tls);
    const { scraper, next } = scrape(poolAt(port), { source: { ...source, insecureSkipVerify: false } });
    scraper.start();

    expect(await next()).toContain('self-signed certificate');
  });

  test('a certificate of the authority that is given is taken', async () => {
    const { port } = await serve((_, response) => response.end(PAGE), tls);
    const caCertPath = join(folder, 'ca.crt');
    const { scraper, next } = scrape(poolAt(port), { source: { ...source, insecureSkipVerify: false, caCertPath } });
    scraper.start();

    expect(await next()).toBe('read pod-0-rank-0');
  });

  test('a file that is not there is an error at the start', () => {
    expect(() => scrape(poolAt(), { source: { ...source, caCertPath: join(folder, 'none') } })).toThrow('ENOENT');
  });
});
