import { problemsOf, type Problem } from '../problem';
import type { EndpointPickerConfig, PickerPlugin, ProfilePlugin, SchedulingProfile } from './config';
import type { PickerFlavor } from './flavor';
import type { PluginFacts } from './plugins';

/** Everything wrong with a configuration for a flavour. */
export function checkPickerConfig(
  config: EndpointPickerConfig,
  flavor: PickerFlavor,
  customPlugins: readonly string[] = [],
): readonly Problem[] {
  const known = (type: string): PluginFacts | undefined => flavor.plugins[type];
  const types = new Map(config.plugins.map((entry) => [entry.name ?? entry.type, entry.type]));
  return problemsOf(
    duplicateNames(config.plugins),
    ...config.plugins.map((entry) => checkPlugin(entry, flavor, customPlugins)),
    checkHandlers(config, known),
    ...(config.schedulingProfiles ?? []).map((profile) => checkProfile(profile, types, known)),
    danglingRefs(config, types),
    checkFlowControl(config),
  );
}

function duplicateNames(plugins: readonly PickerPlugin[]): readonly Problem[] {
  const names = plugins.map((entry) => entry.name ?? entry.type);
  return [...new Set(names.filter((name, i) => names.indexOf(name) !== i))].map((name) => ({
    what: `config.plugins has two plugins named '${name}'`,
    why: 'profiles refer to plugins by name',
    fix: 'give one of them another name',
  }));
}

function checkPlugin(entry: PickerPlugin, flavor: PickerFlavor, customPlugins: readonly string[]): readonly Problem[] {
  const facts = flavor.plugins[entry.type];
  if (facts === undefined) return customPlugins.includes(entry.type) ? [] : [unknownType(entry.type, flavor)];
  return Object.keys(entry.parameters ?? {})
    .filter((name) => !facts.parameters.includes(name))
    .map((name) => ({
      what: `config.plugins: '${entry.type}' has no parameter '${name}'`,
      why: 'the picker refuses to start with a parameter it does not know',
      fix: facts.parameters.length === 0 ? 'it takes none: remove it' : `it takes ${facts.parameters.join(', ')}`,
    }));
}

function unknownType(type: string, flavor: PickerFlavor): Problem {
  const near = Object.keys(flavor.plugins).filter((name) => sharesWord(name, type));
  const hint = near.length > 0 ? `use ${near.slice(0, 3).join(' or ')}` : 'remove it';
  return {
    what: `config.plugins: type '${type}' is unknown to ${flavor.displayName}`,
    why: 'the picker refuses to start with a plugin it does not know',
    fix: flavor.customPlugins ? `${hint}, or list it in customPlugins if your image has it` : hint,
  };
}

function sharesWord(a: string, b: string): boolean {
  const generic = new Set(['score', 'scorer', 'filter', 'picker', 'policy', 'producer']);
  const words = new Set(a.split('-').filter((word) => !generic.has(word)));
  return b.split('-').some((word) => words.has(word));
}

function checkHandlers(
  config: EndpointPickerConfig,
  known: (type: string) => PluginFacts | undefined,
): Problem | undefined {
  const handlers = config.plugins.filter((entry) => known(entry.type)?.kind === 'profile-handler');
  const profiles = config.schedulingProfiles?.length ?? 1;
  if (handlers.length > 1) {
    return {
      what: `config.plugins has ${handlers.length} profile handlers`,
      why: 'exactly one decides which profiles run',
      fix: `keep one of ${handlers.map((entry) => entry.type).join(', ')}`,
    };
  }
  if (profiles < 2 || handlers.some((entry) => entry.type !== 'single-profile-handler')) return undefined;
  return {
    what: `config.schedulingProfiles has ${profiles} profiles`,
    why: 'without a profile handler for several the picker refuses to start',
    fix: 'add disagg-profile-handler, or keep one profile',
  };
}

function checkProfile(
  profile: SchedulingProfile,
  types: ReadonlyMap<string, string>,
  known: (type: string) => PluginFacts | undefined,
): readonly Problem[] {
  const kind = (entry: ProfilePlugin) => known(types.get(entry.pluginRef) ?? '')?.kind;
  const pickers = profile.plugins.filter((entry) => kind(entry) === 'picker');
  return problemsOf(
    ...profile.plugins.map((entry) => checkWeight(profile.name, entry, kind(entry))),
    pickers.length < 2
      ? undefined
      : {
          what: `profile '${profile.name}' has ${pickers.length} pickers`,
          why: 'one of them has the last word',
          fix: `keep one of ${pickers.map((entry) => entry.pluginRef).join(', ')}`,
        },
  );
}

function checkWeight(
  profile: string,
  entry: ProfilePlugin,
  kind: PluginFacts['kind'] | undefined,
): Problem | undefined {
  if (entry.weight === undefined) return undefined;
  if (!Number.isFinite(entry.weight) || entry.weight < 0) {
    return {
      what: `profile '${profile}': weight ${entry.weight} of '${entry.pluginRef}'`,
      why: 'scores are multiplied by it and added up',
      fix: 'use a number of zero or more',
    };
  }
  if (kind === undefined || kind === 'scorer') return undefined;
  return {
    what: `profile '${profile}': '${entry.pluginRef}' has a weight`,
    why: `it is a ${kind}, and only scorers are weighted`,
    fix: 'remove the weight',
  };
}

function danglingRefs(config: EndpointPickerConfig, types: ReadonlyMap<string, string>): readonly Problem[] {
  const refs: readonly (readonly [string, string | undefined])[] = [
    ...(config.schedulingProfiles ?? []).flatMap(({ name, plugins }) =>
      plugins.map((entry) => [`profile '${name}'`, entry.pluginRef] as const),
    ),
    ['saturationDetector', config.saturationDetector?.pluginRef],
    ...(config.flowControl?.priorityBands ?? []).flatMap(
      (band) =>
        [
          [`priority band ${band.priority}`, band.fairnessPolicyRef],
          [`priority band ${band.priority}`, band.orderingPolicyRef],
        ] as const,
    ),
  ];
  return refs
    .filter((ref): ref is readonly [string, string] => ref[1] !== undefined && !types.has(ref[1]))
    .map(([where, name]) => ({
      what: `${where} refers to plugin '${name}'`,
      why: 'config.plugins has none of that name',
      fix: `add it to config.plugins, or use ${[...types.keys()].join(', ')}`,
    }));
}

function checkFlowControl(config: EndpointPickerConfig): Problem | undefined {
  if (config.flowControl === undefined || config.featureGates?.includes('flowControl') === true) return undefined;
  return {
    what: 'config.flowControl is set but its feature gate is off',
    why: 'the picker ignores the section without the gate',
    fix: `add featureGates: ['flowControl']`,
  };
}
