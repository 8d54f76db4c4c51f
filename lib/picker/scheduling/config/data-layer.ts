import type { EndpointPickerConfig } from '../../../core/picker/config';
import { DEFAULT_EXTRACTOR } from '../../pool/engines';
import { DEFAULT_SOURCE } from '../../pool/metrics-source';
import type { Plugin } from '../plugin';
import { PREFIX_INDEX_DEFAULTS, type PrefixIndexSettings } from '../prefix-index-settings';
import type { Carrier } from './carrier';
import {
  DEFAULT_PARSERS,
  FILE_DISCOVERY,
  type FileDiscovery,
  METRICS_EXTRACTOR,
  METRICS_SOURCE,
  PREFIX_INDEX,
} from './data-plugins';
import type { MetricsReading } from './resolved-config';

type Plugins = ReadonlyMap<string, Plugin>;

/**
 * Where metrics come from. A source that `dataLayer` lists counts, else one among the plugins, else the default; none
 * when the defaults are turned off and none is listed.
 */
export function metricsReading({ dataLayer }: EndpointPickerConfig, plugins: Plugins): MetricsReading | undefined {
  const sources = dataLayer?.sources ?? [];
  const listed = sources.find(({ pluginRef }) => METRICS_SOURCE.settings(plugins.get(pluginRef)) !== undefined);
  if (listed === undefined && dataLayer?.injectDefaults === false) return undefined;
  const extractors = (listed?.extractors ?? []).map(({ pluginRef }) => plugins.get(pluginRef));
  const source = METRICS_SOURCE.settings(listed && plugins.get(listed.pluginRef)) ?? first(METRICS_SOURCE, plugins);
  return {
    source: source ?? DEFAULT_SOURCE,
    extractor: firstOf(METRICS_EXTRACTOR, extractors) ?? first(METRICS_EXTRACTOR, plugins) ?? DEFAULT_EXTRACTOR,
  };
}

/** The file with the endpoints, where the configuration names one. */
export function fileDiscovery({ dataLayer }: EndpointPickerConfig, plugins: Plugins): FileDiscovery | undefined {
  const name = dataLayer?.discovery?.endpoints?.pluginRef ?? dataLayer?.discovery?.pluginRef;
  return name === undefined ? undefined : FILE_DISCOVERY.settings(plugins.get(name));
}

/** Settings of the prefix index: there is one, whatever number of scorers asks it. */
export function prefixIndexSettings(plugins: Plugins): PrefixIndexSettings {
  return first(PREFIX_INDEX, plugins) ?? PREFIX_INDEX_DEFAULTS;
}

/** Types of the parsers, each once. */
export function parserTypes({ requestHandler, parser }: EndpointPickerConfig, plugins: Plugins): readonly string[] {
  const named = requestHandler?.parsers ?? (parser === undefined ? undefined : [parser]);
  if (named === undefined) return DEFAULT_PARSERS;
  return [...new Set(named.flatMap(({ pluginRef }) => plugins.get(pluginRef)?.type ?? []))];
}

function first<T>(carrier: Carrier<T>, plugins: Plugins): T | undefined {
  return firstOf(carrier, [...plugins.values()]);
}

function firstOf<T>(carrier: Carrier<T>, plugins: readonly (Plugin | undefined)[]): T | undefined {
  for (const plugin of plugins) {
    const settings = carrier.settings(plugin);
    if (settings !== undefined) return settings;
  }
  return undefined;
}
