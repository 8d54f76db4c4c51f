import type { Clock } from '../../picker/time';
import type { LaneState, LocalState } from '../admin/state';
import type { LocalGatewayOptions, LocalGatewayServer } from '../gateway/types';
import type { Timing } from '../model-server/engine';

/** A way of routing: the picker's, or that of a plain Service, which takes pods in turn. */
export type LaneName = LaneState['name'];

/** Starts a gateway; listens on all ports when it resolves. */
export type GatewayStarter = (options: LocalGatewayOptions) => Promise<LocalGatewayServer>;

/** How a topology is played. */
export interface LocalStackOptions {
  readonly startGateway: GatewayStarter;
  /**
   * Port of the listener that leads to the pools; further listeners get the ports after it, then those of the compared
   * lane.
   * @default - free ones
   */
  readonly port?: number | undefined;
  /**
   * Whether it is an error that one of these ports is in use; if not, free ones are taken then.
   * @default true
   */
  readonly strictPort?: boolean | undefined;
  /**
   * A second lane with pods of its own behind a plain Service.
   * @default - none
   */
  readonly compare?: Exclude<LaneName, 'picker'> | undefined;
  /**
   * Factor by which everything in the servers is faster than in reality.
   * @default 1
   */
  readonly speed?: number | undefined;
  /**
   * Time that a server loads its model, seconds.
   * @default - a twentieth of an estimate of the real time
   */
  readonly loadSeconds?: number | undefined;
  /**
   * Replicas of every Deployment.
   * @default - those of the manifests
   */
  readonly replicas?: number | undefined;
  /** Ends a start that is under way, and the stack after it. */
  readonly signal?: AbortSignal | undefined;
  /** @default - those of the machine */
  readonly timing?: (Timing & Clock) | undefined;
  /** Told of what happens: pods that come and go, warnings of the picker. */
  readonly onEvent?: ((event: StackEvent) => void) | undefined;
}

/** Something that a user may want to see. */
export interface StackEvent {
  readonly kind: 'pod' | 'picker' | 'gateway';
  readonly text: string;
}

/** Where a lane takes requests. */
export interface LaneUrl {
  readonly lane: LaneName;
  readonly url: string;
}

/** A Deployment of model servers, for people. */
export interface DeploymentSummary {
  readonly name: string;
  /** Model and GPUs of a replica. */
  readonly server: string;
  readonly replicas: number;
}

/** A topology that runs on this machine. */
export interface LocalStack {
  /** Where each lane takes requests for its pools. */
  readonly urls: readonly LaneUrl[];
  readonly deployments: readonly DeploymentSummary[];
  /** What is played otherwise than a cluster would, for people. */
  readonly notes: readonly string[];
  /** Everything that there is to see now, without a load: who starts loads adds it. */
  state(): LocalState;
  /** Resolves when every pod is ready that is not gone, and the pickers have measured one of theirs; or at the end. */
  whenReady(): Promise<void>;
  /**
   * Starts another pod of a Deployment, and returns its name.
   * @throws ValidationError for a lane or Deployment that is not there
   */
  addPod(lane: string, deployment: string): Promise<string>;
  /**
   * Ends a pod at once, as a node that fails would.
   * @throws ValidationError for a name that is not there
   */
  killPod(name: string): Promise<void>;
  /** Ends everything. May be called several times. */
  stop(): Promise<void>;
}
