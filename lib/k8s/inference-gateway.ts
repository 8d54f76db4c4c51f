import { Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import * as gateway from '../../imports/gateway.networking.k8s.io';
import { GatewayClass } from '../core/gateway-class';
import { Components } from '../core/labels';
import { problemsOf, type Problem } from '../core/problem';
import { addChecks } from './checks';
import {
  type AllowedNamespaces,
  checkListeners,
  defaultListeners,
  type GatewayListener,
  HTTP_LISTENER,
  HTTPS_LISTENER,
  listenerSpec,
} from './gateway-listener';
import { type GatewayTls } from './gateway-tls';
import { createHttpsRedirect } from './https-redirect';
import { InferenceRoute, type RouteOptions, type RouteTarget, type WeightedTarget } from './inference-route';
import { adopt } from './metadata';
import { namespaceOf } from './namespace';
import { present } from './present';
import { addWarnings } from './warnings';

/** Settings of an InferenceGateway. */
export interface InferenceGatewayProps {
  /**
   * Name of the Gateway.
   * @default - from the construct path
   */
  readonly name?: string;
  /**
   * Class of the gateway. The default is reachable inside the VPC only.
   * @default GatewayClass.REGIONAL_INTERNAL
   */
  readonly gatewayClass?: GatewayClass;
  /**
   * Certificates, which make the gateway speak HTTPS on port 443.
   * @default - plain HTTP on port 80
   */
  readonly tls?: GatewayTls;
  /**
   * Host name that the gateway answers for.
   * @default - every host name
   */
  readonly hostname?: string;
  /**
   * Answer plain HTTP with a redirect to HTTPS; needs `tls`.
   * @default false
   */
  readonly redirectHttp?: boolean;
  /**
   * Listeners in place of the ones that follow from `tls`, `hostname` and `redirectHttp`.
   * @default - one listener
   */
  readonly listeners?: readonly GatewayListener[];
  /**
   * Namespaces whose routes may attach to the default listeners.
   * @default 'Same'
   */
  readonly allowedNamespaces?: AllowedNamespaces;
  /**
   * Name of a reserved address, regional for regional classes.
   * @default - an address that may change when the gateway is made anew
   */
  readonly staticAddress?: string;
}

/** Settings of a route that `addRoute` makes. */
export interface AddRouteOptions extends RouteOptions {
  /**
   * Id of the route's construct.
   * @default - `route-` and the id of the target, or `route` for a split, and a number for a further one
   */
  readonly id?: string;
}

/** A load balancer for LLM traffic: a Gateway and the routes to the models behind it. */
export class InferenceGateway extends Construct {
  public readonly resource: gateway.Gateway;
  public readonly gatewayClass: GatewayClass;
  public readonly listeners: readonly GatewayListener[];
  /** Route that redirects plain HTTP. */
  public readonly httpsRedirect: gateway.HttpRoute | undefined;
  readonly #props: InferenceGatewayProps;
  readonly #routes: InferenceRoute[] = [];

  public constructor(scope: Construct, id: string, props: InferenceGatewayProps = {}) {
    super(scope, id);
    this.#props = props;
    this.gatewayClass = props.gatewayClass ?? GatewayClass.REGIONAL_INTERNAL;
    this.listeners =
      props.listeners ??
      defaultListeners({
        hostname: props.hostname,
        tls: props.tls,
        redirectHttp: props.redirectHttp ?? false,
        allowedNamespaces: props.allowedNamespaces,
      });
    this.resource = new gateway.Gateway(this, 'Default', {
      metadata: present({ name: props.name, annotations: this.#annotations() }),
      spec: Lazy.any({ produce: () => this.#toSpec() }) as gateway.GatewaySpec,
    });
    const redirects = props.redirectHttp === true && props.tls !== undefined;
    this.httpsRedirect = redirects ? createHttpsRedirect(this, this.name, HTTP_LISTENER, props.hostname) : undefined;

    adopt(this.resource, Components.GATEWAY, 'label');
    addChecks(this, () => this.#check());
    addWarnings(this, () => this.#warnings());
  }

  public get name(): string {
    return this.resource.name;
  }

  public get namespace(): string | undefined {
    return namespaceOf(this);
  }

  /** Routes that attach to this gateway, a copy. */
  public get routes(): readonly InferenceRoute[] {
    return [...this.#routes];
  }

  /** Listener that routes must name; undefined when every listener may take them. */
  public get routeListener(): string | undefined {
    return this.httpsRedirect === undefined ? undefined : HTTPS_LISTENER;
  }

  /**
   * Sends requests to a model, or splits them over several.
   *
   * @param target a ServedModel, a pool, or targets with weights for a canary or blue-green rollout
   */
  public addRoute(target: RouteTarget | readonly WeightedTarget[], options: AddRouteOptions = {}): InferenceRoute {
    const { id, ...rest } = options;
    const targets: readonly WeightedTarget[] = isSplit(target) ? target : [{ target }];
    return new InferenceRoute(this, id ?? this.#freeId(routeId(target)), { ...rest, gateway: this, targets });
  }

  /** @internal */
  public _attachRoute(route: InferenceRoute): void {
    this.#routes.push(route);
  }

  /** A second route to the same target gets a number, so that the first keeps its name. */
  #freeId(id: string): string {
    const taken = (candidate: string): boolean => this.node.tryFindChild(candidate) !== undefined;
    if (!taken(id)) return id;
    let number = 2;
    while (taken(`${id}-${number}`)) number += 1;
    return `${id}-${number}`;
  }

  #annotations(): Record<string, string> | undefined {
    const all = Object.assign({}, ...this.listeners.map(({ tls }) => tls?._annotations() ?? {})) as Record<
      string,
      string
    >;
    return Object.keys(all).length > 0 ? all : undefined;
  }

  #toSpec(): gateway.GatewaySpec {
    const { staticAddress } = this.#props;
    return present<gateway.GatewaySpec>({
      gatewayClassName: this.gatewayClass.name,
      listeners: this.listeners.map(listenerSpec),
      addresses: staticAddress === undefined ? undefined : [{ type: 'NamedAddress', value: staticAddress }],
    });
  }

  #check(): readonly Problem[] {
    return problemsOf(
      checkListeners(this.listeners),
      ...this.listeners.map(({ tls }) => tls?._check(this.gatewayClass)),
      this.#checkIgnored(),
    );
  }

  /** Settings that would silently do nothing. */
  #checkIgnored(): readonly Problem[] {
    const { listeners, tls, hostname, redirectHttp, allowedNamespaces } = this.#props;
    const problems: Problem[] = [];
    if (redirectHttp === true && tls === undefined) {
      problems.push({
        what: 'redirectHttp without tls',
        why: 'there would be no HTTPS to redirect to',
        fix: 'set tls, or remove redirectHttp',
      });
    }
    const ignored = Object.entries({ tls, hostname, redirectHttp, allowedNamespaces }).filter(
      ([, value]) => value !== undefined,
    );
    if (listeners !== undefined && ignored.length > 0) {
      problems.push({
        what: `listeners together with ${ignored.map(([name]) => name).join(', ')}`,
        why: 'those describe the default listeners, which are not made',
        fix: 'say the same on the listeners, or remove listeners',
      });
    }
    return problems;
  }

  #warnings(): readonly string[] {
    const warnings: string[] = [];
    if (this.#routes.length === 0) warnings.push('no route: call addRoute(model), or remove the gateway');
    const plain = this.listeners.every(({ tls }) => tls === undefined);
    if (this.gatewayClass.external && plain) {
      warnings.push('prompts and answers cross the internet in plain HTTP; set tls');
    }
    return warnings;
  }
}

function isSplit(target: RouteTarget | readonly WeightedTarget[]): target is readonly WeightedTarget[] {
  return Array.isArray(target);
}

function routeId(target: RouteTarget | readonly WeightedTarget[]): string {
  return Construct.isConstruct(target) ? `route-${target.node.id}` : 'route';
}
