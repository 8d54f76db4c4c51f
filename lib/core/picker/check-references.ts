import { oneOf, problemsOf, type Problem } from '../problem';
import type { EndpointPickerConfig, ProfilePlugin } from './config';
import type { PickerFlavor } from './flavor';
import { factsOf, nameOf } from './plugin-lookup';
import type { PluginKind } from './plugins';

/** Plugins that every picker makes by itself. */
const ALWAYS_THERE: ReadonlySet<string> = new Set(['fcfs-ordering-policy', 'global-strict-fairness-policy']);

/** A saturation detector can stand in a profile too, where it filters out full pods. */
const IN_PROFILES: readonly PluginKind[] = ['filter', 'scorer', 'picker', 'saturation-detector'];

/** A reference to a plugin: where it stands, the name it has, and the kinds that may stand there. */
interface Reference {
  readonly where: string;
  readonly name: string;
  readonly kinds: readonly PluginKind[];
}

/** Checks that references lead to plugins of the right kind, and that weights are on scorers. */
export function checkReferences(config: EndpointPickerConfig, flavor: PickerFlavor): readonly Problem[] {
  const types = new Map(config.plugins.map((entry) => [nameOf(entry), entry.type]));
  const kindOf = (name: string): PluginKind | undefined => factsOf(flavor, types.get(name) ?? '')?.kind;
  return problemsOf(
    ...references(config).map((reference) =>
      types.has(reference.name) || isDefaultPolicy(reference)
        ? wrongKind(reference, kindOf(reference.name))
        : dangling(reference, [...types.keys()]),
    ),
    ...(config.schedulingProfiles ?? []).flatMap((profile) =>
      profile.plugins.map((entry) => checkWeight(profile.name, entry, kindOf(entry.pluginRef))),
    ),
  );
}

function isDefaultPolicy({ name, kinds }: Reference): boolean {
  return ALWAYS_THERE.has(name) && kinds.includes('flow-policy');
}

function references(config: EndpointPickerConfig): readonly Reference[] {
  const detector = config.saturationDetector?.pluginRef;
  return [
    ...(config.schedulingProfiles ?? []).flatMap(({ name, plugins }) =>
      plugins.map(({ pluginRef }) => ({ where: `profile '${name}'`, name: pluginRef, kinds: IN_PROFILES })),
    ),
    ...(detector === undefined
      ? []
      : [{ where: 'saturationDetector', name: detector, kinds: ['saturation-detector' as const] }]),
    ...(config.dataLayer?.sources ?? []).flatMap(({ pluginRef, extractors = [] }) =>
      [pluginRef, ...extractors.map((extractor) => extractor.pluginRef)].map((name) => ({
        where: 'dataLayer',
        name,
        kinds: ['data-source' as const],
      })),
    ),
    ...policyReferences(config),
  ];
}

function policyReferences({ flowControl }: EndpointPickerConfig): readonly Reference[] {
  const bands = [
    ...(flowControl?.priorityBands ?? []).map((band) => ({ ...band, where: `priority band ${band.priority}` })),
    ...(flowControl?.defaultPriorityBand === undefined
      ? []
      : [{ ...flowControl.defaultPriorityBand, where: 'the default priority band' }]),
  ];
  const named = bands.flatMap(({ where, fairnessPolicyRef, orderingPolicyRef }) =>
    [fairnessPolicyRef, orderingPolicyRef].map((name) => ({ where, name })),
  );
  return [...named, { where: 'flowControl', name: flowControl?.usageLimitPolicyPluginRef }].flatMap(
    ({ where, name }) => (name === undefined ? [] : [{ where, name, kinds: ['flow-policy' as const] }]),
  );
}

function dangling({ where, name }: Reference, names: readonly string[]): Problem {
  return {
    what: `${where} refers to plugin '${name}'`,
    why: 'config.plugins has none of that name',
    fix: names.length === 0 ? 'add it to config.plugins' : `add it to config.plugins, or use ${oneOf(names)}`,
  };
}

function wrongKind({ where, name, kinds }: Reference, kind: PluginKind | undefined): Problem | undefined {
  if (kind === undefined || kinds.includes(kind)) return undefined;
  return {
    what: `${where} refers to plugin '${name}', a ${kind}`,
    why: `only a ${oneOf(kinds)} can stand there`,
    fix: `refer to a ${oneOf(kinds)}`,
  };
}

function checkWeight(profile: string, entry: ProfilePlugin, kind: PluginKind | undefined): Problem | undefined {
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
