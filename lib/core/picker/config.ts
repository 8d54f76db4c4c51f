import type { PluginType } from './plugins';

/** A value of JSON. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A plugin instance. */
export interface PickerPlugin {
  readonly type: string;
  /**
   * Name that profiles refer to.
   * @default - the type
   */
  readonly name?: string;
  /**
   * Parameters of the type.
   * @default - the type's defaults
   */
  readonly parameters?: { readonly [name: string]: Json };
}

/** A plugin's place in a profile. */
export interface ProfilePlugin {
  /** Name of a plugin of the configuration. */
  readonly pluginRef: string;
  /**
   * Factor of a scorer's score, zero or more.
   * @default 1
   */
  readonly weight?: number;
}

/** Filters, scorers and the picker that run for a request, in order. */
export interface SchedulingProfile {
  readonly name: string;
  /**
   * Whether the profile runs beside the decision: its choice is recorded and changes nothing. The bundled picker only.
   * @default false
   */
  readonly shadow?: boolean;
  readonly plugins: readonly ProfilePlugin[];
}

/** Limits and policies of requests of one priority. */
export interface BandLimits {
  /** Bytes of bodies that wait at most: a number, or a quantity such as `1Gi`. */
  readonly maxBytes?: number | string;
  /** Requests that wait at most. */
  readonly maxRequests?: number;
  /** Name of a fairness policy plugin. */
  readonly fairnessPolicyRef?: string;
  /** Name of an ordering policy plugin. */
  readonly orderingPolicyRef?: string;
}

/** Limits of one priority band of flow control. */
export interface PriorityBand extends BandLimits {
  readonly priority: number;
}

/** Queueing of requests in the picker while the pool is saturated. */
export interface FlowControl {
  /** Bytes of bodies that wait at most in all bands: a number, or a quantity such as `1Gi`. */
  readonly maxBytes?: number | string;
  readonly maxRequests?: number;
  /** How long a request may wait, such as `60s`; `0s` means forever. */
  readonly defaultRequestTTL?: string;
  /**
   * How long a request may wait while the pool has no endpoint.
   * @default - as long as `defaultRequestTTL`
   */
  readonly noEndpointRequestTTL?: string;
  /** Limits of priorities that `priorityBands` does not name. */
  readonly defaultPriorityBand?: BandLimits;
  /** The same for priorities below zero. */
  readonly defaultNegativePriorityBand?: BandLimits;
  /** Name of a usage limit policy plugin. */
  readonly usageLimitPolicyPluginRef?: string;
  readonly priorityBands?: readonly PriorityBand[];
  /** Plugin that says when the pool is full; takes the place of the field of the same name at the top. */
  readonly saturationDetector?: PluginReference;
  /**
   * Whether running requests of priorities below zero are ended for others that wait.
   * @default false
   */
  readonly enableEviction?: boolean;
}

/** A plugin by its name. */
export interface PluginReference {
  readonly pluginRef: string;
}

/** How requests are read. */
export interface RequestHandler {
  /** Parsers; the one that claims the longest end of the path takes the request, and one that claims none the rest. */
  readonly parsers: readonly PluginReference[];
}

/** The endpoint picker's configuration file, without the version header that follows from the flavour. */
export interface EndpointPickerConfig {
  /**
   * Optional features to turn on.
   * @default - none
   */
  readonly featureGates?: readonly string[];
  readonly plugins: readonly PickerPlugin[];
  /**
   * Profiles of the scheduler.
   * @default - one profile with every filter, scorer and picker of `plugins`
   */
  readonly schedulingProfiles?: readonly SchedulingProfile[];
  /**
   * Plugin that says when the pool is full.
   * @default - the utilization detector: 5 waiting requests or 80 % of the KV cache a pod
   */
  readonly saturationDetector?: PluginReference;
  /**
   * Queueing by priority and tenant; needs the feature gate `flowControl`.
   * @default - requests are never held back in the picker
   */
  readonly flowControl?: FlowControl;
  /**
   * Where the picker gets the metrics of the pods from.
   * @default - the pods' own `/metrics`
   */
  readonly dataLayer?: DataLayer;
  /**
   * How requests are read.
   * @default - the bodies of OpenAI, Anthropic and vLLM; others pass unread
   */
  readonly requestHandler?: RequestHandler;
  /** The only parser: the older form of `requestHandler`. */
  readonly parser?: PluginReference;
}

/** A source of data about the pods, and the plugins that read it. */
export interface DataSource {
  readonly pluginRef: string;
  readonly extractors?: readonly PluginReference[];
}

/** Sources of data about the pods. */
export interface DataLayer {
  /**
   * Whether the source and the extractor of the pods' own metrics are added where none is listed.
   * @default true
   */
  readonly injectDefaults?: boolean;
  readonly sources?: readonly DataSource[];
  /** Where endpoints come from, in place of Kubernetes. */
  readonly discovery?: { readonly pluginRef?: string; readonly endpoints?: PluginReference };
}

/** Top-level fields of a configuration that every picker knows. */
export const CONFIG_FIELDS = Object.freeze([
  'featureGates',
  'plugins',
  'schedulingProfiles',
  'saturationDetector',
  'flowControl',
  'dataLayer',
  'parser',
] as const);

/** Fields that a configuration file has above those: which version of which kind it is. */
export const CONFIG_HEADER_FIELDS: readonly string[] = Object.freeze(['apiVersion', 'kind']);

/** Name of the profile of a configuration with only one. */
export const DEFAULT_PROFILE = 'default';

/** A plugin of a known type. */
export function plugin(type: PluginType, parameters?: PickerPlugin['parameters'], name?: string): PickerPlugin {
  return { type, ...(name === undefined ? {} : { name }), ...(parameters === undefined ? {} : { parameters }) };
}

/** What a default configuration depends on. */
export interface DefaultConfigOptions {
  /** Whether the pool serves LoRA adapters. */
  readonly adapters: boolean;
}

/**
 * The default of the bundled picker: every request goes to the pod where it is expected to cost the least time, its own
 * and that of others. What the estimate needs is learned from the pool, adapters included.
 */
export function defaultPickerConfig(): EndpointPickerConfig {
  return profileOf([['latency-cost-scorer', 1]]);
}

/**
 * The weights that upstream ships: short queue 2, free KV cache 2, cached prefix 3. A pool with adapters also prefers
 * pods that have the adapter in memory, which no default of upstream does.
 */
export function upstreamDefaultConfig({ adapters }: DefaultConfigOptions): EndpointPickerConfig {
  return profileOf([
    ['queue-scorer', 2],
    ['kv-cache-utilization-scorer', 2],
    ['prefix-cache-scorer', 3],
    ...(adapters ? ([['lora-affinity-scorer', 2]] as const) : []),
  ]);
}

/** One profile with these scorers and their weights, and the endpoint with the highest sum. */
function profileOf(scorers: readonly (readonly [PluginType, number])[]): EndpointPickerConfig {
  return {
    plugins: [...scorers.map(([type]) => plugin(type)), plugin('max-score-picker'), plugin('single-profile-handler')],
    schedulingProfiles: [
      {
        name: DEFAULT_PROFILE,
        plugins: [...scorers.map(([pluginRef, weight]) => ({ pluginRef, weight })), { pluginRef: 'max-score-picker' }],
      },
    ],
  };
}
