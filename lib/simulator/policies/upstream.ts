import { DEFAULT_PROFILE, plugin, upstreamDefaultConfig, type EndpointPickerConfig } from '../../core/picker/config';
import { configuredPolicy } from './picker-brain';

/** What upstream ships: queue 2, KV cache 2, prefix 3. */
export const UPSTREAM_DEFAULT = configuredPolicy(
  'upstream-default',
  "the Go picker's default: queue 2, free KV cache 2, cached prefix 3",
  upstreamDefaultConfig({ adapters: false }),
);

/** The default with the scorer that upstream's guide adds for pools with adapters. */
export const UPSTREAM_LORA = configuredPolicy(
  'upstream-lora',
  "the Go picker's default with its LoRA affinity scorer",
  upstreamDefaultConfig({ adapters: true }),
);

/**
 * The configuration that upstream calls its optimized baseline: pods that have the prefix, unless waiting for them takes
 * 18 s longer, and among those the one with the fewest tokens to compute.
 */
const STRONGEST: EndpointPickerConfig = {
  plugins: [
    plugin('prefix-cache-affinity-filter'),
    plugin('token-load-scorer'),
    plugin('max-score-picker'),
    plugin('single-profile-handler'),
  ],
  schedulingProfiles: [
    {
      name: DEFAULT_PROFILE,
      plugins: [
        { pluginRef: 'prefix-cache-affinity-filter' },
        { pluginRef: 'token-load-scorer', weight: 1 },
        { pluginRef: 'max-score-picker' },
      ],
    },
  ],
};

/** Upstream's strongest path. */
export const UPSTREAM_STRONGEST = configuredPolicy(
  'upstream-strongest',
  "the Go picker's prefix affinity filter with its in-flight token load scorer",
  STRONGEST,
);
