import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { EngineService } from '@pulumi/pulumi/proto/engine_grpc_pb';
import { ResourceMonitorService } from '@pulumi/pulumi/proto/resource_grpc_pb';
import { EngineLog, type LogEntry } from './engine-log';
import { type Config, configOf, mergeConfig, type Project, readProject, readStackConfig } from './project-file';
import { defaultInvokes, defaultOutputs, firstOf } from './provider-fakes';
import { ResourceMonitor } from './resource-monitor';
import { type InvokeFor, type OutputsFor, type ResourceState } from './resource-state';
import { STACK_TYPE } from './urn';
import { type JsonRecord } from './wire';

const REPOSITORY = resolve(__dirname, '../../..');
const RUNNER = require.resolve('@pulumi/pulumi/cmd/run');

/** One run of a Pulumi program. */
export interface RunOptions {
  /** Folder with the program and, if it has one, its Pulumi.yaml. */
  readonly programDir: string;
  readonly mode: 'preview' | 'up';
  /** @default - name in Pulumi.yaml, else `project` */
  readonly project?: string;
  /** Also names the file Pulumi.STACK.yaml that configuration is read from. */
  readonly stack?: string;
  /** Wins over the files; keys without a colon belong to the project. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly secretConfigKeys?: readonly string[];
  /** Resources of an earlier run, for a second `up`. */
  readonly previousState?: readonly ResourceState[];
  readonly outputsFor?: OutputsFor;
  readonly invokeFor?: InvokeFor;
  readonly stackReferences?: Readonly<Record<string, JsonRecord>>;
  /** Resolve with the exit code of a program that fails, instead of rejecting with a ProgramError. */
  readonly allowFailure?: boolean;
  /** Let ts-node check types, as it does for users; several seconds slower. */
  readonly typeCheck?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds until the program is killed. */
  readonly timeout?: number;
}

export interface RunResult {
  readonly exitCode: number;
  /** In the order of registration. */
  readonly resources: readonly ResourceState[];
  readonly stackOutputs: JsonRecord;
  readonly secretStackOutputs: readonly string[];
  /** Messages of the SDK and of `pulumi.log`, without debug messages. */
  readonly logs: readonly LogEntry[];
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

/** A program that did not end well, with everything that it said. */
export class ProgramError extends Error {
  public constructor(
    what: string,
    public readonly result: RunResult,
  ) {
    const logs = result.logs.map((entry) => `${entry.severity}: ${entry.message}`);
    super([what, ...logs, result.stderr, result.stdout].filter((part) => part !== '').join('\n'));
    this.name = 'ProgramError';
  }
}

/** Runs a program under Pulumi's own Node.js language host, with this process as its engine. */
export async function runProgram(options: RunOptions): Promise<RunResult> {
  const project = readProject(resolve(options.programDir), options.project ?? 'project');
  const place = { project: options.project ?? project.name, stack: options.stack ?? 'dev' };
  const monitor = new ResourceMonitor({
    ...place,
    preview: options.mode === 'preview',
    outputsFor: firstOf(options.outputsFor, defaultOutputs),
    invokeFor: (token, args) => options.invokeFor?.(token, args) ?? defaultInvokes(token, args),
    stackReferences: options.stackReferences ?? {},
    previousState: options.previousState ?? [],
  });
  const engine = new EngineLog();
  const server = new Server();
  server.addService(ResourceMonitorService, monitor.service());
  server.addService(EngineService, engine.service());
  const address = `127.0.0.1:${await listen(server)}`;
  try {
    const started = performance.now();
    const ended = await runHost(hostCommand(options, project, { ...place, address }), options.timeout ?? 60_000);
    const result = resultOf(ended, { monitor, engine, seconds: (performance.now() - started) / 1000 });
    if (ended.timedOut) throw new ProgramError(`the program did not end in ${options.timeout ?? 60_000} ms`, result);
    if (result.exitCode === 0 || options.allowFailure === true) return result;
    throw new ProgramError(`the program ended with exit code ${result.exitCode}`, result);
  } finally {
    monitor.close();
    server.forceShutdown();
  }
}

interface HostCommand {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

interface Target {
  readonly project: string;
  readonly stack: string;
  readonly address: string;
}

function hostCommand(options: RunOptions, project: Project, target: Target): HostCommand {
  const flags = {
    ...{ monitor: target.address, engine: target.address, project: target.project, stack: target.stack },
    ...{ organization: 'organization', parallel: '16' },
    ...{ 'root-directory': resolve(options.programDir), pwd: project.workingDir },
  };
  const dryRun = options.mode === 'preview' ? ['--dry-run'] : [];
  const args = [
    RUNNER,
    ...Object.entries(flags).map(([name, value]) => `--${name}=${value}`),
    ...dryRun,
    project.entry,
  ];
  const config = mergeConfig(
    project.config,
    readStackConfig(options.programDir, target.stack, target.project),
    configOf(target.project, options.config ?? {}, options.secretConfigKeys),
  );
  return { args, cwd: project.workingDir, env: { ...process.env, ...hostEnv(options, project, config) } };
}

function hostEnv(options: RunOptions, project: Project, config: Config): Record<string, string> {
  const own = existsSync(join(project.workingDir, 'tsconfig.json'));
  const tsconfig = join(REPOSITORY, 'tsconfig.json');
  return {
    PULUMI_CONFIG: JSON.stringify(config.values),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(config.secretKeys),
    PULUMI_NODEJS_TYPESCRIPT: 'true',
    PULUMI_NODEJS_TRANSPILE_ONLY: String(options.typeCheck !== true),
    // A program without a tsconfig.json of its own finds this package through the paths of the repository's.
    ...(own ? {} : { PULUMI_NODEJS_TSCONFIG_PATH: tsconfig, TS_NODE_PROJECT: tsconfig }),
    ...options.env,
  };
}

interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
}

function runHost(command: HostCommand, timeout: number): Promise<Ended> {
  const child: ChildProcess = spawn(process.execPath, command.args, {
    cwd: command.cwd,
    env: command.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '', timedOut: false };
  child.stdout?.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
  const timer = setTimeout(() => {
    output.timedOut = true;
    child.kill('SIGKILL');
  }, timeout);
  return new Promise((done, fail) => {
    child.once('error', fail);
    child.once('close', (code) => {
      clearTimeout(timer);
      done({ ...output, exitCode: code ?? -1 });
    });
  });
}

function listen(server: Server): Promise<number> {
  return new Promise((done, fail) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
      if (error === null) done(port);
      else fail(error);
    });
  });
}

interface Recorded {
  readonly monitor: ResourceMonitor;
  readonly engine: EngineLog;
  readonly seconds: number;
}

function resultOf(ended: Ended, { monitor, engine, seconds }: Recorded): RunResult {
  const stack = monitor.resources.find((state) => state.type === STACK_TYPE);
  return {
    exitCode: ended.exitCode,
    resources: monitor.resources,
    stackOutputs: stack?.outputs ?? {},
    secretStackOutputs: stack?.secretOutputPaths ?? [],
    logs: engine.entries,
    stdout: ended.stdout,
    stderr: ended.stderr,
    seconds,
  };
}
