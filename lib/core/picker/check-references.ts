import { at, type DocumentPath, type LocatedProblem } from '../located-problem';
import { oneOf, type Problem } from '../problem';
import type { EndpointPickerConfig, PluginReference, ProfilePlugin } from './config';
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
  readonly path: DocumentPath;
  readonly name: string;
  readonly kinds: readonly PluginKind[];
}

/** Checks that references lead to plugins of the right kind, and that weights are on scorers; each with its place. */
export function locateReferenceProblems(config: EndpointPickerConfig, flavor: PickerFlavor): readonly LocatedProblem[] {
  const types = new Map(config.plugins.map((entry) => [nameOf(entry), entry.type]));
  const kindOf = (name: string): PluginKind | undefined => factsOf(flavor, types.get(name) ?? '')?.kind;
  return [
    ...references(config).flatMap((reference) =>
      at(
        reference.path,
        types.has(reference.name) || isDefaultPolicy(reference)
          ? wrongKind(reference, kindOf(reference.name))
          : dangling(reference, [...types.keys()]),
      ),
    ),
    ...(config.schedulingProfiles ?? []).flatMap((profile, i) =>
      profile.plugins.flatMap((entry, j) =>
        at(
          ['schedulingProfiles', i, 'plugins', j, 'weight'],
          checkWeight(profile.name, entry, kindOf(entry.pluginRef)),
        ),
      ),
    ),
  ];
}

function isDefaultPolicy({ name, kinds }: Reference): boolean {
  return ALWAYS_THERE.has(name) && kinds.includes('flow-policy');
}

function references(config: EndpointPickerConfig): readonly Reference[] {
  const { saturationDetector, dataLayer, requestHandler, parser } = config;
  const detector: readonly PluginKind[] = ['saturation-detector'];
  return [
    ...profileReferences(config),
    ...single('saturationDetector', ['saturationDetector'], saturationDetector, detector),
    ...single(
      'flowControl.saturationDetector',
      ['flowControl', 'saturationDetector'],
      config.flowControl?.saturationDetector,
      detector,
    ),
    ...dataReferences(dataLayer?.sources ?? []),
    ...single('dataLayer.discovery', ['dataLayer', 'discovery'], dataLayer?.discovery, ['data-source']),
    ...single('dataLayer.discovery', ['dataLayer', 'discovery', 'endpoints'], dataLayer?.discovery?.endpoints, [
      'data-source',
    ]),
    ...(requestHandler?.parsers ?? []).flatMap((entry, i) =>
      single('requestHandler', ['requestHandler', 'parsers', i], entry, ['parser']),
    ),
    ...single('parser', ['parser'], parser, ['parser']),
    ...policyReferences(config),
  ];
}

function single(
  where: string,
  path: DocumentPath,
  reference: Partial<PluginReference> | undefined,
  kinds: readonly PluginKind[],
): readonly Reference[] {
  const name = reference?.pluginRef;
  return name === undefined ? [] : [{ where, path: [...path, 'pluginRef'], name, kinds }];
}

function profileReferences({ schedulingProfiles = [] }: EndpointPickerConfig): readonly Reference[] {
  return schedulingProfiles.flatMap(({ name, plugins }, i) =>
    plugins.flatMap((entry, j) =>
      single(`profile '${name}'`, ['schedulingProfiles', i, 'plugins', j], entry, IN_PROFILES),
    ),
  );
}

function dataReferences(
  sources: readonly (PluginReference & { readonly extractors?: readonly PluginReference[] })[],
): readonly Reference[] {
  return sources.flatMap((source, i) => {
    const path = ['dataLayer', 'sources', i];
    return [
      ...single('dataLayer', path, source, ['data-source']),
      ...(source.extractors ?? []).flatMap((extractor, j) =>
        single('dataLayer', [...path, 'extractors', j], extractor, ['data-source']),
      ),
    ];
  });
}

function policyReferences({ flowControl }: EndpointPickerConfig): readonly Reference[] {
  if (flowControl === undefined) return [];
  const { priorityBands = [], defaultPriorityBand, defaultNegativePriorityBand } = flowControl;
  const bands = [
    ...priorityBands.map((band, i) => ({ band, where: `priority band ${band.priority}`, path: ['priorityBands', i] })),
    { band: defaultPriorityBand, where: 'the default priority band', path: ['defaultPriorityBand'] },
    {
      band: defaultNegativePriorityBand,
      where: 'the default negative priority band',
      path: ['defaultNegativePriorityBand'],
    },
  ];
  const fields = ['fairnessPolicyRef', 'orderingPolicyRef'] as const;
  const named = bands.flatMap(({ band, where, path }) =>
    fields.map((field) => ({ where, name: band?.[field], path: [...path, field] })),
  );
  const limit = flowControl.usageLimitPolicyPluginRef;
  return [...named, { where: 'flowControl', name: limit, path: ['usageLimitPolicyPluginRef'] }].flatMap(
    ({ where, name, path }) =>
      name === undefined ? [] : [{ where, name, path: ['flowControl', ...path], kinds: ['flow-policy' as const] }],
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
