import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { LoadPlan, LoadResult } from './grpc-stacks/load';

const STACKS = ['grpc-js', 'node:http2'] as const;
const LOADS = [
  { name: 'decision only', streams: 20_000, chunks: 1 },
  { name: '100 SSE chunks', streams: 2_000, chunks: 100 },
] as const;
const CONNECTIONS = 2;
const CONCURRENCY = 64;

interface Usage {
  readonly cpuMs: number;
  readonly rssMiB: number;
}

function start(script: string, ...args: readonly string[]): ChildProcess {
  const file = join(__dirname, 'grpc-stacks', script);
  return fork(file, [...args], { execArgv: ['-r', 'ts-node/register'] });
}

async function tell<T>(child: ChildProcess, message: object): Promise<T> {
  const answer = once(child, 'message');
  child.send(message);
  return (await answer)[0] as T; // what the child's script sends
}

async function measure(stack: string, load: (typeof LOADS)[number]): Promise<string> {
  const server = start('serve.ts', stack);
  const [{ port }] = (await once(server, 'message')) as [{ port: number }];
  const client = start('load.ts');
  await once(client, 'message');
  const plan: LoadPlan = { ...load, port, connections: CONNECTIONS, concurrency: CONCURRENCY };
  await tell(client, { ...plan, streams: Math.ceil(plan.streams / 4) });
  const before = await tell<Usage>(server, {});
  const result = await tell<LoadResult>(client, plan);
  const after = await tell<Usage>(server, {});
  server.kill();
  client.kill();
  const cpuUs = ((after.cpuMs - before.cpuMs) * 1000) / load.streams;
  return [
    stack.padEnd(12),
    load.name.padEnd(15),
    (load.streams / result.seconds).toFixed(0).padStart(9),
    cpuUs.toFixed(0).padStart(16),
    result.decisionP50.toFixed(1).padStart(8),
    result.decisionP99.toFixed(1).padStart(8),
    after.rssMiB.toFixed(0).padStart(8),
  ].join('  ');
}

async function main(): Promise<void> {
  console.log(`Node ${process.version}, ${CONNECTIONS} connections, ${CONCURRENCY} streams at a time`);
  console.log('stack         load             streams/s  CPU us/stream   p50 ms   p99 ms  RSS MiB');
  for (const load of LOADS) for (const stack of STACKS) console.log(await measure(stack, load));
}

void main();
