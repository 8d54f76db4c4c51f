import { oneOf, ValidationError } from '../../core/problem';
import type { PodState } from '../admin/state';
import type { ServerDeployment } from '../manifests/topology';
import type { Timing } from '../model-server/engine';
import { ModelServer } from '../model-server/model-server';
import type { ServerSetup } from '../model-server/plan';
import { saltOf } from '../model-server/token-identities';
import type { SocketAddress } from '../routing/types';
import { HitRatio, type TrafficStats } from './traffic-stats';

/** A Deployment and how its replicas are played. */
export interface PlayedDeployment {
  readonly deployment: ServerDeployment;
  readonly setup: ServerSetup;
}

/** A pod that runs. */
export interface FleetPod {
  readonly server: ModelServer;
  readonly deployment: ServerDeployment;
}

interface KnownPod extends FleetPod {
  readonly hits: HitRatio;
}

export interface PodFleetOptions {
  /** Before the names of its pods. */
  readonly prefix: string;
  readonly deployments: readonly PlayedDeployment[];
  /** Undefined for those of the manifests. */
  readonly replicas: number | undefined;
  readonly speed: number;
  /** Time that each pod loads, ms; undefined to follow the estimate. */
  readonly loadMs: number | undefined;
  readonly timing: Timing;
  readonly stats: TrafficStats;
  /** Told after a pod came, became ready or went. */
  readonly changed: (pod: string, what: string) => void;
}

/** Loading here takes this part of its real time: nobody waits for minutes on a laptop. */
const LOADING_PART = 1 / 20;
/** By how much pods of one Deployment differ in it. */
const LOADING_SPREAD = 0.3;

/** The pods of a lane. */
export class PodFleet {
  readonly #pods = new Map<string, KnownPod>();
  readonly #numbers = new Map<string, number>();
  #stopped = false;

  public constructor(private readonly options: PodFleetOptions) {}

  /** Starts every replica. Resolves when all of them listen; ready they are later. */
  public async start(): Promise<void> {
    const { deployments, replicas } = this.options;
    await Promise.all(
      deployments.flatMap((played) =>
        Array.from({ length: replicas ?? played.deployment.replicas }, () => this.#startPod(played)),
      ),
    );
  }

  /** Pods that are not gone. */
  public get pods(): readonly FleetPod[] {
    return [...this.#pods.values()];
  }

  /** Pods of some Deployments. */
  public podsOf(deployments: readonly ServerDeployment[]): readonly FleetPod[] {
    return this.pods.filter(({ deployment }) => deployments.includes(deployment));
  }

  /** Where those of them listen that are ready. */
  public readyEndpoints(deployments: readonly ServerDeployment[]): readonly SocketAddress[] {
    return this.podsOf(deployments).flatMap(({ server }) => (server.phase === 'ready' ? [server.address] : []));
  }

  public has(pod: string): boolean {
    return this.#pods.has(pod);
  }

  /** Starts another pod of a Deployment, given by its name or `namespace/name`. */
  public async add(deployment: string): Promise<string> {
    const { deployments } = this.options;
    const played = deployments.find(
      ({ deployment: { name, namespace } }) => deployment === name || deployment === `${namespace}/${name}`,
    );
    if (played !== undefined) return this.#startPod(played);
    throw new ValidationError('pod', [
      {
        what: `deployment ${deployment}`,
        why: 'the stack has none of that name',
        fix: `use ${oneOf(deployments.map((one) => one.deployment.name))}`,
      },
    ]);
  }

  /** Ends a pod at once. */
  public async kill(name: string): Promise<void> {
    const pod = this.#pods.get(name);
    if (pod === undefined) return;
    this.#pods.delete(name);
    // Whoever routes learns of it first, so that nothing new is sent to it.
    this.options.changed(name, 'was killed');
    await pod.server.kill();
  }

  /** Ends all pods. */
  public async stop(): Promise<void> {
    this.#stopped = true;
    const all = [...this.#pods.values()];
    this.#pods.clear();
    await Promise.all(all.map(({ server }) => server.kill()));
  }

  public state(): readonly PodState[] {
    const now = this.options.timing.now();
    return [...this.#pods.values()].map(({ server, deployment, hits }): PodState => {
      const { engine, address } = server;
      const running = engine.runningAdapters;
      return {
        name: server.name,
        deployment: deployment.name,
        endpoint: `${address.address}:${address.port}`,
        phase: server.phase,
        waiting: engine.waiting,
        running: engine.running,
        kvCacheUsage: engine.kvCacheUsage,
        hitRatio: hits.at(now),
        adapters: [...running].map(([name, count]) => ({ name, running: count })),
        served: server.served,
      };
    });
  }

  async #startPod({ deployment, setup }: PlayedDeployment): Promise<string> {
    const { speed, timing, stats, changed, prefix } = this.options;
    const number = (this.#numbers.get(deployment.name) ?? 0) + 1;
    this.#numbers.set(deployment.name, number);
    const name = `${prefix}${deployment.name}-${number}`;
    const hits = new HitRatio();
    const server = new ModelServer({
      name,
      settings: deployment.settings,
      replica: setup.replica,
      maxTokens: setup.maxTokens,
      loadMs: this.#loadMs(name, setup),
      speed,
      timing,
      onPhase: (phase) => {
        if (phase === 'ready') changed(name, 'is ready');
      },
      observer: {
        arrived: () => {
          stats.arrived();
        },
        admitted: (cached, prompt) => {
          hits.add(timing.now(), cached, prompt);
          stats.admitted(cached, prompt);
        },
        firstToken: (seconds) => {
          stats.firstToken(seconds);
        },
        ended: (served) => {
          stats.ended(served);
        },
      },
    });
    await server.start();
    if (this.#stopped) await server.kill();
    else this.#pods.set(name, { server, deployment, hits });
    changed(name, 'loads its model');
    return name;
  }

  /** Pods of one Deployment are not ready at the same moment; which is first depends on their names alone. */
  #loadMs(name: string, { startupMs }: ServerSetup): number {
    const part = (saltOf(name) % 1024) / 1024 - 0.5;
    return this.options.loadMs ?? startupMs * LOADING_PART * (1 + LOADING_SPREAD * part);
  }
}
