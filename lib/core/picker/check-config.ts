import { allOf, oneOf, problemsOf, type Problem } from '../problem';
import { checkReferences } from './check-references';
import { CONFIG_FIELDS, type EndpointPickerConfig, type PickerPlugin, type SchedulingProfile } from './config';
import type { PickerFlavor } from './flavor';
import { factsOf, nameOf } from './plugin-lookup';

/** Everything wrong with a configuration for a flavour. */
export function checkPickerConfig(
  config: EndpointPickerConfig,
  flavor: PickerFlavor,
  customPlugins: readonly string[] = [],
): readonly Problem[] {
  return problemsOf(
    checkCustomPlugins(flavor, customPlugins),
    duplicates('config.plugins', 'plugins', config.plugins.map(nameOf), 'profiles refer to plugins by name'),
    duplicates(
      'config.schedulingProfiles',
      'profiles',
      (config.schedulingProfiles ?? []).map(({ name }) => name),
      'profile handlers refer to profiles by name',
    ),
    ...config.plugins.map((entry) => checkPlugin(entry, flavor, customPlugins)),
    checkHandlers(config, flavor, customPlugins),
    checkReferences(config, flavor),
    checkFeatureGates(config, flavor),
    checkFields(config),
    ...(config.schedulingProfiles ?? []).map((profile) => checkPickers(profile, config, flavor)),
  );
}

function duplicates(field: string, what: string, names: readonly string[], why: string): readonly Problem[] {
  return [...new Set(names.filter((name, i) => names.indexOf(name) !== i))].map((name) => ({
    what: `${field} has two ${what} named '${name}'`,
    why,
    fix: 'give one of them another name',
  }));
}

function checkCustomPlugins(flavor: PickerFlavor, customPlugins: readonly string[]): Problem | undefined {
  if (flavor.customPlugins || customPlugins.length === 0) return undefined;
  return {
    what: `customPlugins ${allOf(customPlugins.map((type) => `'${type}'`))} with ${flavor.displayName}`,
    why: 'only the bundled picker takes plugins of a team',
    fix: 'remove them, or choose PickerFlavor.BUNDLED',
  };
}

function checkPlugin(entry: PickerPlugin, flavor: PickerFlavor, customPlugins: readonly string[]): readonly Problem[] {
  const facts = factsOf(flavor, entry.type);
  if (facts === undefined) return customPlugins.includes(entry.type) ? [] : [unknownType(entry.type, flavor)];
  const allowed = facts.parameters;
  if (allowed === undefined) return [];
  return Object.keys(entry.parameters ?? {})
    .filter((name) => !allowed.includes(name))
    .map((name) => ({
      what: `config.plugins: '${entry.type}' has no parameter '${name}'`,
      why: flavor.strictParameters
        ? 'the picker refuses to start with a parameter it does not know'
        : 'the picker silently ignores a parameter it does not know',
      fix: allowed.length === 0 ? 'it takes none: remove it' : `it takes ${allOf(allowed)}`,
    }));
}

function unknownType(type: string, flavor: PickerFlavor): Problem {
  const near = Object.keys(flavor.plugins).filter((name) => sharesWord(name, type));
  const hint = near.length > 0 ? `use ${oneOf(near.slice(0, 3))}` : 'remove it';
  return {
    what: `config.plugins: type '${type}' is unknown to ${flavor.displayName}`,
    why: 'the picker refuses to start with a plugin it does not know',
    fix: flavor.customPlugins ? `${hint}, or list it in customPlugins if your image has it` : hint,
  };
}

const GENERIC_WORDS = new Set(['score', 'scorer', 'filter', 'picker', 'policy', 'producer', 'parser']);

function sharesWord(a: string, b: string): boolean {
  const words = new Set(a.split('-').filter((word) => !GENERIC_WORDS.has(word)));
  return b.split('-').some((word) => words.has(word));
}

function checkHandlers(
  config: EndpointPickerConfig,
  flavor: PickerFlavor,
  customPlugins: readonly string[],
): Problem | undefined {
  const handlers = config.plugins.filter((entry) => factsOf(flavor, entry.type)?.kind === 'profile-handler');
  const profiles = config.schedulingProfiles?.length ?? 1;
  if (handlers.length > 1) {
    return {
      what: `config.plugins has ${handlers.length} profile handlers`,
      why: 'exactly one decides which profiles run',
      fix: `keep one of ${allOf(handlers.map(nameOf))}`,
    };
  }
  // A plugin of the team's own may be a handler; only its image knows.
  const maybeCustom = handlers.length === 0 && config.plugins.some(({ type }) => customPlugins.includes(type));
  if (profiles < 2 || maybeCustom || handlers.some(({ type }) => type !== 'single-profile-handler')) return undefined;
  const able = Object.entries(flavor.plugins).filter(
    ([type, { kind }]) => kind === 'profile-handler' && type !== 'single-profile-handler',
  );
  return {
    what: `config.schedulingProfiles has ${profiles} profiles`,
    why: 'without a profile handler for several the picker refuses to start',
    fix: able.length === 0 ? 'keep one profile' : `add ${able[0]?.[0] ?? ''}, or keep one profile`,
  };
}

function checkPickers(
  profile: SchedulingProfile,
  config: EndpointPickerConfig,
  flavor: PickerFlavor,
): Problem | undefined {
  const types = new Map(config.plugins.map((entry) => [nameOf(entry), entry.type]));
  const pickers = profile.plugins.filter(
    (entry) => factsOf(flavor, types.get(entry.pluginRef) ?? '')?.kind === 'picker',
  );
  if (pickers.length < 2) return undefined;
  return {
    what: `profile '${profile.name}' has ${pickers.length} pickers`,
    why: 'one of them has the last word',
    fix: `keep one of ${allOf(pickers.map((entry) => entry.pluginRef))}`,
  };
}

function gateName(gate: string): string {
  return gate.split('=', 1)[0] ?? gate;
}

function checkFields(config: EndpointPickerConfig): readonly Problem[] {
  return Object.keys(config)
    .filter((field) => !CONFIG_FIELDS.includes(field))
    .map((field) => ({
      what: `config has a field '${field}'`,
      why: 'the picker refuses to start with a field it does not know',
      fix: `it knows ${allOf(CONFIG_FIELDS)}`,
    }));
}

function checkFeatureGates(config: EndpointPickerConfig, flavor: PickerFlavor): readonly Problem[] {
  const gates = config.featureGates ?? [];
  const unknown = gates
    .filter((gate) => !flavor.featureGates.includes(flavor.gatesTakeValues ? gateName(gate) : gate))
    .map((gate) => ({
      what: `config.featureGates: '${gate}' is unknown to ${flavor.displayName}`,
      why: 'the picker refuses to start with a gate it does not know',
      fix: `it knows ${allOf(flavor.featureGates)}`,
    }));
  const on = gates.some((gate) => gate === 'flowControl' || gate === 'flowControl=true');
  if (config.flowControl === undefined || on) return unknown;
  return [
    ...unknown,
    {
      what: 'config.flowControl is set but its feature gate is off',
      why: 'the picker ignores the section without the gate',
      fix: `add featureGates: ['flowControl']`,
    },
  ];
}
