import { runtime } from '@pulumi/pulumi';
import { Struct, type JavaScriptValue } from 'google-protobuf/google/protobuf/struct_pb';

/** Values as tests see them: plain JSON. */
export type Json = string | number | boolean | null | readonly Json[] | JsonRecord;

export interface JsonRecord {
  readonly [key: string]: Json;
}

/** What a value that is known only after deployment looks like in the inputs and outputs of a preview. */
export const UNKNOWN = '<unknown>';

/** A value with the paths of its secrets, such as `stringData.token` or `args[0]`. */
export interface Decoded {
  readonly value: JsonRecord;
  readonly secretPaths: readonly string[];
}

/**
 * Plain values of a message: secrets unwrapped and listed, unknown values as UNKNOWN, resources as `$resource`, assets
 * and archives as `$asset`.
 */
export function decode(struct: Struct | undefined): Decoded {
  const secretPaths: string[] = [];
  const value = decodeRecord(asRecord(struct?.toJavaScript() ?? {}), '', secretPaths);
  return { value, secretPaths: secretPaths.sort() };
}

/** The message of plain values; the opposite of `decode`, except that assets stay plain. */
export function encode(value: JsonRecord, secretPaths: readonly string[] = []): Struct {
  const secrets = new Set(secretPaths);
  const wire = Object.entries(value).map(([key, item]) => [key, toWire(item, key, secrets)] as const);
  return Struct.fromJavaScript(Object.fromEntries(wire) as Record<string, JavaScriptValue>);
}

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value at a path of keys, or undefined. */
export function at(value: Json | undefined, ...keys: readonly (string | number)[]): Json | undefined {
  return keys.reduce<Json | undefined>((found, key) => {
    if (Array.isArray(found)) return typeof key === 'number' ? (found as readonly Json[])[key] : undefined;
    return isRecord(found) && Object.hasOwn(found, key) ? found[key] : undefined;
  }, value);
}

/** Whether anything inside is known only after deployment. */
export function hasUnknown(value: Json | undefined): boolean {
  if (typeof value === 'string') return value.includes(UNKNOWN);
  if (Array.isArray(value)) return (value as readonly Json[]).some(hasUnknown);
  return isRecord(value) && Object.values(value).some(hasUnknown);
}

function asRecord(value: unknown): Record<string, unknown> {
  return value as Record<string, unknown>;
}

function decodeRecord(record: Record<string, unknown>, path: string, secrets: string[]): JsonRecord {
  const entries = Object.entries(record).map(([key, value]) => {
    const inner = path === '' ? key : `${path}.${key}`;
    return [key, decodeValue(value, inner, secrets)] as const;
  });
  return Object.fromEntries(entries);
}

function decodeValue(value: unknown, path: string, secrets: string[]): Json {
  if (value === runtime.unknownValue) return UNKNOWN;
  if (Array.isArray(value)) return value.map((item, index) => decodeValue(item, `${path}[${index}]`, secrets));
  if (typeof value !== 'object' || value === null) return (value ?? null) as Json;
  const record = asRecord(value);
  switch (record[runtime.specialSigKey]) {
    case undefined:
      return decodeRecord(record, path, secrets);
    case runtime.specialSecretSig:
      secrets.push(path);
      return decodeValue(record['value'], path, secrets);
    case runtime.specialOutputValueSig:
      if (record['secret'] === true) secrets.push(path);
      return 'value' in record ? decodeValue(record['value'], path, secrets) : UNKNOWN;
    case runtime.specialResourceSig:
      return { $resource: record['urn'] as string };
    default:
      return { $asset: decodeRecord(withoutSignature(record), path, secrets) };
  }
}

function withoutSignature(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([key]) => key !== runtime.specialSigKey));
}

function toWire(value: Json, path: string, secrets: ReadonlySet<string>): unknown {
  const plain = wireOf(value, path, secrets);
  return secrets.has(path) ? { [runtime.specialSigKey]: runtime.specialSecretSig, value: plain } : plain;
}

function wireOf(value: Json, path: string, secrets: ReadonlySet<string>): unknown {
  if (value === UNKNOWN) return runtime.unknownValue;
  if (Array.isArray(value)) {
    return (value as readonly Json[]).map((item, index) => toWire(item, `${path}[${index}]`, secrets));
  }
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, toWire(item, `${path}.${key}`, secrets)] as const);
  return Object.fromEntries(entries);
}
