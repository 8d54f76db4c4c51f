import { PickerFlavor } from '../../../core/picker/flavors';
import { locateConfigProblems } from '../../../core/picker/check-config';
import { CONFIG_HEADER_FIELDS, defaultPickerConfig, type EndpointPickerConfig } from '../../../core/picker/config';
import { PICKER_CONFIG_KIND } from '../../../core/picker/flavor';
import { factsOf } from '../../../core/picker/plugin-lookup';
import { at, type LocatedProblem } from '../../../core/located-problem';
import type { PluginKind } from '../../../core/picker/plugins';
import { type Problem, ValidationError } from '../../../core/problem';
import type { PluginFactory } from '../plugin-factory';
import { admissionSettings } from './admission';
import { CONFIG_SHAPE } from './config-shape';
import { fileDiscovery, metricsReading, parserTypes, prefixIndexSettings } from './data-layer';
import { readDocument, type TextProblem } from './document';
import { makePlugins } from './instances';
import { PLUGIN_TYPES } from './plugin-types';
import { buildProfiles, findHandler } from './profiles';
import type { ResolvedPickerConfig } from './resolved-config';
import { fit } from './shape';
import { withSystemDefaults } from './system-defaults';
import { warningsOf } from './warnings';

/** The configuration of a picker that was given none. */
const DEFAULT_CONFIG: EndpointPickerConfig = defaultPickerConfig();

/** A configuration with version and kind above it, as a file has it. */
interface ConfigFile extends Partial<EndpointPickerConfig> {
  readonly apiVersion?: string;
  readonly kind?: string;
}

/** Plugin types of a team's own. */
export interface LoadOptions {
  readonly customPlugins?: readonly PluginFactory[];
}

/**
 * Reads a configuration file in YAML or JSON. Throws one `ValidationError` with everything that is wrong with it, each
 * problem with its line and column.
 */
export function loadPickerConfig(text: string, file: string, options: LoadOptions = {}): ResolvedPickerConfig {
  const document = readDocument(text);
  const { resolved, found } = document.broken ? NOTHING : resolve(document.value ?? {}, options);
  const problems = [
    ...document.problems,
    ...found.map(({ path, problem }) => ({ position: document.locate(path), problem })),
  ];
  return resolvedOrThrow(file, resolved, problems.sort(inOrder).map(withPosition));
}

/** The same for a configuration that a program wrote; the default one when it is left out. */
export function resolvePickerConfig(
  config: EndpointPickerConfig = DEFAULT_CONFIG,
  options: LoadOptions = {},
): ResolvedPickerConfig {
  const file: ConfigFile = { apiVersion: PickerFlavor.BUNDLED.configApiVersion, kind: PICKER_CONFIG_KIND, ...config };
  const { resolved, found } = resolve(file, options);
  return resolvedOrThrow(
    PICKER_CONFIG_KIND,
    resolved,
    found.map(({ problem }) => problem),
  );
}

function resolvedOrThrow(
  file: string,
  resolved: ResolvedPickerConfig | undefined,
  problems: readonly Problem[],
): ResolvedPickerConfig {
  if (problems.length > 0 || resolved === undefined) throw new ValidationError(file, problems);
  return resolved;
}

interface Resolution {
  readonly resolved: ResolvedPickerConfig | undefined;
  readonly found: readonly LocatedProblem[];
}

const NOTHING: Resolution = { resolved: undefined, found: [] };

/** Compares with the shape, then checks what fits as a whole: so both kinds of problems are found at once. */
function resolve(value: unknown, options: LoadOptions): Resolution {
  const fitted = fit(value, CONFIG_SHAPE);
  // The shape has checked every field of it.
  const file = fitted.value as ConfigFile | undefined;
  if (file === undefined) return { resolved: undefined, found: fitted.problems };
  const { apiVersion, kind, ...config } = file;
  const given = { ...config, plugins: config.plugins ?? [] };
  const { resolved, found } = resolveFields(given, options, apiVersion);
  const misplaced = found.map(({ path, problem }) => ({ path: fitted.place(path), problem }));
  return { resolved, found: [...headerProblems({ apiVersion, kind }, value), ...fitted.problems, ...misplaced] };
}

/** A version or a kind that is there and wrong is a matter of the shape. */
function headerProblems(
  header: Readonly<Record<string, string | undefined>>,
  value: unknown,
): readonly LocatedProblem[] {
  const given = value as Readonly<Record<string, unknown>>;
  const expected: Readonly<Record<string, string>> = {
    apiVersion: PickerFlavor.BUNDLED.configApiVersion,
    kind: PICKER_CONFIG_KIND,
  };
  return CONFIG_HEADER_FIELDS.filter((field) => header[field] === undefined && given[field] === undefined).flatMap(
    (field) =>
      at([], {
        what: `config has no field '${field}'`,
        why: 'it says how the other fields are to be read',
        fix: `write ${field}: ${expected[field] ?? ''}`,
      }),
  );
}

function resolveFields(
  given: EndpointPickerConfig,
  { customPlugins = [] }: LoadOptions,
  apiVersion: string | undefined,
): Resolution {
  const custom = new Map(customPlugins.map((factory) => [factory.type, factory]));
  const kindOf = (type: string): PluginKind | undefined =>
    factsOf(PickerFlavor.BUNDLED, type)?.kind ?? custom.get(type)?.kind;
  const config = withSystemDefaults(given, kindOf);
  const found: LocatedProblem[] = [...locateConfigProblems(config, PickerFlavor.BUNDLED, [...custom.keys()])];
  const types = new Map([...custom, ...PLUGIN_TYPES]);
  const plugins = makePlugins(config, types, kindOf, (problem) => found.push(problem));
  if (found.length > 0) return { resolved: undefined, found };
  return {
    found,
    resolved: {
      config,
      profiles: buildProfiles(config, plugins),
      handler: findHandler(plugins),
      plugins: [...plugins.values()],
      parsers: parserTypes(config, plugins),
      prefixIndex: prefixIndexSettings(plugins),
      admission: admissionSettings(config, plugins),
      metrics: metricsReading(config, plugins),
      discovery: fileDiscovery(config, plugins),
      warnings: warningsOf(given, apiVersion),
    },
  };
}

function withPosition({ position: { line, column }, problem: { what, why, fix } }: TextProblem): Problem {
  return { what: `line ${line}, column ${column}: ${what}`, why, fix };
}

function inOrder({ position: a }: TextProblem, { position: b }: TextProblem): number {
  return a.line - b.line || a.column - b.column;
}
