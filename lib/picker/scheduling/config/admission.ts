import { parseGoDuration } from '../../../core/go-duration';
import type { BandLimits, EndpointPickerConfig } from '../../../core/picker/config';
import { parseBytes } from '../../../core/quantity';
import {
  type AdmissionSettings,
  BAND_DEFAULTS,
  type BandSettings,
  CONCURRENCY_GRACE_MS,
  EVICTION_DEFAULTS,
  FLOW_CONTROL_DEFAULTS,
  type FlowControlSettings,
  type SaturationSettings,
  UTILIZATION_DEFAULTS,
} from '../../admission/settings';
import type { Plugin } from '../plugin';
import type { Carrier } from './carrier';
import { FAIRNESS_POLICIES, ORDERING_POLICIES, USAGE_LIMIT_POLICIES } from './flow-policies';
import { CONCURRENCY_DETECTOR, UTILIZATION_DETECTOR } from './saturation';

type Plugins = ReadonlyMap<string, Plugin>;

/** How requests are let in, by the feature gate, the section of flow control and the saturation detector. */
export function admissionSettings(config: EndpointPickerConfig, plugins: Plugins): AdmissionSettings {
  const saturation = saturationSettings(config, plugins);
  const on = (config.featureGates ?? []).some((gate) => gate === 'flowControl' || gate === 'flowControl=true');
  return { saturation, flowControl: on ? flowControlSettings(config, plugins, saturation) : undefined };
}

function saturationSettings(config: EndpointPickerConfig, plugins: Plugins): SaturationSettings {
  const reference = config.flowControl?.saturationDetector ?? config.saturationDetector;
  const detector = plugins.get(reference?.pluginRef ?? UTILIZATION_DETECTOR.type);
  return UTILIZATION_DETECTOR.settings(detector) ?? CONCURRENCY_DETECTOR.settings(detector) ?? UTILIZATION_DEFAULTS;
}

function flowControlSettings(
  { flowControl = {} }: EndpointPickerConfig,
  plugins: Plugins,
  saturation: SaturationSettings,
): FlowControlSettings {
  const requestTtlMs = ttl(flowControl.defaultRequestTTL) ?? FLOW_CONTROL_DEFAULTS.requestTtlMs;
  const defaultBand = band(flowControl.defaultPriorityBand, plugins);
  return {
    ...FLOW_CONTROL_DEFAULTS,
    maxRequests: flowControl.maxRequests ?? FLOW_CONTROL_DEFAULTS.maxRequests,
    maxBytes: bytes(flowControl.maxBytes) ?? FLOW_CONTROL_DEFAULTS.maxBytes,
    requestTtlMs,
    noEndpointRequestTtlMs: ttl(flowControl.noEndpointRequestTTL) ?? requestTtlMs,
    bands: new Map((flowControl.priorityBands ?? []).map((limits) => [limits.priority, band(limits, plugins)])),
    defaultBand,
    defaultNegativeBand:
      flowControl.defaultNegativePriorityBand === undefined
        ? defaultBand
        : band(flowControl.defaultNegativePriorityBand, plugins),
    usageLimit:
      find(USAGE_LIMIT_POLICIES, plugins, flowControl.usageLimitPolicyPluginRef) ?? FLOW_CONTROL_DEFAULTS.usageLimit,
    eviction: {
      ...EVICTION_DEFAULTS,
      enabled: flowControl.enableEviction ?? EVICTION_DEFAULTS.enabled,
      confirmationGraceMs:
        saturation.kind === 'concurrency' ? CONCURRENCY_GRACE_MS : EVICTION_DEFAULTS.confirmationGraceMs,
    },
  };
}

function band(limits: BandLimits | undefined, plugins: Plugins): BandSettings {
  if (limits === undefined) return BAND_DEFAULTS;
  return {
    maxRequests: limits.maxRequests ?? BAND_DEFAULTS.maxRequests,
    maxBytes: bytes(limits.maxBytes) ?? BAND_DEFAULTS.maxBytes,
    fairness: find(FAIRNESS_POLICIES, plugins, limits.fairnessPolicyRef) ?? BAND_DEFAULTS.fairness,
    ordering: find(ORDERING_POLICIES, plugins, limits.orderingPolicyRef) ?? BAND_DEFAULTS.ordering,
  };
}

function find<T>(carriers: readonly Carrier<T>[], plugins: Plugins, name: string | undefined): T | undefined {
  const plugin = name === undefined ? undefined : plugins.get(name);
  for (const carrier of carriers) {
    const settings = carrier.settings(plugin);
    if (settings !== undefined) return settings;
  }
  return undefined;
}

/** `0s` means for ever. */
function ttl(text: string | undefined): number | undefined {
  const milliseconds = text === undefined ? undefined : parseGoDuration(text);
  return milliseconds === 0 ? Infinity : milliseconds;
}

function bytes(given: number | string | undefined): number | undefined {
  return typeof given === 'string' ? parseBytes(given) : given;
}
