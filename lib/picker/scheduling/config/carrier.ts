import type { ParameterReader } from '../parameters/parameter-reader';
import type { OtherPlugin, Plugin } from '../plugin';
import type { PluginFactory, PluginSurroundings } from '../plugin-factory';

/** A plugin type that stands for settings: its plugins do nothing by themselves. */
export interface Carrier<T> extends PluginFactory {
  /** Settings of a plugin of this type; undefined for any other. */
  settings(plugin: Plugin | undefined): T | undefined;
}

type Read<T> = (parameters: ParameterReader, around: PluginSurroundings) => T;

/** A type whose plugins carry what `read` makes of their parameters. */
export function carrier<T>(kind: OtherPlugin['kind'], type: string, read: Read<T>): Carrier<T> {
  return carrierOf(type, (name): OtherPlugin => ({ type, name, kind }), read);
}

/** The same for plugins that also do something, with their settings. */
export function carrierOf<T>(type: string, make: (name: string, settings: T) => Plugin, read: Read<T>): Carrier<T> {
  const known = new WeakMap<Plugin, T>();
  return {
    type,
    create(name, parameters, around) {
      const settings = read(parameters, around);
      const plugin = make(name, settings);
      known.set(plugin, settings);
      return plugin;
    },
    settings: (plugin) => (plugin === undefined ? undefined : known.get(plugin)),
  };
}
