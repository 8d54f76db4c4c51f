import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

const repositoryRoot = resolve(__dirname, '..', '..');

/** Where the schemas were found: handed to the tests that need them. */
export interface SchemaLocations {
  readonly crds: string;
  readonly newestNative: string;
  /** Throws for a version that the folder lacks, so that a typo does not turn into a skipped check. */
  readonly native: (version: string) => string;
}

export function crdsDirectory(): string | undefined {
  return existingPath(process.env['CRDS_DIR'], 'crds');
}

export function nativeSchemaFile(version: string): string | undefined {
  const directory = nativeSchemasDirectory();
  const file = directory === undefined ? undefined : join(directory, `native-${version}.json`);
  return file !== undefined && existsSync(file) ? file : undefined;
}

export function nativeVersions(): string[] {
  const directory = nativeSchemasDirectory();
  if (directory === undefined) return [];
  const versions = readdirSync(directory).map((file) => /^native-(\d+\.\d+)\.json$/.exec(file)?.[1]);
  return versions.filter((version) => version !== undefined).sort(compareVersions);
}

export function newestNativeVersion(): string | undefined {
  return nativeVersions().at(-1);
}

/**
 * `describe` for tests that need the schema folders, which are no part of the repository. Where they are
 * missing the tests are skipped with a warning, or, under CI_REQUIRE_SCHEMAS, the run fails.
 */
export function describeWithSchemas(name: string, tests: (schemas: SchemaLocations) => void): void {
  const schemas = schemaLocations();
  if (schemas !== undefined) {
    describe(name, () => {
      tests(schemas);
    });
    return;
  }
  const missing = 'the schema folders are missing (CRDS_DIR, KUBERNETES_SCHEMAS_DIR)';
  if (process.env['CI_REQUIRE_SCHEMAS']) throw new Error(`${name}: ${missing}`);
  console.warn(`skipped "${name}": ${missing}`);
  // The callback would read the missing files, so one placeholder stands for all its tests.
  describe.skip(name, () => {
    test('needs the schema folders', () => undefined);
  });
}

export function schemaLocations(): SchemaLocations | undefined {
  const crds = crdsDirectory();
  const newestNative = newestNativeVersion();
  if (crds === undefined || newestNative === undefined) return undefined;
  return { crds, newestNative, native: requiredNativeFile };
}

function requiredNativeFile(version: string): string {
  const file = nativeSchemaFile(version);
  if (file === undefined) throw new Error(`no native-${version}.json beside ${nativeVersions().join(', ')}`);
  return file;
}

function nativeSchemasDirectory(): string | undefined {
  return existingPath(process.env['KUBERNETES_SCHEMAS_DIR'], 'kubernetes-schemas');
}

function existingPath(fromEnvironment: string | undefined, sharedFolder: string): string | undefined {
  const path = fromEnvironment || join(repositoryRoot, '..', 'shared', sharedFolder);
  return existsSync(path) ? path : undefined;
}

function compareVersions(left: string, right: string): number {
  return left.localeCompare(right, 'en', { numeric: true });
}
