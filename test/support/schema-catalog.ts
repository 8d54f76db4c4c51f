import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type Ajv from 'ajv';
import type { ValidateFunction } from 'ajv';
import { parseAllDocuments } from 'yaml';
import { mapValues } from './json-values';
import type { GroupVersionKind, Resolve, Schema } from './schema-types';
import { ajvSchema, createAjv } from './schema-values';

export interface KindSchema {
  readonly apiVersion: string;
  readonly kind: string;
  readonly source: 'crd' | 'native';
  readonly schema: Schema;
  readonly resolve: Resolve;
  /** Compiled at first use: one test file rarely needs more than a few kinds. */
  readonly validator: () => ValidateFunction;
}

export interface SchemaCatalog {
  readonly kinds: ReadonlyMap<string, KindSchema>;
  /** Kubernetes' own ObjectMeta, where native schemas were loaded. */
  readonly objectMeta?: KindSchema;
}

interface CustomResourceDefinition {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly {
      readonly name: string;
      readonly served: boolean;
      readonly schema: { readonly openAPIV3Schema: Schema };
    }[];
  };
}

type Definitions = Readonly<Record<string, Schema>>;

const definitionPrefix = '#/definitions/';
const objectMetaName = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';
const quantityName = 'io.k8s.apimachinery.pkg.api.resource.Quantity';

export function kindKey(apiVersion: string, kind: string): string {
  return `${apiVersion}/${kind}`;
}

/** Every served version in the CustomResourceDefinitions of a folder of YAML files. */
export function loadCrdSchemas(directory: string): SchemaCatalog {
  const files = readdirSync(directory).filter((file) => /\.ya?ml$/.test(file));
  const ajv = createAjv();
  const kinds = files.flatMap((file) => crdKinds(readFileSync(join(directory, file), 'utf8'), ajv));
  return { kinds: byKey(kinds) };
}

/** The kinds in a file of Kubernetes' own OpenAPI definitions. */
export function loadNativeSchemas(file: string): SchemaCatalog {
  const definitions = strictDefinitions(JSON.parse(readFileSync(file, 'utf8')) as Definitions);
  const ajv = createAjv();
  ajv.addSchema({ $id: 'native', definitions });
  const resolve = definitionResolver(definitions);
  const native = (name: string, schema: Schema, gvk: GroupVersionKind): KindSchema => ({
    ...apiVersionAndKind(gvk),
    source: 'native',
    schema,
    resolve,
    validator: once(() => definitionValidator(ajv, name)),
  });
  const kinds = Object.entries(definitions).flatMap(([name, schema]) =>
    (schema['x-kubernetes-group-version-kind'] ?? []).map((gvk) => native(name, schema, gvk)),
  );
  const meta = definitions[objectMetaName];
  if (meta === undefined) throw new Error(`${file} has no ${objectMetaName}`);
  const objectMeta = native(objectMetaName, meta, { group: 'meta', version: 'v1', kind: 'ObjectMeta' });
  return { kinds: byKey(kinds), objectMeta };
}

/** Later catalogs win. */
export function mergeCatalogs(...catalogs: readonly SchemaCatalog[]): SchemaCatalog {
  const objectMeta = catalogs.findLast((catalog) => catalog.objectMeta !== undefined)?.objectMeta;
  const kinds = byKey(catalogs.flatMap((catalog) => [...catalog.kinds.values()]));
  return objectMeta === undefined ? { kinds } : { kinds, objectMeta };
}

function crdKinds(text: string, ajv: Ajv): KindSchema[] {
  return parseAllDocuments(text)
    .map((document) => document.toJS() as CustomResourceDefinition | null)
    .filter((crd) => crd !== null)
    .flatMap(({ spec }) =>
      spec.versions
        .filter(({ served }) => served)
        .map(({ name, schema }) => crdKind(spec.group, name, spec.names.kind, schema.openAPIV3Schema, ajv)),
    );
}

function crdKind(group: string, version: string, kind: string, declared: Schema, ajv: Ajv): KindSchema {
  const schema = withTypeMeta(declared);
  return {
    ...apiVersionAndKind({ group, version, kind }),
    source: 'crd',
    schema,
    resolve: (unchanged) => unchanged,
    validator: once(() => ajv.compile(ajvSchema(schema))),
  };
}

/** The API server adds these three to every custom resource, and checks the metadata itself. */
function withTypeMeta(schema: Schema): Schema {
  const metadata = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  return {
    ...schema,
    properties: {
      ...schema.properties,
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { ...schema.properties?.['metadata'], ...metadata },
    },
  };
}

/**
 * A definition without fields (RawExtension, FieldsV1) stands for free-form JSON in Kubernetes' own document,
 * where in a CRD it stands for an object without any field.
 */
function strictDefinitions(definitions: Definitions): Definitions {
  const freeForm = mapValues(definitions, (schema) =>
    schema.type === 'object' && schema.properties === undefined
      ? { ...schema, 'x-kubernetes-preserve-unknown-fields': true }
      : schema,
  );
  return { ...freeForm, [quantityName]: { type: ['string', 'number'], format: 'quantity' } };
}

function definitionResolver(definitions: Definitions): Resolve {
  return (schema) => {
    if (schema.$ref === undefined) return schema;
    const found = definitions[schema.$ref.slice(definitionPrefix.length)];
    if (found === undefined) throw new Error(`no definition for ${schema.$ref}`);
    return found;
  };
}

function definitionValidator(ajv: Ajv, name: string): ValidateFunction {
  const validate = ajv.getSchema(`native${definitionPrefix}${name}`);
  if (validate === undefined) throw new Error(`no definition ${name}`);
  return validate;
}

function apiVersionAndKind({ group, version, kind }: GroupVersionKind): { apiVersion: string; kind: string } {
  return { apiVersion: group === '' ? version : `${group}/${version}`, kind };
}

function byKey(kinds: readonly KindSchema[]): ReadonlyMap<string, KindSchema> {
  return new Map(kinds.map((schema) => [kindKey(schema.apiVersion, schema.kind), schema]));
}

function once<T>(create: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: create() }).value;
}
