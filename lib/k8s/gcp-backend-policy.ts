import { Duration, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import * as gke from '../../imports/networking.gke.io';
import { Components } from '../core/labels';
import { checkRange } from '../core/launch-checks';
import { problemsOf, type Problem } from '../core/problem';
import { addChecks } from './checks';
import { poolRef } from './inference-objective';
import { type InferencePool } from './inference-pool';
import { adopt } from './metadata';
import { present } from './present';
import { secondsOf } from './seconds';

/** How the load balancer treats requests to a pool. */
export interface BackendOptions {
  /**
   * Longest time for a whole answer, streamed ones included, whole seconds. GKE does not honour the timeouts of
   * an HTTPRoute, so those of `addRoute` end up here.
   * @default - that of the routes to the pool, or Duration.hours(1)
   */
  readonly timeout?: Duration;
  /**
   * How long running requests go on when a pod leaves, up to an hour.
   * @default - as long as the model server drains
   */
  readonly drainingTimeout?: Duration;
  /**
   * Part of the requests that is logged, 0 to 1; 0 turns logging off. Logs are billed.
   * @default 0.1
   */
  readonly logSampleRate?: number;
  /**
   * Name of a Cloud Armor policy; a regional one for regional gateways.
   * @default - none
   */
  readonly securityPolicy?: string;
}

/** Settings of a GCPBackendPolicy. */
export interface GCPBackendPolicyProps extends BackendOptions {
  readonly pool: InferencePool;
}

const DEFAULT_TIMEOUT = Duration.hours(1);
/** Bounds of the API. */
const LONGEST_SECONDS = 2 ** 31 - 1;
const LONGEST_DRAINING_SECONDS = 3600;
const DEFAULT_LOG_SAMPLE_RATE = 0.1;
/** The API takes the rate in millionths. */
const SAMPLE_RATE_UNIT = 1_000_000;

/** Tells GKE's load balancer how long answers may take. Without it they end in a 504 after 30 seconds. */
export class GCPBackendPolicy extends Construct {
  public readonly resource: gke.GcpBackendPolicy;
  readonly #props: GCPBackendPolicyProps;

  public constructor(scope: Construct, id: string, props: GCPBackendPolicyProps) {
    super(scope, id);
    this.#props = props;
    this.resource = new gke.GcpBackendPolicy(this, 'Default', {
      spec: Lazy.any({ produce: () => this.#toSpec() }) as gke.GcpBackendPolicySpec,
    });
    adopt(this.resource, Components.GATEWAY);
    props.pool._attachPolicy(this.resource.kind, this.node.path);
    addChecks(this, () => this.#check());
  }

  /** Longest time for a whole answer. */
  public get timeout(): Duration {
    const fromRoutes = this.#props.pool.routeTimeouts.map(({ timeout }) => timeout);
    const longest = fromRoutes.sort((a, b) => secondsOf(b) - secondsOf(a))[0];
    return this.#props.timeout ?? longest ?? DEFAULT_TIMEOUT;
  }

  get #drainingSeconds(): number {
    const asLongAsPods = Math.min(this.#props.pool.member.drainSeconds, LONGEST_DRAINING_SECONDS);
    return this.#props.drainingTimeout === undefined ? asLongAsPods : secondsOf(this.#props.drainingTimeout);
  }

  get #sampleRate(): number {
    return this.#props.logSampleRate ?? DEFAULT_LOG_SAMPLE_RATE;
  }

  #toSpec(): gke.GcpBackendPolicySpec {
    const logging = this.#sampleRate > 0;
    return {
      targetRef: poolRef(this.#props.pool),
      default: present<gke.GcpBackendPolicySpecDefault>({
        timeoutSec: secondsOf(this.timeout),
        connectionDraining: { drainingTimeoutSec: this.#drainingSeconds },
        logging: logging
          ? { enabled: true, sampleRate: Math.round(this.#sampleRate * SAMPLE_RATE_UNIT) }
          : { enabled: false },
        securityPolicy: this.#props.securityPolicy,
      }),
    };
  }

  #check(): readonly Problem[] {
    return problemsOf(
      checkRange(
        'timeout (seconds)',
        secondsOf(this.timeout),
        { min: 1, max: LONGEST_SECONDS, whole: true },
        'GKE waits whole seconds',
      ),
      checkRange(
        'drainingTimeout (seconds)',
        this.#drainingSeconds,
        { min: 0, max: LONGEST_DRAINING_SECONDS, whole: true },
        'GKE drains for at most an hour',
      ),
      checkRange('logSampleRate', this.#sampleRate, { min: 0, max: 1, whole: false }, 'it is a part of the requests'),
      this.#checkRouteTimeouts(),
    );
  }

  #checkRouteTimeouts(): readonly Problem[] {
    const wanted = secondsOf(this.timeout);
    return this.#props.pool.routeTimeouts
      .filter(({ timeout }) => secondsOf(timeout) !== wanted)
      .map(({ path, timeout }) => ({
        what: `route ${path} asks for a timeout of ${secondsOf(timeout)} s, and pool '${this.#props.pool.name}' has ${wanted} s`,
        why: 'GKE keeps one timeout for each pool and does not honour those of routes',
        fix: 'set one timeout, on the routes or on the policy',
      }));
  }
}
