import { oneOf, ValidationError, type Problem } from '../../core/problem';
import { WORKLOADS } from '../../simulator/workloads/catalog';
import type { LocalState } from '../admin/state';
import type { ServerDeployment, Topology } from '../manifests/topology';
import { systemTiming } from '../model-server/io/timing';
import { serverSetup } from '../model-server/plan';
import type { Listener } from '../routing/types';
import { every } from './every';
import { portTrouble } from './free-port';
import { Lane, localListener } from './lane';
import { playedListeners } from './listeners';
import type { PlayedDeployment } from './pod-fleet';
import { Teardown } from './teardown';
import type { DeploymentSummary, LaneName, LaneUrl, LocalStack, LocalStackOptions } from './types';

const SECOND_MS = 1000;
/** Time between two looks at whether the stack is ready, ms. */
const READY_LOOK_MS = 20;

/**
 * Starts everything that a topology describes on this machine: a simulated server for each replica, the picker of each
 * pool, and a gateway. Resolves when all of them listen; the servers still load their models then.
 * @throws ValidationError for models that cannot be played, configurations that a picker refuses, and ports in use; then
 * nothing is left running
 */
export async function startLocalStack(topology: Topology, options: LocalStackOptions): Promise<LocalStack> {
  const deployments = playedDeployments(topology);
  const played = playedListeners(topology);
  const names: readonly LaneName[] = options.compare === undefined ? ['picker'] : ['picker', options.compare];
  const ports = await portsFor(options, played.listeners.length * names.length);
  const teardown = new Teardown();
  const lanes = names.map((name, i) => {
    const offset = i * played.listeners.length;
    const listeners = played.listeners.map((listener, j) => localListener(listener, ports[offset + j] ?? 0));
    return makeLane(name, { topology, deployments, listeners, options });
  });
  try {
    for (const lane of lanes) {
      options.signal?.throwIfAborted();
      await lane.start(teardown);
    }
    options.signal?.throwIfAborted();
  } catch (error) {
    await teardown.end();
    throw error;
  }
  const notes = [
    ...deployments.flatMap(({ setup }) => setup.warnings),
    ...played.notes,
    ...lanes.flatMap((lane) => lane.notes),
  ];
  const summaries = deployments.map(({ deployment: { name, replicas }, setup }) => {
    return { name, server: setup.summary, replicas: options.replicas ?? replicas };
  });
  return new RunningStack({ topology, options, lanes, teardown, notes, deployments: summaries });
}

function makeLane(
  name: LaneName,
  given: {
    readonly topology: Topology;
    readonly deployments: readonly PlayedDeployment[];
    readonly listeners: readonly Listener[];
    readonly options: LocalStackOptions;
  },
): Lane {
  const { loadSeconds, replicas, startGateway, speed = 1, timing = systemTiming, onEvent } = given.options;
  return new Lane({
    name,
    topology: given.topology,
    deployments: given.deployments,
    listeners: given.listeners,
    startGateway,
    speed,
    loadMs: loadSeconds === undefined ? undefined : loadSeconds * SECOND_MS,
    replicas,
    timing,
    onEvent: (event) => onEvent?.(event),
  });
}

/** Every Deployment that a pool or a Service leads to, once. Reports all that cannot be played. */
function playedDeployments({ pools, services }: Topology): readonly PlayedDeployment[] {
  const all = new Set<ServerDeployment>([...pools, ...services].flatMap(({ servers }) => servers));
  const problems: ValidationError[] = [];
  const played = [...all].flatMap((deployment) => {
    try {
      return [{ deployment, setup: serverSetup(deployment) }];
    } catch (error) {
      if (!(error instanceof ValidationError)) throw error;
      problems.push(error);
      return [];
    }
  });
  const [first] = problems;
  if (first === undefined) return played;
  if (problems.length === 1) throw first;
  throw new ValidationError(
    'model servers',
    problems.flatMap(({ path, problems: found }) => found.map((one) => ({ ...one, what: `${path}: ${one.what}` }))),
  );
}

/** Ports from a first one on, each of them free; or zeros, which become free ones. */
async function portsFor(
  { port: first = 0, strictPort = true }: LocalStackOptions,
  count: number,
): Promise<readonly number[]> {
  const anyPorts = Array.from({ length: count }, () => 0);
  if (first === 0) return anyPorts;
  const ports = Array.from({ length: count }, (_, i) => first + i);
  const troubles = await Promise.all(ports.map(portTrouble));
  const problems = troubles.flatMap((why, i): readonly Problem[] =>
    why === undefined
      ? []
      : [{ what: `port ${ports[i] ?? first}`, why, fix: 'stop that program, or choose other ports with --port' }],
  );
  if (problems.length > 0 && strictPort) throw new ValidationError('gateway', problems);
  return problems.length > 0 ? anyPorts : ports;
}

interface RunningParts {
  readonly topology: Topology;
  readonly options: LocalStackOptions;
  readonly lanes: readonly Lane[];
  readonly teardown: Teardown;
  readonly notes: readonly string[];
  readonly deployments: readonly DeploymentSummary[];
}

class RunningStack implements LocalStack {
  public readonly urls: readonly LaneUrl[];
  public readonly notes: readonly string[];
  public readonly deployments: readonly DeploymentSummary[];
  readonly #parts: RunningParts;
  readonly #startedAt: number;
  #seconds = 0;
  #stopped = false;

  public constructor(parts: RunningParts) {
    const { lanes, notes, options, teardown } = parts;
    this.#parts = parts;
    this.notes = notes;
    this.deployments = parts.deployments;
    this.urls = lanes.map(({ name, url }) => ({ lane: name, url }));
    this.#startedAt = this.#timing.wallTime();
    const sampling = every(this.#timing, SECOND_MS, () => {
      this.#sample();
    });
    teardown.add(sampling);
    const stop = (): void => {
      // Whoever gave the signal calls `stop` too where the outcome matters.
      this.stop().catch(() => undefined);
    };
    options.signal?.addEventListener('abort', stop, { once: true });
    teardown.add(() => {
      options.signal?.removeEventListener('abort', stop);
    });
  }

  public state(): LocalState {
    const { topology, lanes, options } = this.#parts;
    const [gateway] = topology.gateways;
    const models = new Set(topology.pools.flatMap(({ servers }) => servers.map(({ settings }) => settings.model)));
    return {
      title: gateway === undefined ? '' : `${gateway.namespace}/${gateway.name}`,
      gateway: lanes[0]?.gateway ?? 'node-proxy',
      model: [...models].join(', '),
      speed: options.speed ?? 1,
      startedAt: this.#startedAt,
      lanes: lanes.map((lane) => lane.state()),
      load: undefined,
      workloads: WORKLOADS.map(({ name }) => name),
    };
  }

  public whenReady(): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (this.#stopped || this.#parts.lanes.every(({ ready }) => ready)) resolve();
        else this.#timing.after(READY_LOOK_MS, look);
      };
      look();
    });
  }

  public async addPod(lane: string, deployment: string): Promise<string> {
    const { lanes } = this.#parts;
    const found = lanes.find(({ name }) => name === lane);
    if (found !== undefined) return found.fleet.add(deployment);
    const fix = `use ${oneOf(lanes.map(({ name }) => name))}`;
    throw new ValidationError('pod', [{ what: `lane ${lane}`, why: 'the stack has none of that name', fix }]);
  }

  public async killPod(name: string): Promise<void> {
    const { lanes } = this.#parts;
    const lane = lanes.find(({ fleet }) => fleet.has(name));
    if (lane !== undefined) return lane.fleet.kill(name);
    const known = lanes.flatMap(({ fleet }) => fleet.pods.map(({ server }) => server.name));
    const fix = known.length === 0 ? 'add one first' : `use ${oneOf(known)}`;
    throw new ValidationError('pod', [{ what: `pod ${name}`, why: 'there is none of that name', fix }]);
  }

  public stop(): Promise<void> {
    this.#stopped = true;
    return this.#parts.teardown.end();
  }

  get #timing(): NonNullable<LocalStackOptions['timing']> {
    return this.#parts.options.timing ?? systemTiming;
  }

  #sample(): void {
    this.#seconds++;
    for (const lane of this.#parts.lanes) lane.sample(this.#seconds);
  }
}
