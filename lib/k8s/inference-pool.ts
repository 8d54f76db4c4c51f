import { type ApiObject, type Duration, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import {
  type ApiProfile,
  type ApiProfileLike,
  apiProfile,
  checkApiProfile,
  type ObjectiveGroup,
  POOL_APIS,
  type PoolApi,
} from '../core/api-profile';
import { Components } from '../core/labels';
import { checkRange } from '../core/launch-checks';
import { problemsOf, type Problem } from '../core/problem';
import { PickerPorts } from '../core/ports';
import * as v1 from '../../imports/inference.networking.k8s.io';
import * as v1alpha2 from '../../imports/inference.networking.x-k8s.io';
import { apiProfileAt } from './api-profile-scope';
import { addChecks } from './checks';
import { renderIfChanged } from './manifest-index';
import { adopt } from './metadata';
import { namespaceOf } from './namespace';
import { type PoolMember } from './pool-member';
import { checkPoolReach, poolView } from './pool-reach';
import { present } from './present';

/** What the gateway does with requests while no endpoint picker answers. */
export type FailureMode = 'FailOpen' | 'FailClose';

/** A pool as routes and policies refer to it. */
export interface PoolReference {
  readonly name: string;
  /** Undefined where the namespace is decided at `kubectl apply`. */
  readonly namespace: string | undefined;
  readonly api: PoolApi;
}

/** Settings of an InferencePool. */
export interface InferencePoolProps {
  /** Pods of the pool; its selector and ports are derived from them. */
  readonly modelServer: PoolMember;
  /**
   * Name of the pool.
   * @default - from the construct path
   */
  readonly name?: string;
  /**
   * What the gateway does while no endpoint picker answers: `FailOpen` sends requests to any pod, `FailClose` refuses
   * them.
   * @default 'FailOpen'
   */
  readonly failureMode?: FailureMode;
  /**
   * Generation of the inference APIs, for this pool and what refers to it.
   * @default - that of the App, the Chart or the construct around it; v1 when nothing is set
   */
  readonly apiProfile?: ApiProfileLike;
}

/** The part of an endpoint picker that its pool refers to. */
export interface AttachedPicker {
  readonly path: string;
  readonly serviceName: string;
  readonly objectiveGroup: ObjectiveGroup;
}

/** Pods that serve the same models, among which an endpoint picker chooses for each request. */
export class InferencePool extends Construct implements PoolReference {
  /** The InferencePool object, of the profile's API. */
  public readonly resource: ApiObject;
  public readonly member: PoolMember;
  public readonly api: PoolApi;
  public readonly failureMode: FailureMode;
  /** The profile in force, with the parts that somebody set. */
  public readonly profile: ApiProfile;
  readonly #pickers: AttachedPicker[] = [];
  readonly #policies: { readonly kind: string; readonly path: string }[] = [];
  readonly #modelNames: { readonly name: string; readonly path: string }[] = [];
  readonly #routeTimeouts: { readonly path: string; readonly timeout: Duration }[] = [];

  public constructor(scope: Construct, id: string, props: InferencePoolProps) {
    super(scope, id);
    this.member = props.modelServer;
    this.failureMode = props.failureMode ?? 'FailOpen';
    this.profile = { ...apiProfileAt(this), ...(props.apiProfile === undefined ? {} : apiProfile(props.apiProfile)) };
    // An unknown API is reported below; until then the pool is of the current one.
    this.api = checkApiProfile(this.profile) === undefined ? (this.profile.pool ?? 'v1') : 'v1';
    this.resource = this.#createResource(props.name);

    adopt(this.resource, Components.MODEL_SERVER, 'label');
    addChecks(this, () =>
      problemsOf(
        checkApiProfile(this.profile),
        this.#checkProfile(),
        this.#checkPickers(),
        this.#checkPorts(),
        this.#checkMembers(),
        this.#checkPolicies(),
      ),
    );
  }

  public get name(): string {
    return this.resource.name;
  }

  public get namespace(): string | undefined {
    return namespaceOf(this);
  }

  /** API group of the pool, as references name it. */
  public get group(): string {
    return POOL_APIS[this.api].group;
  }

  /** Picker that chooses among the pods, when one is attached. */
  public get picker(): AttachedPicker | undefined {
    return this.#pickers[0];
  }

  /** Logical model names that the pool takes, with the constructs that add them. */
  public get modelNames(): readonly { readonly name: string; readonly path: string }[] {
    return this.#modelNames;
  }

  /** Timeouts that routes to this pool ask for; GKE takes them from the backend policy. */
  public get routeTimeouts(): readonly { readonly path: string; readonly timeout: Duration }[] {
    return this.#routeTimeouts;
  }

  /** @internal */
  public _attachPicker(picker: AttachedPicker): void {
    this.#pickers.push(picker);
  }

  /** Kinds of the policies that target the pool. */
  public get policyKinds(): readonly string[] {
    return this.#policies.map(({ kind }) => kind);
  }

  /** @internal */
  public _attachPolicy(kind: string, path: string): void {
    this.#policies.push({ kind, path });
  }

  /** @internal */
  public _addModelName(name: string, path: string): void {
    this.#modelNames.push({ name, path });
  }

  /** @internal */
  public _addRouteTimeout(timeout: Duration, path: string): void {
    this.#routeTimeouts.push({ timeout, path });
  }

  #createResource(name: string | undefined): ApiObject {
    const metadata = present({ name });
    switch (this.api) {
      case 'v1': {
        const spec = Lazy.any({ produce: () => this.#specV1() }) as v1.InferencePoolSpec;
        return new v1.InferencePool(this, 'Default', { metadata, spec });
      }
      case 'v1alpha2': {
        const spec = Lazy.any({ produce: () => this.#specV1alpha2() }) as v1alpha2.InferencePoolSpec;
        return new v1alpha2.InferencePool(this, 'Default', { metadata, spec });
      }
    }
  }

  #specV1(): v1.InferencePoolSpec {
    const modes = v1.InferencePoolSpecEndpointPickerRefFailureMode;
    return {
      selector: { matchLabels: { ...this.member.selectorLabels } },
      targetPorts: this.member.targetPorts.map((number) => ({ number })),
      endpointPickerRef: {
        group: '',
        kind: 'Service',
        name: this.picker?.serviceName ?? '',
        port: { number: PickerPorts.EXT_PROC },
        failureMode: this.failureMode === 'FailOpen' ? modes.FAIL_OPEN : modes.FAIL_CLOSE,
      },
    };
  }

  #specV1alpha2(): v1alpha2.InferencePoolSpec {
    const modes = v1alpha2.InferencePoolSpecExtensionRefFailureMode;
    return {
      selector: { ...this.member.selectorLabels },
      targetPortNumber: this.member.targetPorts[0] ?? 0,
      extensionRef: {
        group: '',
        kind: 'Service',
        name: this.picker?.serviceName ?? '',
        portNumber: PickerPorts.EXT_PROC,
        failureMode: this.failureMode === 'FailOpen' ? modes.FAIL_OPEN : modes.FAIL_CLOSE,
      },
    };
  }

  #checkProfile(): Problem | undefined {
    if (this.api === 'v1' || this.profile.objectives === undefined) return undefined;
    return {
      what: `objectives '${this.profile.objectives}' with pool API ${this.api}`,
      why: 'clusters of that API have InferenceModel in place of objectives',
      fix: 'leave objectives out, or use pool v1',
    };
  }

  #checkPickers(): Problem | undefined {
    if (this.#pickers.length === 1) return undefined;
    if (this.#pickers.length === 0) {
      return {
        what: `pool '${this.name}' has no endpoint picker`,
        why: 'the gateway asks one for every request and refuses a pool without it',
        fix: `make one: new EndpointPicker(this, 'picker', { pool })`,
      };
    }
    return {
      what: `pool '${this.name}' has ${this.#pickers.length} endpoint pickers: ${this.#pickers.map(({ path }) => path).join(', ')}`,
      why: 'a pool refers to one Service',
      fix: 'keep one, and raise its replicas if it must bear more load',
    };
  }

  #checkPolicies(): readonly Problem[] {
    return [...new Set(this.policyKinds)]
      .map((kind) => ({ kind, paths: this.#policies.filter((policy) => policy.kind === kind).map(({ path }) => path) }))
      .filter(({ paths }) => paths.length > 1)
      .map(({ kind, paths }) => ({
        what: `pool '${this.name}' has ${paths.length} policies of kind ${kind}: ${paths.join(', ')}`,
        why: 'GKE applies one of them and ignores the others',
        fix: 'put all settings into one',
      }));
  }

  #checkPorts(): readonly Problem[] {
    const ports = this.member.targetPorts;
    const most = POOL_APIS[this.api].maxTargetPorts;
    const range = { min: 1, max: 65_535, whole: true };
    const each = ports.map((port) => checkRange('target port', port, range, 'ports are numbered from 1 to 65535'));
    if (ports.length >= 1 && ports.length <= most && new Set(ports).size === ports.length) return problemsOf(...each);
    return problemsOf(...each, {
      what: `pool '${this.name}' has target ports ${ports.join(', ') || 'none'}`,
      why: `InferencePool ${this.api} takes 1${most > 1 ? ` to ${most} different ones` : ''}`,
      fix: most === 1 ? 'keep one port, or use API profile v1' : 'change the ports of the model server',
    });
  }

  #checkMembers(): readonly Problem[] {
    const rendered = renderIfChanged(this.resource);
    const view = rendered === undefined ? undefined : poolView(rendered);
    return checkPoolReach(this, {
      selector: view?.selector ?? this.member.selectorLabels,
      ports: view?.ports ?? this.member.targetPorts,
      serviceName: view?.serviceName ?? this.picker?.serviceName,
      failureMode: view?.failureMode ?? this.failureMode,
    });
  }
}

/** A pool that something else made, in this namespace or another. */
export function existingPool(reference: {
  readonly name: string;
  readonly namespace?: string;
  readonly api?: PoolApi;
}): PoolReference {
  return { name: reference.name, namespace: reference.namespace, api: reference.api ?? 'v1' };
}
