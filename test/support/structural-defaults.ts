import { isList, isObject, own, type JsonObject, type JsonValue } from './json-values';
import type { Resolve, Schema } from './schema-types';
import { childSchema } from './structural-rules';

/** A copy with the defaults that the API server fills in before it validates: keys missing from existing objects. */
export function withDefaults(schema: Schema, value: JsonValue, resolve: Resolve): JsonValue {
  const resolved = resolve(schema);
  const { items } = resolved;
  if (isList(value)) {
    return items === undefined ? value : value.map((item) => withDefaults(items, item, resolve));
  }
  return isObject(value) ? objectWithDefaults(resolved, value, resolve) : value;
}

function objectWithDefaults(schema: Schema, value: JsonObject, resolve: Resolve): JsonObject {
  const filled: Record<string, JsonValue> = { ...value };
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    if (own(filled, key) === undefined && property.default !== undefined) filled[key] = property.default;
  }
  for (const [key, child] of Object.entries(filled)) {
    const property = childSchema(schema, key);
    if (property !== undefined) filled[key] = withDefaults(property, child, resolve);
  }
  return filled;
}
