import type { Fields } from './fields';
import type { VllmSettings } from './vllm-arguments';

/** Name and namespace of an object. */
export interface ObjectName {
  readonly name: string;
  readonly namespace: string;
}

/** A Deployment of model servers. */
export interface ServerDeployment extends ObjectName {
  readonly replicas: number;
  readonly podLabels: Readonly<Record<string, string>>;
  readonly settings: VllmSettings;
  /** Value of GKE's accelerator label; undefined where any node will do. */
  readonly acceleratorLabel: string | undefined;
  /** GPUs of one replica; 0 where it asks for none. */
  readonly gpus: number;
  /** Path that answers once the model is loaded. */
  readonly readinessPath: string;
  readonly where: string;
}

/** A pool of model servers. */
export interface LocalPool extends ObjectName {
  readonly api: 'v1' | 'v1alpha2';
  readonly group: string;
  readonly selector: Readonly<Record<string, string>>;
  readonly ports: readonly number[];
  readonly failureMode: 'FailOpen' | 'FailClose';
  readonly servers: readonly ServerDeployment[];
  readonly picker: LocalPicker;
  readonly where: string;
}

/** The endpoint picker of a pool. */
export interface LocalPicker extends ObjectName {
  readonly flavor: string;
  readonly replicas: number;
  readonly args: readonly string[];
  /** Text of the configuration file; undefined where it is started without one. */
  readonly configText: string | undefined;
  /** Where the configuration comes from, for messages. */
  readonly configWhere: string | undefined;
}

/** A plain Service that leads to model servers. */
export interface LocalService extends ObjectName {
  readonly servers: readonly ServerDeployment[];
  readonly ports: readonly number[];
}

/** A port of a Gateway. */
export interface LocalListener {
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
  readonly hostname: string | undefined;
}

/** A Gateway and the routes that attach to it. */
export interface LocalGateway extends ObjectName {
  readonly listeners: readonly LocalListener[];
  readonly routes: readonly LocalRoute[];
}

/** What a rule of a route compares; everything given must hold. */
export interface LocalMatch {
  readonly path: { readonly kind: 'exact' | 'prefix' | 'regex'; readonly value: string };
  readonly method: string | undefined;
  readonly headers: readonly LocalValueMatch[];
  readonly queryParams: readonly LocalValueMatch[];
}

/** A header or query parameter and its value. */
export interface LocalValueMatch {
  readonly name: string;
  readonly kind: 'exact' | 'regex';
  readonly value: string;
}

/** Where a rule sends requests: a pool or a Service. */
export interface LocalBackend extends ObjectName {
  readonly kind: 'InferencePool' | 'Service';
  readonly weight: number;
}

/** A rule of a route. Without matches everything matches. */
export interface LocalRule {
  readonly matches: readonly LocalMatch[];
  readonly backends: readonly LocalBackend[];
  /** Request headers that the rule sets. */
  readonly setHeaders: readonly (readonly [string, string])[];
  /** Address of a redirect that answers instead of a backend. */
  readonly redirect: { readonly scheme: string | undefined; readonly status: number } | undefined;
}

/** An HTTPRoute on one gateway. */
export interface LocalRoute extends ObjectName {
  /** Names of the listeners that it attaches to. */
  readonly listeners: readonly string[];
  readonly hostnames: readonly string[];
  readonly rules: readonly LocalRule[];
}

/** Everything in the manifests that the local stack plays. */
export interface Topology {
  readonly gateways: readonly LocalGateway[];
  readonly pools: readonly LocalPool[];
  readonly services: readonly LocalService[];
  /** Objectives, rewrites and the old InferenceModels, as they are: the picker reads them itself. */
  readonly modelObjects: readonly Fields[];
}
