import { at, type DocumentPath, type LocatedProblem } from '../located-problem';
import { allOf, type Problem } from '../problem';
import { locatePluginProblems } from './check-plugins';
import { locateProfileProblems } from './check-profiles';
import { locateReferenceProblems } from './check-references';
import type { EndpointPickerConfig } from './config';
import type { PickerFlavor } from './flavor';
import { nameOf } from './plugin-lookup';

/** Everything wrong with a configuration for a flavour. */
export function checkPickerConfig(
  config: EndpointPickerConfig,
  flavor: PickerFlavor,
  customPlugins: readonly string[] = [],
): readonly Problem[] {
  return locateConfigProblems(config, flavor, customPlugins).map(({ problem }) => problem);
}

/** The same, each with its place in the configuration. */
export function locateConfigProblems(
  config: EndpointPickerConfig,
  flavor: PickerFlavor,
  customPlugins: readonly string[] = [],
): readonly LocatedProblem[] {
  return [
    ...duplicates(['plugins'], 'plugins', config.plugins.map(nameOf), 'profiles refer to plugins by name'),
    ...duplicates(
      ['schedulingProfiles'],
      'profiles',
      (config.schedulingProfiles ?? []).map(({ name }) => name),
      'profile handlers refer to profiles by name',
    ),
    ...locatePluginProblems(config, flavor, customPlugins),
    ...locateProfileProblems(config, flavor, customPlugins),
    ...locateReferenceProblems(config, flavor),
    ...locateGateProblems(config, flavor),
    ...locateUnknownFields(config, flavor),
  ];
}

function duplicates(
  path: DocumentPath,
  what: string,
  names: readonly string[],
  why: string,
): readonly LocatedProblem[] {
  return [...new Set(names.filter((name, i) => names.indexOf(name) !== i))].flatMap((name) =>
    at([...path, names.lastIndexOf(name)], {
      what: `config.${path.join('.')} has two ${what} named '${name}'`,
      why,
      fix: 'give one of them another name',
    }),
  );
}

function gateName(gate: string): string {
  return gate.split('=', 1)[0] ?? gate;
}

function locateUnknownFields(config: EndpointPickerConfig, flavor: PickerFlavor): readonly LocatedProblem[] {
  return Object.keys(config)
    .filter((field) => !flavor.configFields.includes(field))
    .flatMap((field) =>
      at([field], {
        what: `config has a field '${field}'`,
        why: 'the picker refuses to start with a field it does not know',
        fix: `it knows ${allOf(flavor.configFields)}`,
      }),
    );
}

function locateGateProblems(config: EndpointPickerConfig, flavor: PickerFlavor): readonly LocatedProblem[] {
  const gates = config.featureGates ?? [];
  const unknown = gates.flatMap((gate, i) =>
    flavor.featureGates.includes(flavor.gatesTakeValues ? gateName(gate) : gate)
      ? []
      : at(['featureGates', i], {
          what: `config.featureGates: '${gate}' is unknown to ${flavor.displayName}`,
          why: 'the picker refuses to start with a gate it does not know',
          fix: `it knows ${allOf(flavor.featureGates)}`,
        }),
  );
  const on = gates.some((gate) => gate === 'flowControl' || gate === 'flowControl=true');
  if (config.flowControl === undefined || on) return unknown;
  return [
    ...unknown,
    ...at(['flowControl'], {
      what: 'config.flowControl is set but its feature gate is off',
      why: 'the picker ignores the section without the gate',
      fix: `add featureGates: ['flowControl']`,
    }),
  ];
}
