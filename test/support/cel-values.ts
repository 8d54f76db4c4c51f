import { isCelError, type CelInput } from '@bufbuild/cel';
import { compileCel } from './cel-programs';
import { isList, isObject, type JsonObject, type JsonValue } from './json-values';
import type { Resolve, Schema } from './schema-types';
import { childSchema } from './structural-rules';

/** Names that CEL reserves; the API server lets rules write them as `__namespace__`. */
const reserved = new Set(
  (
    'true false null in as break const continue else for function if import let loop package namespace ' +
    'return var void while'
  ).split(' '),
);

const escapes: Readonly<Record<string, string>> = {
  __: '__underscores__',
  '.': '__dot__',
  '-': '__dash__',
  '/': '__slash__',
};

/** The value as the API server shows it to a rule: typed by its schema, fields under their escaped names. */
export function celValue(schema: Schema | undefined, value: JsonValue, resolve: Resolve): CelInput {
  const resolved = schema && resolve(schema);
  if (isList(value)) return value.map((item) => celValue(resolved?.items, item, resolve));
  if (isObject(value)) return celFields(resolved, value, resolve);
  if (typeof value === 'number') return celNumber(resolved, value);
  return typeof value === 'string' ? celString(resolved, value) : value;
}

function celFields(schema: Schema | undefined, value: JsonObject, resolve: Resolve): CelInput {
  // The keys of a map are data, so that only the declared fields of an object are escaped.
  const isMap = schema?.additionalProperties !== undefined;
  const fields = Object.entries(value).map(([key, child]): [string, CelInput] => [
    isMap ? key : escapedField(key),
    celValue(schema && childSchema(schema, key), child, resolve),
  ]);
  return new Map(fields);
}

/** CEL does not compare an int with a double where the API server would have refused to compile it. */
function celNumber(schema: Schema | undefined, value: number): CelInput {
  return schema?.type !== 'number' && Number.isInteger(value) ? BigInt(value) : value;
}

function celString(schema: Schema | undefined, value: string): CelInput {
  if (schema?.format === 'byte') return new Uint8Array(Buffer.from(value, 'base64'));
  const conversion = conversions[schema?.format ?? ''];
  if (conversion === undefined) return value;
  const converted = compileCel(conversion)({ text: value });
  // A malformed text has been reported as a problem of its format already.
  return isCelError(converted) ? value : converted;
}

const conversions: Readonly<Record<string, string>> = {
  duration: 'duration(text)',
  'date-time': 'timestamp(text)',
  date: "timestamp(text + 'T00:00:00Z')",
};

function escapedField(name: string): string {
  if (reserved.has(name)) return `__${name}__`;
  return name.replace(/__|[./-]/g, (part) => escapes[part] ?? part);
}
