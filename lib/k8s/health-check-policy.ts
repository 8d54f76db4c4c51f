import { Duration, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import * as gke from '../../imports/networking.gke.io';
import { checkRange } from '../core/launch-checks';
import { problemsOf, type Problem } from '../core/problem';
import { Components } from '../core/labels';
import { addChecks } from './checks';
import { poolRef } from './inference-objective';
import { type InferencePool } from './inference-pool';
import { adopt } from './metadata';
import { secondsOf } from './seconds';

/** How the load balancer checks the pods of a pool. */
export interface HealthCheckOptions {
  /**
   * Path that answers 200 while a pod is healthy.
   * @default - that of the model server
   */
  readonly path?: string;
  /**
   * Time between two checks, whole seconds.
   * @default Duration.seconds(2)
   */
  readonly interval?: Duration;
  /**
   * Longest wait for an answer, at most the interval.
   * @default - the interval
   */
  readonly timeout?: Duration;
  /**
   * Good answers in a row that make a pod healthy, 1 to 10.
   * @default 1
   */
  readonly healthyThreshold?: number;
  /**
   * Failures in a row that make it unhealthy, 1 to 10.
   * @default 3
   */
  readonly unhealthyThreshold?: number;
  /**
   * Log changes of health.
   * @default true
   */
  readonly logging?: boolean;
}

/** Settings of a HealthCheckPolicy. */
export interface HealthCheckPolicyProps extends HealthCheckOptions {
  readonly pool: InferencePool;
}

const INTERVAL = Duration.seconds(2);

/** Tells GKE's load balancer how to check the pods of a pool. Without it GKE asks for `/` and finds no pod healthy. */
export class HealthCheckPolicy extends Construct {
  public readonly resource: gke.HealthCheckPolicy;
  readonly #props: HealthCheckPolicyProps;

  public constructor(scope: Construct, id: string, props: HealthCheckPolicyProps) {
    super(scope, id);
    this.#props = props;
    this.resource = new gke.HealthCheckPolicy(this, 'Default', {
      spec: Lazy.any({ produce: () => this.#toSpec() }) as gke.HealthCheckPolicySpec,
    });
    adopt(this.resource, Components.GATEWAY);
    props.pool._attachPolicy(this.resource.kind, this.node.path);
    addChecks(this, () => this.#check());
  }

  get #interval(): number {
    return secondsOf(this.#props.interval ?? INTERVAL);
  }

  get #timeout(): number {
    return this.#props.timeout === undefined ? this.#interval : secondsOf(this.#props.timeout);
  }

  #toSpec(): gke.HealthCheckPolicySpec {
    const { pool, path, healthyThreshold, unhealthyThreshold, logging } = this.#props;
    const ports = gke.HealthCheckPolicySpecDefaultConfigHttpHealthCheckPortSpecification;
    const several = pool.member.targetPorts.length > 1;
    return {
      targetRef: poolRef(pool),
      default: {
        checkIntervalSec: this.#interval,
        timeoutSec: this.#timeout,
        healthyThreshold: healthyThreshold ?? 1,
        unhealthyThreshold: unhealthyThreshold ?? 3,
        logConfig: { enabled: logging ?? true },
        config: {
          type: gke.HealthCheckPolicySpecDefaultConfigType.HTTP,
          httpHealthCheck: {
            requestPath: path ?? pool.member.healthPath,
            // Some releases of the CRD refuse a port without this field; with several ports each is checked by itself.
            ...(several
              ? { portSpecification: ports.USE_UNDERSCORE_SERVING_UNDERSCORE_PORT }
              : {
                  portSpecification: ports.USE_UNDERSCORE_FIXED_UNDERSCORE_PORT,
                  port: pool.member.targetPorts[0] ?? 0,
                }),
          },
        },
      },
    };
  }

  #check(): readonly Problem[] {
    const seconds = { min: 1, max: 300, whole: true };
    const times = { min: 1, max: 10, whole: true };
    return problemsOf(
      checkRange('interval (seconds)', this.#interval, seconds, 'GKE checks at whole seconds'),
      checkRange('timeout (seconds)', this.#timeout, seconds, 'GKE waits whole seconds'),
      checkRange('healthyThreshold', this.#props.healthyThreshold, times, 'it counts answers'),
      checkRange('unhealthyThreshold', this.#props.unhealthyThreshold, times, 'it counts failures'),
      this.#timeout <= this.#interval
        ? undefined
        : {
            what: `timeout of ${this.#timeout} s with an interval of ${this.#interval} s`,
            why: 'a check must end before the next one starts',
            fix: `set timeout to at most ${this.#interval} s, or a longer interval`,
          },
    );
  }
}
