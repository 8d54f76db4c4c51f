/** What a plugin does in the endpoint picker. */
export type PluginKind =
  | 'filter'
  | 'scorer'
  | 'picker'
  | 'profile-handler'
  | 'data-producer'
  | 'saturation-detector'
  | 'flow-policy'
  | 'admitter'
  | 'parser'
  | 'data-source'
  | 'decider';

/** A plugin type that an endpoint picker knows. */
export interface PluginFacts {
  readonly kind: PluginKind;
  /** Names of its parameters; undefined where they are not known and so not checked. */
  readonly parameters: readonly string[] | undefined;
  /** Whether it is loaded only when experimental plugins are allowed. */
  readonly experimental: boolean;
}

/** Plugin types by name. */
export type PluginCatalog = Readonly<Record<string, PluginFacts>>;

/** A plugin and the parameters that it takes. */
export function facts(kind: PluginKind, ...parameters: readonly string[]): PluginFacts {
  return { kind, parameters, experimental: false };
}

/** A plugin whose parameters are not known here. */
export function unchecked(kind: PluginKind): PluginFacts {
  return { kind, parameters: undefined, experimental: false };
}

/** A plugin that is loaded only on request. */
export function experimental(plugin: PluginFacts): PluginFacts {
  return { ...plugin, experimental: true };
}
