import Ajv, { type ErrorObject, type ValidateFunction } from 'ajv';
import { isIPv4, isIPv6 } from 'node:net';
import { childPath, mapValues } from './json-values';
import type { Schema } from './schema-types';

/** A problem, and whether the API server stops before CEL because of it. */
export interface ValueProblem {
  readonly text: string;
  readonly blocksCel: boolean;
}

const blockingKeywords = new Set(['type', 'required', 'maxLength', 'maxItems', 'maxProperties']);

const quantity = /^[+-]?(\d+(\.\d*)?|\.\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?$/;
const goDuration = /^[+-]?(0|((\d+(\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h))+)$/;
const rfc3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;
const base64 = /^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

const formats = {
  int32: integerFormat(2 ** 31),
  int64: integerFormat(2 ** 63),
  float: true,
  double: true,
  quantity,
  duration: goDuration,
  'date-time': (text: string) => rfc3339.test(text) && !Number.isNaN(Date.parse(text)),
  date: /^\d{4}-\d\d-\d\d$/,
  byte: base64,
  password: true,
  uri: (text: string) => URL.canParse(text),
  uuid: /^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/i,
  ipv4: isIPv4,
  ipv6: isIPv6,
  ip: (text: string) => isIPv4(text) || isIPv6(text),
} as const;

export function createAjv(): Ajv {
  return new Ajv({
    strict: false,
    allErrors: true,
    verbose: true,
    // The schemas are the API server's own; checking each against the meta-schema would cost more than using it.
    validateSchema: false,
    logger: false,
    formats,
    code: { regExp: Object.assign(goRegExp, { code: 'goRegExp' }) },
  });
}

/**
 * CRD schemas in the dialect that Ajv speaks. Unknown fields, list types and CEL are not put into it: they
 * concern the structural part only, never the branches of anyOf, oneOf, allOf and not.
 */
export function ajvSchema(schema: Schema): Schema {
  const isIntOrString = schema['x-kubernetes-int-or-string'] === true;
  return {
    ...schema,
    ...(isIntOrString && { type: ['integer', 'string'] }),
    ...(schema.properties && { properties: mapValues(schema.properties, ajvSchema) }),
    ...(schema.items && { items: ajvSchema(schema.items) }),
    ...(typeof schema.additionalProperties === 'object' && {
      additionalProperties: ajvSchema(schema.additionalProperties),
    }),
    ...(schema.allOf && { allOf: schema.allOf.map(ajvSchema) }),
    ...(schema.anyOf && { anyOf: schema.anyOf.map(ajvSchema) }),
    ...(schema.oneOf && { oneOf: schema.oneOf.map(ajvSchema) }),
    ...(schema.not && { not: ajvSchema(schema.not) }),
  };
}

export function valueProblems(validate: ValidateFunction, value: unknown, path = ''): ValueProblem[] {
  if (validate(value)) return [];
  return (validate.errors ?? []).map((error) => ({
    text: `${dottedPath(error, path)}: ${errorText(error)}`,
    blocksCel: blockingKeywords.has(error.keyword),
  }));
}

function errorText(error: ErrorObject): string {
  const message = error.message ?? 'invalid';
  const allowed: unknown = error.params['allowedValues'];
  const detail = Array.isArray(allowed) ? ` ${JSON.stringify(allowed)}` : '';
  const value: unknown = error.data;
  const got = typeof value === 'object' && value !== null ? '' : `, got ${JSON.stringify(value)}`;
  return `${message}${detail}${got} (${error.keyword})`;
}

function dottedPath(error: ErrorObject, parent: string): string {
  const segments = error.instancePath.split('/').slice(1);
  const keys = segments.map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
  const path = keys.reduce((above, key) => childPath(above, /^\d+$/.test(key) ? Number(key) : key), parent);
  return path === '' ? '(document)' : path;
}

/** Go's regular expressions as the schemas use them; JavaScript lacks only the inline `(?i)`. */
export function goRegExp(pattern: string): RegExp {
  const flags = pattern.includes('(?i)') ? 'i' : '';
  const source = pattern.replace('(?i)', '');
  try {
    return new RegExp(source, `${flags}u`);
  } catch {
    // Go accepts needless escapes such as `\"`, which JavaScript accepts only without the u flag.
    return new RegExp(source, flags);
  }
}

function integerFormat(bound: number): { type: 'number'; validate: (value: number) => boolean } {
  return { type: 'number', validate: (value) => value >= -bound && value < bound };
}

export function isQuantity(text: string): boolean {
  return quantity.test(text);
}
