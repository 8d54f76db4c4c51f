/**
 * Processor time of reading the metrics of pods over HTTP, answer parsed and stored, without that of the pods: a
 * process of its own serves their pages. Every pod is busy, so each is read every 50 ms as far as one core can.
 */
import { fork } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { performance } from 'node:perf_hooks';
import { MetricsScraper } from '../lib/picker/io/metrics-scraper';
import { DEFAULT_EXTRACTOR, EngineReaders } from '../lib/picker/pool/engines';
import { DEFAULT_SOURCE } from '../lib/picker/pool/metrics-source';
import { PoolState } from '../lib/picker/pool/pool-state';
import { ScrapeSchedule, scrapeTimes } from '../lib/picker/pool/scrape-schedule';
import { vllmPage } from '../test/support/picker/model-server-page';

const SECONDS = 5;

const NUMBERS = {
  model: 'meta-llama/Llama-3.1-8B-Instruct',
  waiting: 3,
  running: 17,
  kvCacheUsage: 0.4321,
  blockSize: 16,
  blocks: 27_500,
  runningAdapters: [],
  waitingAdapters: [],
  maxAdapters: 4,
  finished: 12_345,
  size: 'large',
  oldNames: false,
} as const;

/** What the process with the pods does. */
function servePages(): void {
  const page = Buffer.from(vllmPage(NUMBERS));
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-length': page.length }).end(page);
  });
  server.listen(0, '0.0.0.0', () => process.send?.((server.address() as AddressInfo).port));
}

function poolOf(pods: number, port: number, requests: number): PoolState {
  const load = { requests, unseenRequests: 0, prefillTokens: 0, decodeTokens: 0, lastPickedAt: -Infinity };
  const pool = new PoolState({ name: 'pool', namespace: 'ns', clock: performance, attach: () => load });
  pool.setSpec({ selector: undefined, targetPorts: [port] });
  pool.replacePods(
    Array.from({ length: pods }, (_, i) => {
      const fixed = { namespace: 'ns', labels: {}, ready: true, activePorts: undefined, ports: undefined };
      return { ...fixed, name: `pod-${i}`, uid: String(i), address: `127.0.${i >> 8}.${(i & 255) + 1}` };
    }),
  );
  return pool;
}

async function measure(pods: number, port: number, requests: number): Promise<void> {
  const pool = poolOf(pods, port, requests);
  let reads = 0;
  let failures = 0;
  const scraper = new MetricsScraper({
    pool,
    schedule: new ScrapeSchedule({ times: scrapeTimes(50), maxConcurrent: 64, random: Math.random }),
    engines: new EngineReaders(DEFAULT_EXTRACTOR),
    source: DEFAULT_SOURCE,
    clock: performance,
    observer: { read: () => reads++, failed: () => failures++ },
  });
  scraper.start();
  await new Promise((resolve) => setTimeout(resolve, 1000));
  reads = 0;
  const cpu = process.cpuUsage();
  const start = performance.now();
  await new Promise((resolve) => setTimeout(resolve, SECONDS * 1000));
  const { user, system } = process.cpuUsage(cpu);
  const seconds = (performance.now() - start) / 1000;
  scraper.stop();
  const cells = [
    String(pods).padStart(4),
    (requests > 0 ? 'busy' : 'working for others').padEnd(18),
    (reads / seconds).toFixed(0).padStart(7),
    ((user + system) / Math.max(1, reads)).toFixed(0).padStart(11),
    ((user + system) / 1e6 / seconds).toFixed(2).padStart(5),
    String(failures).padStart(8),
  ];
  console.log(cells.join('  '));
}

async function main(): Promise<void> {
  const pods = fork(__filename, ['serve'], { execArgv: process.execArgv });
  const port = await new Promise<number>((resolve) =>
    pods.once('message', (message) => {
      resolve(Number(message));
    }),
  );
  console.log(`Node ${process.version}, pages of ${(vllmPage(NUMBERS).length / 1024).toFixed(0)} KiB`);
  console.log('pods  pool                reads/s  CPU µs/read  cores  failures');
  for (const count of [100, 50, 10]) await measure(count, port, 1);
  await measure(100, port, 0);
  pods.kill();
}

if (process.argv[2] === 'serve') servePages();
else void main();
