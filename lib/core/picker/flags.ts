import { deepFreeze } from '../freeze';
import type { FlagFacts, FlagTypes, RefusedFlag } from './flags-facts';
import { POOL_FLAGS } from './flags-pool';
import { SERVING_FLAGS } from './flags-serving';

/** Every flag that the bundled picker takes, without its dashes. */
export const FLAGS = deepFreeze({ ...POOL_FLAGS, ...SERVING_FLAGS });

export type FlagName = keyof typeof FLAGS;

/** A value for each flag: the given one or the default. */
export type FlagValues = { readonly [N in FlagName]: FlagTypes[(typeof FLAGS)[N]['type']] };

/** What is known of a flag; undefined for names that are no flag. */
export function flagFacts(name: string): FlagFacts | undefined {
  return Object.hasOwn(FLAGS, name) ? FLAGS[name as FlagName] : undefined;
}

const metric = (field: string): RefusedFlag => ({
  why: 'metrics are named in the configuration since v1.0 of the Go picker',
  fix: `set ${field} of the plugin core-metrics-extractor in the configuration`,
});

const scrape = (parameter: string): RefusedFlag => ({
  why: 'how metrics are read stands in the configuration since v1.0 of the Go picker',
  fix: `set ${parameter} of the plugin metrics-data-source in the configuration`,
});

/** Flags of older Go pickers that change what is read from pods: without them the picker would read something else. */
export const REFUSED_FLAGS: Readonly<Record<string, RefusedFlag>> = deepFreeze({
  'total-queued-requests-metric': metric('queuedRequestsSpec'),
  'total-running-requests-metric': metric('runningRequestsSpec'),
  'kv-cache-usage-percentage-metric': metric('kvUsageSpec'),
  'lora-info-metric': metric('loraSpec'),
  'cache-info-metric': metric('cacheInfoSpec'),
  'model-server-metrics-port': scrape('port'),
  'model-server-metrics-path': scrape('path'),
  'model-server-metrics-scheme': scrape('scheme'),
  'model-server-metrics-https-insecure-skip-verify': scrape('insecureSkipVerify'),
});
