import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { envoyBootstrap } from '../envoy/bootstrap';
import type { EnvoyStack } from '../envoy/types';
import type { Listener } from '../routing/types';
import { EnvoyEndpoints } from './envoy-endpoints';
import { GuardedProcess } from './guarded-process';
import { freeAddress } from './listen';
import type { LocalGatewayOptions, LocalGatewayServer } from './types';

/** How long Envoy may take until it serves, and how often it is asked, ms. */
const START_TIMEOUT_MS = 20_000;
const ASK_EVERY_MS = 50;

/** An Envoy that does not start. */
export class EnvoyError extends Error {
  public constructor(command: string, what: string, output: string) {
    super(`'${command}' ${what}; it says:\n${output.trim() || '(nothing)'}`);
    this.name = 'EnvoyError';
  }
}

export interface EnvoyGatewayOptions extends LocalGatewayOptions {
  /** Name or path of Envoy's executable. */
  readonly command: string;
}

/**
 * A gateway that is an Envoy of its own, configured by `lib/local/envoy`. Resolves when it serves. Throws a
 * `ListenError` for a port that is taken, an `EnvoyError` with what Envoy wrote when it does not start; nothing of it is
 * left then.
 */
export async function startEnvoyGateway(options: EnvoyGatewayOptions): Promise<LocalGatewayServer> {
  const listeners = await freeListeners(options.listeners);
  const admin = await freeAddress({ address: '127.0.0.1', port: 0 });
  const folder = mkdtempSync(join(tmpdir(), 'inference-gateway-'));
  let process: GuardedProcess | undefined;
  try {
    const { stack, files } = stackOf({ ...options, listeners }, admin, folder);
    const config = join(folder, 'envoy.json');
    writeFileSync(config, JSON.stringify(envoyBootstrap(stack)));
    process = runEnvoy(options.command, config, folder);
    await untilReady(options.command, process, `http://127.0.0.1:${admin.port}/ready`);
    return serverOf(options, process, listeners, files);
  } catch (error) {
    await process?.stop();
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** The listeners with ports that are free: Envoy's own message of one that is not names no way out. */
async function freeListeners(listeners: readonly Listener[]): Promise<readonly Listener[]> {
  const free: Listener[] = [];
  for (const listener of listeners) free.push({ ...listener, ...(await freeAddress(listener)) });
  return free;
}

interface StackAndFiles {
  readonly stack: EnvoyStack;
  readonly files: readonly EnvoyEndpoints[];
}

function stackOf(options: LocalGatewayOptions, admin: EnvoyStack['admin'], folder: string): StackAndFiles {
  const { listeners, pools, services, messageTimeoutMs, subsetHeader } = options;
  const files = new Map(
    [...pools, ...services].map((target, i) => [target, new EnvoyEndpoints(target, join(folder, `endpoints-${i}`))]),
  );
  const sourceOf = (target: (typeof pools)[number] | (typeof services)[number]): EnvoyEndpoints['source'] => {
    const file = files.get(target);
    if (file === undefined) throw new Error(`no file for ${target.name}`);
    return file.source;
  };
  const stack: EnvoyStack = {
    admin,
    listeners,
    pools: pools.map((pool) => ({ ...pool, reach: { kind: 'override-host-file', ...sourceOf(pool) } })),
    services: services.map((service) => ({ name: service.name, endpoints: sourceOf(service) })),
    ...(messageTimeoutMs === undefined ? {} : { messageTimeoutMs }),
    ...(subsetHeader === undefined ? {} : { subsetHeader }),
  };
  return { stack, files: [...files.values()] };
}

function runEnvoy(command: string, config: string, folder: string): GuardedProcess {
  const args = ['-c', config, '-l', 'warning', '--concurrency', '1', '--use-dynamic-base-id'];
  return new GuardedProcess({ command, args, folder });
}

async function untilReady(command: string, process: GuardedProcess, url: string): Promise<void> {
  for (let waited = 0; waited < START_TIMEOUT_MS; waited += ASK_EVERY_MS) {
    if (!process.isRunning) throw new EnvoyError(command, 'ended while it started', process.output);
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok === true) return;
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  }
  throw new EnvoyError(command, `did not serve within ${START_TIMEOUT_MS / 1000} s`, process.output);
}

function serverOf(
  { command, onFault }: EnvoyGatewayOptions,
  process: GuardedProcess,
  listeners: readonly Listener[],
  files: readonly EnvoyEndpoints[],
): LocalGatewayServer {
  let isStopping = false;
  void process.ended().then(() => {
    if (!isStopping) onFault?.(new EnvoyError(command, 'ended by itself', process.output));
  });
  return {
    kind: 'envoy',
    listeners: listeners.map(({ name, address, port }) => ({ name, address, port })),
    endpointsChanged: () => {
      if (process.isRunning && !isStopping) for (const file of files) file.write();
    },
    stop: () => {
      isStopping = true;
      return process.stop();
    },
  };
}
