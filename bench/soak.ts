/**
 * Runs the shipped picker for a while at a steady rate with pods coming and going, and says whether memory stays flat,
 * whether streams leak, and how long decisions take. Needs `npm run build` before.
 *
 *   npm run bench:soak                       ten minutes at 500 requests a second
 *   npm run bench:soak -- 2 300              two minutes at 300
 */
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ModelServer } from '../test/support/picker/model-server';
import type { LoadPlan, LoadReport } from './soak/load';

const BUNDLE = join(__dirname, '..', 'build', 'picker-image', 'inference-endpoint-picker.cjs');
const PODS = 16;
const PORTS = { grpc: 19_002, health: 19_003, metrics: 19_090 } as const;
/** Memory may grow by this part between the end of the warm-up and the end: garbage comes in waves. */
const FLAT = 0.1;
const WARM_UP = 0.3;

const [minutes = 10, rate = 500] = process.argv.slice(2).map(Number);
const seconds = minutes * 60;

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'soak-'));
  const servers = await Promise.all(Array.from({ length: PODS }, (_, i) => ModelServer.start({ name: `pod-${i}` })));
  const present = new Set(servers);
  const writeEndpoints = (): void => {
    const endpoints = [...present].map(({ name, port }) => ({ name, address: '127.0.0.1', port }));
    writeFileSync(join(folder, 'new'), JSON.stringify({ endpoints }));
    renameSync(join(folder, 'new'), join(folder, 'endpoints.yaml'));
  };
  writeEndpoints();
  const picker = spawn(process.execPath, [BUNDLE, ...flags(folder)], { stdio: ['ignore', 'ignore', 'inherit'] });
  try {
    await ready();
    await soak(servers, present, writeEndpoints);
  } finally {
    picker.kill('SIGKILL');
    await Promise.all(servers.map((server) => server.close()));
    rmSync(folder, { recursive: true });
  }
}

function flags(folder: string): readonly string[] {
  return [
    `--endpoints-file=${join(folder, 'endpoints.yaml')}`,
    `--grpc-port=${PORTS.grpc}`,
    `--grpc-health-port=${PORTS.health}`,
    `--metrics-port=${PORTS.metrics}`,
    '--metrics-endpoint-auth=false',
    '--enable-grpc-stream-metrics',
    '--v=1',
  ];
}

async function soak(
  servers: readonly ModelServer[],
  present: Set<ModelServer>,
  writeEndpoints: () => void,
): Promise<void> {
  const load = fork(join(__dirname, 'soak', 'load.ts'), { execArgv: ['-r', 'ts-node/register'] });
  const plan: LoadPlan = { port: PORTS.grpc, connections: 4, rate, seconds };
  load.send(plan);
  let turn = 0;
  // Every few seconds a pod goes and another one comes back.
  const churn = setInterval(() => {
    const pod = servers[turn++ % servers.length];
    if (pod === undefined) return;
    if (!present.delete(pod)) present.add(pod);
    else if (present.size < PODS / 2) for (const server of servers.slice(0, 4)) present.add(server);
    writeEndpoints();
  }, 3000);
  const memory: { readonly at: number; readonly mib: number }[] = [];
  const started = Date.now();
  const p99s: number[] = [];
  let last: LoadReport | undefined;
  console.log('   s   RSS MiB   heap MiB  streams  in flight   p50 ms   p99 ms  completed  rejected  aborted  failed');
  load.on('message', (report: LoadReport) => {
    last = report;
    void sample().then((numbers) => {
      const at = (Date.now() - started) / 1000;
      memory.push({ at, mib: numbers.rss });
      if (!report.done && at > seconds * WARM_UP) p99s.push(report.decisionP99);
      console.log(row(at, numbers, report));
    });
  });
  await once(load, 'exit');
  clearInterval(churn);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  judge(memory, await sample(), p99s, last);
}

interface Numbers {
  readonly rss: number;
  readonly heap: number;
  readonly streams: number;
  readonly inFlight: number;
}

async function sample(): Promise<Numbers> {
  const text = await (await fetch(`http://127.0.0.1:${PORTS.metrics}/metrics`)).text();
  const sum = (name: string): number =>
    [...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'gm'))].reduce((all, m) => all + Number(m[1]), 0);
  const mib = 2 ** 20;
  return {
    rss: sum('process_resident_memory_bytes') / mib,
    heap: sum('nodejs_heap_size_used_bytes') / mib,
    streams: sum('llm_d_epp_extproc_streams_inflight'),
    inFlight: sum('llm_d_epp_inflight_requests'),
  };
}

function row(at: number, numbers: Numbers, report: LoadReport): string {
  const cells: readonly (readonly [number, number, number])[] = [
    [at, 4, 0],
    [numbers.rss, 10, 1],
    [numbers.heap, 11, 1],
    [numbers.streams, 9, 0],
    [numbers.inFlight, 11, 0],
    [report.decisionP50, 9, 2],
    [report.decisionP99, 9, 2],
    [report.completed, 11, 0],
    [report.rejected, 10, 0],
    [report.aborted, 9, 0],
    [report.failed, 8, 0],
  ];
  return cells.map(([value, width, digits]) => value.toFixed(digits).padStart(width)).join('');
}

function judge(
  memory: readonly { readonly at: number; readonly mib: number }[],
  end: Numbers,
  p99s: readonly number[],
  report: LoadReport | undefined,
): void {
  const warm = memory.filter(({ at }) => at > seconds * WARM_UP);
  const third = Math.max(1, Math.floor(warm.length / 3));
  const median = (samples: readonly number[]): number => [...samples].sort((a, b) => a - b)[samples.length >> 1] ?? NaN;
  const early = median(warm.slice(0, third).map(({ mib }) => mib));
  const late = median(warm.slice(-third).map(({ mib }) => mib));
  const growth = late / early - 1;
  console.log(
    `memory after the warm-up ${early.toFixed(1)} MiB, at the end ${late.toFixed(1)} MiB: ${(growth * 100).toFixed(1)} %`,
  );
  console.log(`streams left ${end.streams}, requests counted as in flight ${end.inFlight}`);
  console.log(
    `p99 of a decision, median of 5 s windows: ${median(p99s).toFixed(2)} ms; worst ${Math.max(...p99s).toFixed(2)} ms`,
  );
  const lost = report?.failed ?? Number.NaN;
  const leaks = growth > FLAT || end.streams > 0 || end.inFlight > 0 || lost > 0;
  console.log(
    leaks
      ? `failed: ${lost} requests lost, or memory or streams leak`
      : 'memory is flat, no stream leaked, no request lost',
  );
  process.exitCode = leaks ? 1 : 0;
}

async function ready(): Promise<void> {
  for (let i = 0; i < 200; i++) {
    const answer = await fetch(`http://127.0.0.1:${PORTS.metrics}/healthz`).catch(() => undefined);
    if (answer?.ok === true) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the picker did not start; is it built?');
}

void main();
