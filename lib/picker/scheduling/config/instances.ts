import type { DocumentPath, LocatedProblem } from '../../../core/located-problem';
import type { EndpointPickerConfig, PickerPlugin } from '../../../core/picker/config';
import { nameOf } from '../../../core/picker/plugin-lookup';
import { ParameterReader } from '../parameters/parameter-reader';
import type { Plugin } from '../plugin';
import { errorText } from '../plugin-fault';
import type { PluginFactory, PluginSurroundings } from '../plugin-factory';

/** Types by name. */
export type PluginTypes = ReadonlyMap<string, PluginFactory>;

/** Kinds by when they are made: what others refer to comes first. */
const STAGE: Readonly<Record<string, number>> = { 'data-producer': 0, decider: 0, 'profile-handler': 2 };
const STAGES = [0, 1, 2];

/** Makes the plugins of a configuration, by name. Types that are not known are left out: a check reports them. */
export function makePlugins(
  config: EndpointPickerConfig,
  types: PluginTypes,
  kindOf: (type: string) => string | undefined,
  report: (problem: LocatedProblem) => void,
): ReadonlyMap<string, Plugin> {
  const made = new Map<string, Plugin>();
  const around = {
    plugin: (name: string) => made.get(name),
    profiles: (config.schedulingProfiles ?? []).map(({ name }) => name),
  };
  const entries = config.plugins.map((entry, i) => ({ entry, path: ['plugins', i, 'parameters'] }));
  for (const stage of STAGES) {
    for (const { entry, path } of entries.filter(({ entry }) => stageOf(kindOf(entry.type)) === stage)) {
      const factory = types.get(entry.type);
      if (factory === undefined) continue;
      const reader = readerOf(entry, path, report);
      const plugin = create(factory, entry, reader, around, report);
      if (plugin !== undefined) made.set(nameOf(entry), plugin);
      // The names of the parameters of types in the catalogue are checked with the rest of the configuration.
      if (factory.kind !== undefined) reader.finish();
      else reader.finishGroups();
    }
  }
  return made;
}

/** A plugin of a team's own may fail where it is made; an error of the picker's own is one of the program. */
function create(
  factory: PluginFactory,
  entry: PickerPlugin,
  reader: ParameterReader,
  around: PluginSurroundings,
  report: (problem: LocatedProblem) => void,
): Plugin | undefined {
  try {
    return factory.create(nameOf(entry), reader, around);
  } catch (error) {
    if (factory.kind === undefined) throw error;
    const what = `plugin '${nameOf(entry)}' cannot be made`;
    report({ path: reader.path, problem: { what, why: errorText(error), fix: 'correct its module' } });
    return undefined;
  }
}

function stageOf(kind: string | undefined): number {
  return STAGE[kind ?? ''] ?? 1;
}

function readerOf(entry: PickerPlugin, path: DocumentPath, report: (problem: LocatedProblem) => void): ParameterReader {
  return new ParameterReader(entry.parameters ?? {}, { owner: `plugin '${nameOf(entry)}'`, path, report });
}
