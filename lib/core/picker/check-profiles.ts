import { at, type LocatedProblem } from '../located-problem';
import { allOf, type Problem } from '../problem';
import type { EndpointPickerConfig, SchedulingProfile } from './config';
import type { PickerFlavor } from './flavor';
import { factsOf, nameOf } from './plugin-lookup';

/** What is wrong with the profiles as such, and with the handler that runs them. */
export function locateProfileProblems(
  config: EndpointPickerConfig,
  flavor: PickerFlavor,
  customPlugins: readonly string[],
): readonly LocatedProblem[] {
  const profiles = config.schedulingProfiles ?? [];
  return [
    ...at(['schedulingProfiles'], checkHandlers(config, flavor, customPlugins), checkActing(profiles)),
    ...profiles.flatMap((profile, i) => [
      ...at(['schedulingProfiles', i, 'plugins'], checkPickers(profile, config, flavor)),
      ...at(['schedulingProfiles', i, 'shadow'], checkShadow(profile, flavor)),
    ]),
  ];
}

const acts = ({ shadow }: SchedulingProfile): boolean => shadow !== true;

function checkHandlers(
  config: EndpointPickerConfig,
  flavor: PickerFlavor,
  customPlugins: readonly string[],
): Problem | undefined {
  const handlers = config.plugins.filter((entry) => factsOf(flavor, entry.type)?.kind === 'profile-handler');
  const profiles = config.schedulingProfiles?.filter(acts).length ?? 1;
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

function checkActing(profiles: readonly SchedulingProfile[]): Problem | undefined {
  if (profiles.length === 0 || profiles.some(acts)) return undefined;
  return {
    what: 'config.schedulingProfiles has shadow profiles only',
    why: 'a shadow profile is recorded and chooses nothing, so no request could be served',
    fix: 'add a profile without shadow',
  };
}

function checkShadow({ name, shadow }: SchedulingProfile, flavor: PickerFlavor): Problem | undefined {
  if (shadow === undefined || flavor.shadowProfiles) return undefined;
  return {
    what: `profile '${name}' has a field 'shadow'`,
    why: `${flavor.displayName} has no shadow profiles and refuses to start with a field it does not know`,
    fix: 'remove it, or choose PickerFlavor.BUNDLED',
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
