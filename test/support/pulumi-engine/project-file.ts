import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { parse } from 'yaml';

/** What a program's Pulumi.yaml and the configuration of one stack say. */
export interface Project {
  readonly name: string;
  /** Folder that the program runs in. */
  readonly workingDir: string;
  /**
   * What the language host is asked to run: the `main` file of Pulumi.yaml, else `.`, which it looks up in the nearest
   * package.json. Programs inside a package need a `main`, or they run that package's entry.
   */
  readonly entry: string;
  readonly config: Config;
}

/** Values by full key, `project:key`, and the keys whose value is secret. */
export interface Config {
  readonly values: Readonly<Record<string, string>>;
  readonly secretKeys: readonly string[];
}

type Yaml = Readonly<Record<string, unknown>>;

/** Reads Pulumi.yaml of a program folder as the Pulumi CLI does; without one, `index.ts` is the program. */
export function readProject(programDir: string, fallbackName: string): Project {
  const file = join(programDir, 'Pulumi.yaml');
  const yaml = readYaml(file);
  const name = typeof yaml['name'] === 'string' ? yaml['name'] : fallbackName;
  const main = existsSync(file) ? yaml['main'] : join(programDir, 'index.ts');
  return { name, ...entryOf(programDir, main), config: projectConfig(name, record(yaml['config'])) };
}

/** Reads Pulumi.STACK.yaml; a `secure` value cannot be decrypted here and is replaced by a fixed text. */
export function readStackConfig(programDir: string, stack: string, project: string): Config {
  return configOf(project, record(readYaml(join(programDir, `Pulumi.${stack}.yaml`))['config']));
}

/** Later configurations win. */
export function mergeConfig(...configs: readonly Config[]): Config {
  return {
    values: Object.assign({}, ...configs.map((config) => config.values)) as Record<string, string>,
    secretKeys: [...new Set(configs.flatMap((config) => config.secretKeys))],
  };
}

/** Values as a test writes them: keys without a colon belong to the project. */
export function configOf(project: string, values: Yaml, secretKeys: readonly string[] = []): Config {
  const entries = Object.entries(values).map(([key, value]) => [fullKey(project, key), configText(value)] as const);
  const secure = Object.entries(values).filter(([, value]) => isSecure(value));
  return {
    values: Object.fromEntries(entries),
    secretKeys: [...secretKeys, ...secure.map(([key]) => key)].map((key) => fullKey(project, key)),
  };
}

function entryOf(programDir: string, main: unknown): Pick<Project, 'workingDir' | 'entry'> {
  if (typeof main !== 'string') return { workingDir: programDir, entry: '.' };
  const path = resolve(programDir, main);
  const isFolder = existsSync(path) && statSync(path).isDirectory();
  return isFolder ? { workingDir: path, entry: '.' } : { workingDir: dirname(path), entry: basename(path) };
}

/** Entries of Pulumi.yaml are values, or declarations with a `value` or a `default`. */
function projectConfig(project: string, declared: Yaml): Config {
  const values = Object.entries(declared).map(([key, entry]) => {
    const declaration = record(entry);
    return [key, isRecord(entry) ? (declaration['value'] ?? declaration['default']) : entry] as const;
  });
  return configOf(project, Object.fromEntries(values.filter(([, value]) => value !== undefined)));
}

function fullKey(project: string, key: string): string {
  return key.includes(':') ? key : `${project}:${key}`;
}

function configText(value: unknown): string {
  if (isSecure(value)) return 'decrypted-secret';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function isSecure(value: unknown): boolean {
  return isRecord(value) && 'secure' in value;
}

function readYaml(file: string): Yaml {
  return existsSync(file) ? record(parse(readFileSync(file, 'utf8'))) : {};
}

function record(value: unknown): Yaml {
  return isRecord(value) ? value : {};
}

function isRecord(value: unknown): value is Yaml {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
