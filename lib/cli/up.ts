import { existsSync } from 'node:fs';
import { Command, Option } from 'commander';
import { type Problem, ValidationError } from '../core/problem';
import { startGateway, type StartGatewayOptions } from '../local/gateway/start-gateway';
import type { ManifestFile } from '../local/manifests/object';
import { readTopology } from '../local/manifests/read-topology';
import { portTrouble } from '../local/stack/free-port';
import type { Release } from '../picker/time';
import { startLocalStack } from '../local/stack/start-stack';
import type { LocalStack } from '../local/stack/types';
import { type Interrupts, processInterrupts } from './interrupts';
import type { CliPort } from './port';
import { readManifests } from './synthesized';
import { upBanner } from './up-banner';
import { numberOption } from './up-options';

/** Options of the command as they were written. */
export interface UpOptions {
  readonly port?: string;
  readonly adminPort?: string;
  readonly compare?: 'round-robin';
  readonly gateway: NonNullable<StartGatewayOptions['prefer']>;
  readonly speed: string;
  readonly loadSeconds?: string;
  readonly replicas?: string;
}

/** A page about a stack that runs. */
export interface AdminServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** What the command takes from outside. */
export interface UpParts {
  /** Serves the page of a stack; port 0 takes a free one. */
  readonly startAdmin?: ((stack: LocalStack, port: number) => Promise<AdminServer>) | undefined;
  /** @default - the signals of this process */
  readonly interrupts?: Interrupts | undefined;
  /** Ends the process where stopping takes too long, or is asked for twice. @default process.exit */
  readonly forceExit?: ((code: number) => void) | undefined;
}

/** Ports that are taken where the user names none; free ones if they are in use. */
const USUAL_PORT = 8080;
const USUAL_ADMIN_PORT = 8090;

/** Where `cdk8s synth` writes manifests. */
const USUAL_MANIFESTS = 'dist';

/** Longest time from a signal to the end of the process, ms. */
const MOST_STOP_MS = 8000;
/** Exit code of a process that a signal ended, as shells have it. */
const INTERRUPTED = 130;

/** The command `up`. */
export function upCommand(port: CliPort, parts: UpParts = {}): Command {
  return new Command('up')
    .description('run manifests on this machine: simulated model servers, the real endpoint picker, a gateway')
    .argument('[manifests...]', 'manifests, folders of them, or a cdk8s program', [])
    .option('--port <n>', `port of the gateway; others follow it (default: ${USUAL_PORT}, or free ones)`)
    .option('--admin-port <n>', `port of the page (default: ${USUAL_ADMIN_PORT}, or a free one)`)
    .addOption(new Option('--compare <lane>', 'a second set of pods behind a plain Service').choices(['round-robin']))
    .addOption(
      new Option('--gateway <kind>', 'Envoy, or a proxy in this process')
        .choices(['auto', 'envoy', 'node'])
        .default('auto'),
    )
    .option('--speed <factor>', 'how much faster than real servers the simulated ones are', '1')
    .option('--load-seconds <s>', 'time to load a model (default: a twentieth of the real time)')
    .option('--replicas <n>', 'model servers of each Deployment (default: as in the manifests)')
    .action((paths: readonly string[], options: UpOptions) => runUp(paths, options, port, parts));
}

/** Runs a stack until a signal asks for its end. Throws a ValidationError where it cannot start; nothing is left then. */
export async function runUp(
  paths: readonly string[],
  options: UpOptions,
  port: CliPort,
  parts: UpParts = {},
): Promise<void> {
  const settings = settingsOf(options);
  const topology = readTopology(manifestsOf(paths));
  const interrupt = new AbortController();
  const release = followInterrupts(interrupt, port, parts);
  try {
    const stack = await startLocalStack(topology, {
      ...settings,
      startGateway: (gateway) => startGateway({ ...gateway, prefer: options.gateway }),
      signal: interrupt.signal,
      onEvent: ({ text }) => {
        port.out(`${text}\n`);
      },
    });
    try {
      const admin = await parts.startAdmin?.(stack, settings.adminPort ?? (await usualAdminPort()));
      try {
        port.out(`\n${upBanner(stack, topology, admin?.url)}\n`);
        await untilAborted(interrupt.signal);
      } finally {
        await admin?.stop();
      }
    } finally {
      await stack.stop();
    }
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
  } finally {
    release();
  }
  port.out('stopped\n');
}

interface UpSettings {
  readonly port: number;
  readonly strictPort: boolean;
  readonly adminPort: number | undefined;
  readonly compare: 'round-robin' | undefined;
  readonly speed: number;
  readonly loadSeconds: number | undefined;
  readonly replicas: number | undefined;
}

function settingsOf({ port, adminPort, compare, speed, loadSeconds, replicas }: UpOptions): UpSettings {
  return {
    port: numberOption('port', port, { least: 0, most: 65_000, whole: true }) ?? USUAL_PORT,
    strictPort: port !== undefined,
    adminPort: numberOption('admin-port', adminPort, { least: 0, most: 65_535, whole: true }),
    compare,
    speed: numberOption('speed', speed, { least: 0.001, most: 1000 }) ?? 1,
    loadSeconds: numberOption('load-seconds', loadSeconds, { least: 0, most: 3600 }),
    replicas: numberOption('replicas', replicas, { least: 1, most: 64, whole: true }),
  };
}

function manifestsOf(paths: readonly string[]): readonly ManifestFile[] {
  if (paths.length === 0 && !existsSync(USUAL_MANIFESTS)) throw new ValidationError('up', [NO_MANIFESTS]);
  return (paths.length === 0 ? [USUAL_MANIFESTS] : paths).flatMap(readManifests);
}

const NO_MANIFESTS: Problem = {
  what: 'no manifests are named',
  why: `there is no folder ${USUAL_MANIFESTS} here either`,
  fix: 'run npx cdk8s synth first, or name a program: npx inference-gateway up chart.ts',
};

/** The first signal ends the stack, the second one the process; and so does a stack that does not end. */
function followInterrupts(interrupt: AbortController, port: CliPort, parts: UpParts): Release {
  const { interrupts = processInterrupts, forceExit = process.exit.bind(process) } = parts;
  let timer: NodeJS.Timeout | undefined;
  const release = interrupts(() => {
    if (interrupt.signal.aborted) {
      forceExit(INTERRUPTED);
      return;
    }
    port.error('\nstopping; once more to stop at once\n');
    timer = setTimeout(forceExit, MOST_STOP_MS, INTERRUPTED);
    interrupt.abort();
  });
  return () => {
    clearTimeout(timer);
    release();
  };
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener(
      'abort',
      () => {
        resolve();
      },
      { once: true },
    );
  });
}

async function usualAdminPort(): Promise<number> {
  return (await portTrouble(USUAL_ADMIN_PORT)) === undefined ? USUAL_ADMIN_PORT : 0;
}
