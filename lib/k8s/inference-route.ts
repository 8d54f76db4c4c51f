import { type Duration, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import * as gateway from '../../imports/gateway.networking.k8s.io';
import { INFERENCE_POOL_KIND, POOL_APIS } from '../core/api-profile';
import { Components } from '../core/labels';
import { problemsOf } from '../core/problem';
import { BACKEND_WEIGHTS, checkWeights } from '../core/weights';
import { addChecks } from './checks';
import { type InferenceGateway } from './inference-gateway';
import { InferencePool, type PoolReference } from './inference-pool';
import { adopt } from './metadata';
import { namespaceOf } from './namespace';
import { present } from './present';
import { createPoolGrants } from './reference-grant';
import { checkRoute, routeWarnings } from './route-checks';
import { matchSpec, type RouteMatch } from './route-match';
import { addWarnings } from './warnings';
import { secondsOf } from './seconds';

/** A pool, or something that has one, such as a ServedModel. */
export type RouteTarget = PoolReference | { readonly pool: PoolReference };

/** A target and its share of the requests. */
export interface WeightedTarget {
  readonly target: RouteTarget;
  /**
   * Share relative to the other targets, 0 to 1,000,000; on all targets or on none. 0 keeps a target ready but idle.
   * @default - equal shares
   */
  readonly weight?: number;
}

/** Which requests a route takes, and how. */
export interface RouteOptions {
  /**
   * Name of the HTTPRoute.
   * @default - from the construct path
   */
  readonly name?: string;
  /**
   * Host names that the route answers for.
   * @default - those of the gateway
   */
  readonly hostnames?: readonly string[];
  /**
   * Requests that the route takes; any one of the matches suffices.
   * @default - every request
   */
  readonly matches?: readonly RouteMatch[];
  /**
   * Longest time for a whole answer. GKE does not honour timeouts of routes, so there it is set on the pools' backend
   * policies.
   * @default - that of the pools' backend policies
   */
  readonly timeout?: Duration;
}

/** Settings of an InferenceRoute. */
export interface InferenceRouteProps extends RouteOptions {
  readonly gateway: InferenceGateway;
  readonly targets: readonly WeightedTarget[];
}

/** Sends requests that reach a gateway to pools, by host name, path and headers, with weights. */
export class InferenceRoute extends Construct {
  public readonly resource: gateway.HttpRoute;
  public readonly gateway: InferenceGateway;
  public readonly options: RouteOptions;
  /** Pools behind the route and their weights. */
  public readonly backends: readonly { readonly pool: PoolReference; readonly weight: number | undefined }[];
  /** Permissions to refer to pools of other namespaces. */
  public readonly referenceGrants: readonly gateway.ReferenceGrantV1Beta1[];

  public constructor(scope: Construct, id: string, props: InferenceRouteProps) {
    super(scope, id);
    this.gateway = props.gateway;
    this.options = props;
    this.backends = props.targets.map(({ target, weight }) => ({ pool: poolOf(target), weight }));
    this.resource = new gateway.HttpRoute(this, 'Default', {
      metadata: present({ name: props.name }),
      spec: Lazy.any({ produce: () => this.#toSpec() }) as gateway.HttpRouteSpec,
    });
    this.referenceGrants = createPoolGrants(
      this,
      this.backends.map(({ pool }) => pool),
    );

    adopt(this.resource, Components.GATEWAY);
    this.gateway._attachRoute(this);
    this.#passTimeout();
    addChecks(this, () => problemsOf(checkRoute(this), checkWeights('target', this.#weights(), BACKEND_WEIGHTS)));
    addWarnings(this, () => routeWarnings(this));
  }

  public get namespace(): string | undefined {
    return namespaceOf(this);
  }

  #weights(): readonly { readonly name: string; readonly weight: number | undefined }[] {
    return this.backends.map(({ pool, weight }) => ({ name: pool.name, weight }));
  }

  #passTimeout(): void {
    const { timeout } = this.options;
    if (timeout === undefined || this.gateway.gatewayClass.honoursRouteTimeouts) return;
    for (const { pool } of this.backends) {
      if (pool instanceof InferencePool) pool._addRouteTimeout(timeout, this.node.path);
    }
  }

  #toSpec(): gateway.HttpRouteSpec {
    const { hostnames, matches, timeout } = this.options;
    const honoured = this.gateway.gatewayClass.honoursRouteTimeouts && timeout !== undefined;
    return present<gateway.HttpRouteSpec>({
      parentRefs: [this.#parentRef()],
      hostnames: hostnames === undefined ? undefined : [...hostnames],
      rules: [
        present<gateway.HttpRouteSpecRules>({
          matches: matches?.map(matchSpec),
          backendRefs: this.backends.map(({ pool, weight }) => this.#backendRef(pool, weight)),
          timeouts: honoured ? { request: `${secondsOf(timeout)}s` } : undefined,
        }),
      ],
    });
  }

  #parentRef(): gateway.HttpRouteSpecParentRefs {
    const elsewhere = this.gateway.namespace !== this.namespace;
    return present<gateway.HttpRouteSpecParentRefs>({
      group: 'gateway.networking.k8s.io',
      kind: 'Gateway',
      name: this.gateway.name,
      namespace: elsewhere ? this.gateway.namespace : undefined,
      sectionName: this.gateway.routeListener,
    });
  }

  #backendRef(pool: PoolReference, weight: number | undefined): gateway.HttpRouteSpecRulesBackendRefs {
    const elsewhere = pool.namespace !== this.namespace;
    return present<gateway.HttpRouteSpecRulesBackendRefs>({
      group: POOL_APIS[pool.api].group,
      kind: INFERENCE_POOL_KIND,
      name: pool.name,
      namespace: elsewhere ? pool.namespace : undefined,
      weight,
    });
  }
}

function poolOf(target: RouteTarget): PoolReference {
  return 'pool' in target ? target.pool : target;
}
