import { stringify } from 'yaml';
import { PickerFlavor } from '../core/picker/flavors';
import { PICKER_CONFIG_KIND } from '../core/picker/flavor';
import { readText } from './io/config-file';
import type { PickerOptions } from './options';
import { loadPickerConfig, resolvePickerConfig } from './scheduling/config/load-config';
import type { ResolvedPickerConfig } from './scheduling/config/resolved-config';
import type { PluginFactory } from './scheduling/plugin-factory';

/** A configuration and its text, which exported decisions carry. */
export interface LoadedConfig {
  readonly resolved: ResolvedPickerConfig;
  readonly text: string;
}

/** Reads the configuration that the command line names; the default one where it names none. */
export async function loadConfig(
  { config: source }: Pick<PickerOptions, 'config'>,
  customPlugins: readonly PluginFactory[],
): Promise<LoadedConfig> {
  if (source === undefined) {
    const resolved = resolvePickerConfig(undefined, { customPlugins });
    const header = { apiVersion: PickerFlavor.BUNDLED.configApiVersion, kind: PICKER_CONFIG_KIND };
    return { resolved, text: stringify({ ...header, ...resolved.config }) };
  }
  const [name, text] =
    source.kind === 'file'
      ? [source.path, await readText(source.path, '--config-file')]
      : ['--config-text', source.text];
  return { resolved: loadPickerConfig(text, name, { customPlugins }), text };
}
