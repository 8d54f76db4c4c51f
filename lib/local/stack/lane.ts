import { ValidationError } from '../../core/problem';
import type { Clock } from '../../picker/time';
import type { LaneState } from '../admin/state';
import type {
  GatewayEvent,
  GatewayPool,
  GatewayService,
  LocalGatewayOptions,
  LocalGatewayServer,
} from '../gateway/types';
import type { LocalPool, LocalService, Topology } from '../manifests/topology';
import type { Timing } from '../model-server/engine';
import { targetName } from '../routing/compile';
import type { Listener } from '../routing/types';
import { type PlayedDeployment, PodFleet } from './pod-fleet';
import { PoolPicker } from './pool-picker';
import type { Teardown } from './teardown';
import { TrafficStats } from './traffic-stats';
import type { GatewayStarter, LaneName, StackEvent } from './types';

const HOST = '127.0.0.1';
/** Decisions that are shown. */
const MOST_DECISIONS = 24;

export interface LaneOptions {
  readonly name: LaneName;
  readonly topology: Topology;
  readonly deployments: readonly PlayedDeployment[];
  readonly listeners: readonly Listener[];
  readonly startGateway: GatewayStarter;
  readonly speed: number;
  readonly loadMs: number | undefined;
  readonly replicas: number | undefined;
  readonly timing: Timing & Clock;
  readonly onEvent: (event: StackEvent) => void;
}

/** Pods, pickers and a gateway before them. */
export class Lane {
  public readonly name: LaneName;
  public readonly fleet: PodFleet;
  readonly #options: LaneOptions;
  readonly #stats: TrafficStats;
  #pickers: readonly PoolPicker[] = [];
  #gateway: LocalGatewayServer | undefined;

  public constructor(options: LaneOptions) {
    const { name, deployments, replicas, speed, loadMs, timing, onEvent } = options;
    this.#options = options;
    this.name = name;
    this.#stats = new TrafficStats(() => timing.now());
    this.fleet = new PodFleet({
      prefix: name === 'picker' ? '' : 'rr-',
      deployments,
      replicas,
      speed,
      loadMs,
      timing,
      stats: this.#stats,
      changed: (pod, what) => {
        this.#podsChanged();
        onEvent({ kind: 'pod', text: `${pod} ${what}` });
      },
    });
  }

  /** Starts pods, then pickers, then the gateway. What was begun is in `teardown`, also when it rejects. */
  public async start(teardown: Teardown): Promise<void> {
    const { topology, startGateway, listeners, timing, onEvent } = this.#options;
    teardown.add(() => this.fleet.stop());
    await this.fleet.start();
    if (this.name === 'picker') {
      for (const pool of topology.pools) {
        const picker = await this.#startPicker(pool);
        teardown.add(() => picker.stop());
        this.#pickers = [...this.#pickers, picker];
      }
    }
    const gateway = await started(startGateway, {
      listeners,
      pools: this.#pickers.map((picker) => this.#gatewayPool(picker)),
      services: this.#gatewayServices(),
      clock: timing,
      onRequest: refusals(() => {
        this.#stats.refused();
      }),
      onFault: (error) => {
        onEvent({ kind: 'gateway', text: error instanceof Error ? error.message : String(error) });
      },
    });
    this.#gateway = gateway;
    teardown.add(() => gateway.stop());
  }

  /** What the gateway is. */
  public get gateway(): LocalGatewayServer['kind'] {
    return this.#gateway?.kind ?? 'node-proxy';
  }

  /** Where requests for pools go. */
  public get url(): string {
    const [first] = this.#gateway?.listeners ?? [];
    return first === undefined ? '' : `http://localhost:${first.port}`;
  }

  /** Ports of all listeners, by name. */
  public get ports(): LocalGatewayServer['listeners'] {
    return this.#gateway?.listeners ?? [];
  }

  public get notes(): readonly string[] {
    return this.#pickers.flatMap(({ notes }) => notes);
  }

  /** Whether all pods take requests and all pickers know them. */
  public get ready(): boolean {
    return this.fleet.pods.every(({ server }) => server.phase === 'ready') && this.#pickers.every(({ ready }) => ready);
  }

  /** Keeps the numbers of this second. */
  public sample(second: number): void {
    this.#stats.sample(second);
  }

  public state(): LaneState {
    const pods = this.fleet.state();
    return {
      name: this.name,
      url: this.url,
      pods,
      inFlight: pods.reduce((sum, { waiting, running }) => sum + waiting + running, 0),
      ...this.#stats.state(),
      decisions: this.#pickers
        .flatMap((picker) => picker.decisions(MOST_DECISIONS))
        .toSorted((a, b) => b.at - a.at)
        .slice(0, MOST_DECISIONS),
    };
  }

  #startPicker(pool: LocalPool): Promise<PoolPicker> {
    const { topology, timing, onEvent } = this.#options;
    return PoolPicker.start({
      pool,
      modelObjects: topology.modelObjects,
      fleet: this.fleet,
      clock: timing,
      warn: (text) => {
        onEvent({ kind: 'picker', text: `${pool.picker.name}: ${text}` });
      },
    });
  }

  #gatewayPool({ pool, address }: PoolPicker): GatewayPool {
    return {
      name: poolTarget(pool),
      picker: address,
      failureMode: pool.failureMode,
      endpoints: () => this.fleet.readyEndpoints(pool.servers),
    };
  }

  /** Services of the manifests; without pickers, the pools too. */
  #gatewayServices(): readonly GatewayService[] {
    const { pools, services } = this.#options.topology;
    const plain = services.map((service) => this.#gatewayService(serviceTarget(service), service.servers));
    if (this.name === 'picker') return plain;
    return [...plain, ...pools.map((pool) => this.#gatewayService(poolTarget(pool), pool.servers))];
  }

  #gatewayService(name: string, servers: LocalService['servers']): GatewayService {
    return { name, endpoints: () => this.fleet.readyEndpoints(servers) };
  }

  #podsChanged(): void {
    for (const picker of this.#pickers) picker.podsChanged();
    this.#gateway?.endpointsChanged();
  }
}

function poolTarget({ namespace, name }: LocalPool): string {
  return targetName({ kind: 'InferencePool', namespace, name });
}

function serviceTarget({ namespace, name }: LocalService): string {
  return targetName({ kind: 'Service', namespace, name });
}

/** Calls for each request that failed without any server having seen it. */
function refusals(refused: () => void): (event: GatewayEvent) => void {
  const reached = new Set<number>();
  return (event) => {
    if (event.kind === 'endpoint') reached.add(event.id);
    if (event.kind !== 'end' || reached.delete(event.id)) return;
    if (event.status === undefined || event.status >= 500) refused();
  };
}

/** Whatever keeps a gateway from its start is about this machine, and for people to mend. */
async function started(starter: GatewayStarter, options: LocalGatewayOptions): Promise<LocalGatewayServer> {
  try {
    return await starter(options);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const fix = 'mend that, or try the other gateway: --gateway node or --gateway envoy';
    throw new ValidationError('gateway', [{ what: 'the gateway does not start', why, fix }]);
  }
}

/** A listener's place on this machine. */
export function localListener(listener: Omit<Listener, 'address' | 'port'>, port: number): Listener {
  return { ...listener, address: HOST, port };
}
