import type { EndpointPickerConfig, PickerPlugin } from './config';
import type { PickerFlavor } from './flavor';
import type { PluginFacts } from './plugins';

/** Name that profiles call a plugin by. */
export function nameOf(entry: PickerPlugin): string {
  return entry.name ?? entry.type;
}

/** What is known of a plugin type in a flavour. */
export function factsOf(flavor: PickerFlavor, type: string): PluginFacts | undefined {
  return Object.hasOwn(flavor.plugins, type) ? flavor.plugins[type] : undefined;
}

/** Types of a configuration that a flavour loads only on request. */
export function experimentalTypes(config: EndpointPickerConfig, flavor: PickerFlavor): readonly string[] {
  return config.plugins.map(({ type }) => type).filter((type) => factsOf(flavor, type)?.experimental === true);
}
