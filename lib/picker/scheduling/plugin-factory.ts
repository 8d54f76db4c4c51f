import type { PluginKind } from '../../core/picker/plugins';
import type { ParameterReader } from './parameters/parameter-reader';
import type { Plugin } from './plugin';

/** The configuration around a plugin. */
export interface PluginSurroundings {
  /** A plugin that was made already: profile handlers are made last, and data producers and deciders first. */
  plugin(name: string): Plugin | undefined;
  /** Names of the scheduling profiles. */
  readonly profiles: readonly string[];
}

/** Makes plugins of one type from the configuration. */
export interface PluginFactory<P extends Plugin = Plugin> {
  readonly type: string;
  /** What its plugins do; left out by the types of core's catalogue, which knows it. */
  readonly kind?: PluginKind;
  /** Problems of the parameters go to the reader; a plugin with problems is made but never used. */
  create(name: string, parameters: ParameterReader, around: PluginSurroundings): P;
}
