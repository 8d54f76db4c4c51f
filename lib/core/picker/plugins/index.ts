import { type BUNDLED_PLUGINS } from './bundled';
import { type GAIE_PLUGINS } from './gaie';
import { type ROUTER_PLUGINS } from './router';

/** Name of a plugin type that some flavour has. */
export type PluginType = keyof typeof BUNDLED_PLUGINS | keyof typeof GAIE_PLUGINS | keyof typeof ROUTER_PLUGINS;

export type { PluginCatalog, PluginFacts, PluginKind } from './plugin-facts';
