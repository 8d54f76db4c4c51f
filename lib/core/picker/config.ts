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
  readonly plugins: readonly ProfilePlugin[];
}

/** Limits of one priority band of flow control. */
export interface PriorityBand {
  readonly priority: number;
  readonly maxBytes?: number;
  readonly maxRequests?: number;
  /** Name of a fairness policy plugin. */
  readonly fairnessPolicyRef?: string;
  /** Name of an ordering policy plugin. */
  readonly orderingPolicyRef?: string;
}

/** Queueing of requests in the picker while the pool is saturated. */
export interface FlowControl {
  readonly maxBytes?: number;
  readonly maxRequests?: number;
  /** How long a request may wait, such as `60s`; `0s` means forever. */
  readonly defaultRequestTTL?: string;
  /** Limits of priorities that `priorityBands` does not name. */
  readonly defaultPriorityBand?: Omit<PriorityBand, 'priority'>;
  /** Name of a usage limit policy plugin. */
  readonly usageLimitPolicyPluginRef?: string;
  readonly priorityBands?: readonly PriorityBand[];
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
  readonly saturationDetector?: { readonly pluginRef: string };
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
}

/** A source of data about the pods, and the plugins that read it. */
export interface DataSource {
  readonly pluginRef: string;
  readonly extractors?: readonly { readonly pluginRef: string }[];
}

/** Sources of data about the pods. */
export interface DataLayer {
  readonly sources: readonly DataSource[];
}

/** Top-level fields of a configuration; the picker refuses to start with others. */
export const CONFIG_FIELDS: readonly string[] = Object.freeze([
  'featureGates',
  'plugins',
  'schedulingProfiles',
  'saturationDetector',
  'flowControl',
  'dataLayer',
]);

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
 * The weights that upstream ships: short queue 2, free KV cache 2, cached prefix 3. A pool with adapters also prefers
 * pods that have the adapter in memory, which no default of upstream does.
 */
export function defaultPickerConfig({ adapters }: DefaultConfigOptions): EndpointPickerConfig {
  const scorers: readonly (readonly [PluginType, number])[] = [
    ['queue-scorer', 2],
    ['kv-cache-utilization-scorer', 2],
    ['prefix-cache-scorer', 3],
    ...(adapters ? ([['lora-affinity-scorer', 2]] as const) : []),
  ];
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
