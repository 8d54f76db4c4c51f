import { DEFAULT_PROFILE, type EndpointPickerConfig, type PickerPlugin, plugin } from '../../../core/picker/config';
import { nameOf } from '../../../core/picker/plugin-lookup';
import type { PluginKind, PluginType } from '../../../core/picker/plugins';

const DEFAULT_PICKER: PluginType = 'max-score-picker';
const DEFAULT_HANDLER: PluginType = 'single-profile-handler';

/** Kind of a plugin type; undefined for an unknown one. */
export type KindOf = (type: string) => PluginKind | undefined;

/**
 * Adds what every picker adds to a configuration: without profiles one with all filters, scorers and pickers; to each
 * profile without a picker the first one of the plugins, else the one of the highest score; and to a single profile the
 * handler that runs it.
 */
export function withSystemDefaults(config: EndpointPickerConfig, kindOf: KindOf): EndpointPickerConfig {
  const { profiles, plugins } = withPickers(config, kindOf);
  const acting = profiles.filter(({ shadow }) => shadow !== true);
  const handled = plugins.some(({ type }) => kindOf(type) === 'profile-handler');
  return {
    ...config,
    plugins: handled || acting.length !== 1 ? plugins : [...plugins, plugin(DEFAULT_HANDLER)],
    schedulingProfiles: profiles,
  };
}

function withPickers(
  config: EndpointPickerConfig,
  kindOf: KindOf,
): { readonly profiles: readonly Profile[]; readonly plugins: readonly PickerPlugin[] } {
  const kinds = new Map(config.plugins.map((entry) => [nameOf(entry), kindOf(entry.type)]));
  const isPicker = (name: string): boolean => kinds.get(name) === 'picker';
  const given = config.schedulingProfiles ?? [];
  const profiles = given.length > 0 ? given : [profileOfAll(config, kindOf)];
  const lacking = profiles.filter(({ plugins }) => !plugins.some(({ pluginRef }) => isPicker(pluginRef)));
  if (lacking.length === 0) return { profiles, plugins: config.plugins };
  const listed = config.plugins.map(nameOf).find(isPicker);
  const picker = listed ?? DEFAULT_PICKER;
  return {
    profiles: profiles.map((profile) =>
      lacking.includes(profile) ? { ...profile, plugins: [...profile.plugins, { pluginRef: picker }] } : profile,
    ),
    plugins: listed === undefined ? [...config.plugins, plugin(DEFAULT_PICKER)] : config.plugins,
  };
}

type Profile = NonNullable<EndpointPickerConfig['schedulingProfiles']>[number];

function profileOfAll({ plugins }: EndpointPickerConfig, kindOf: KindOf): Profile {
  const inProfile = plugins.filter(({ type }) => ['filter', 'scorer', 'picker'].includes(kindOf(type) ?? ''));
  return { name: DEFAULT_PROFILE, plugins: inProfile.map((entry) => ({ pluginRef: nameOf(entry) })) };
}
