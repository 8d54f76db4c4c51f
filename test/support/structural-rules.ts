import { canonicalJson, childPath, duplicates, isList, isObject, own, type JsonValue } from './json-values';
import type { Resolve, Schema } from './schema-types';

/** One value of a document with the schema of its level. */
export interface StructuralNode {
  readonly schema: Schema;
  readonly value: JsonValue;
  readonly path: string;
}

const embeddedFields = new Set(['apiVersion', 'kind', 'metadata']);

/** Every value that the structural part of the schema describes; never into anyOf, oneOf, allOf and not. */
export function* walkStructure(
  schema: Schema,
  value: JsonValue,
  resolve: Resolve,
  path = '',
): Generator<StructuralNode> {
  const resolved = resolve(schema);
  yield { schema: resolved, value, path };
  for (const [key, child] of children(value)) {
    const below = typeof key === 'number' ? resolved.items : childSchema(resolved, key);
    if (below !== undefined) yield* walkStructure(below, child, resolve, childPath(path, key));
  }
}

export function childSchema(schema: Schema, key: string): Schema | undefined {
  const property = own(schema.properties, key);
  if (property !== undefined) return property;
  return typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined;
}

export function unknownFieldProblems({ schema, value, path }: StructuralNode): string[] {
  if (!isObject(value) || acceptsAnyField(schema)) return [];
  const embedded = schema['x-kubernetes-embedded-resource'] === true;
  return Object.keys(value)
    .filter((key) => childSchema(schema, key) === undefined && !(embedded && embeddedFields.has(key)))
    .map((key) => `${childPath(path, key)}: unknown field`);
}

export function listTypeProblems({ schema, value, path }: StructuralNode): string[] {
  const listType = schema['x-kubernetes-list-type'];
  if (!isList(value) || (listType !== 'set' && listType !== 'map')) return [];
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const identities = value.map((item) => (listType === 'map' ? mapIdentity(item, keys) : canonicalJson(item)));
  return duplicates(identities).map((twice) => `${path}: duplicate entry ${twice} (list type ${listType})`);
}

function mapIdentity(item: JsonValue, keys: readonly string[]): string {
  return keys.map((key) => `${key}=${canonicalJson(isObject(item) ? own(item, key) : undefined)}`).join(',');
}

function acceptsAnyField(schema: Schema): boolean {
  const describesFields = schema.type === 'object' || schema.properties !== undefined;
  return (
    !describesFields || schema.additionalProperties === true || schema['x-kubernetes-preserve-unknown-fields'] === true
  );
}

function children(value: JsonValue): Iterable<readonly [string | number, JsonValue]> {
  if (isList(value)) return value.entries();
  return isObject(value) ? Object.entries(value) : [];
}
