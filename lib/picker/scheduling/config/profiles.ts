import type { EndpointPickerConfig, SchedulingProfile } from '../../../core/picker/config';
import { maxScorePicker } from '../pickers/max-score';
import type { OtherPlugin, Plugin, ProfileHandler, SchedulingPlugin } from '../plugin';
import { singleProfileHandler } from '../handlers/single';
import type { Profile } from '../profile';

type Plugins = ReadonlyMap<string, Plugin>;

/** The profiles with their plugins sorted by what they do. */
export function buildProfiles({ schedulingProfiles = [] }: EndpointPickerConfig, plugins: Plugins): readonly Profile[] {
  return schedulingProfiles.map((profile) => buildProfile(profile, plugins));
}

function buildProfile({ name, shadow = false, plugins: entries }: SchedulingProfile, plugins: Plugins): Profile {
  const members = entries.flatMap(({ pluginRef, weight = 1 }) => {
    const plugin = plugins.get(pluginRef);
    return hasKind(plugin) ? [{ plugin, weight }] : [];
  });
  const pickers = members.flatMap(({ plugin }) => (plugin.kind === 'picker' ? [plugin] : []));
  return {
    name,
    shadow,
    filters: members.flatMap(({ plugin }) => ('filter' in plugin ? [plugin] : [])),
    scorers: members.flatMap(({ plugin, weight }) => (plugin.kind === 'scorer' ? [{ scorer: plugin, weight }] : [])),
    picker: pickers[0] ?? maxScorePicker('max-score-picker', 1),
  };
}

/** The plugin that runs the profiles. */
export function findHandler(plugins: Plugins): ProfileHandler {
  for (const plugin of plugins.values()) {
    if (hasKind(plugin) && plugin.kind === 'profile-handler') return plugin;
  }
  return singleProfileHandler('single-profile-handler');
}

function hasKind(plugin: Plugin | undefined): plugin is SchedulingPlugin | OtherPlugin {
  return plugin !== undefined && 'kind' in plugin;
}
