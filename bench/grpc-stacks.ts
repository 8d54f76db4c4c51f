/**
 * What carries the external processing protocol: grpc-js with messages as bytes, node:http2 with gRPC's framing, and the
 * picker's own HTTP/2 (lib/picker/protocol/http2). All three serve the picker's own codec and exchange with a director
 * that does nothing. The load comes from a process of its own: headers and a body of 4 KiB, response headers, and chunks
 * of an answer, each sent once the last was answered. "CPU" is that of the server alone, the number to compare; the
 * others depend on how many cores the load generator leaves.
 *
 * Node 20.20, 2 connections, 64 streams at a time, 2 shared cores:
 *
 *   stack         load             CPU us/stream
 *   grpc-js       decision only              146
 *   node:http2    decision only               94
 *   own HTTP/2    decision only               50
 *   grpc-js       100 SSE chunks             996
 *   node:http2    100 SSE chunks             570
 *   own HTTP/2    100 SSE chunks             329
 *
 * The numbers alone would not justify an HTTP/2 of one's own. What does is that Envoy resets each stream once its
 * request is over, and that Node.js before 22.10 breaks a connection off, with every stream on it, that resets more than
 * 1000 streams and 33 a second: `node:http2`, and with it grpc-js, cannot serve more than 33 requests a second for long.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { LoadPlan, LoadResult } from './grpc-stacks/load';

const STACKS = ['grpc-js', 'node:http2', 'own HTTP/2'] as const;
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
