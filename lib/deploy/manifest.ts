/** Values that a manifest holds. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** A Kubernetes object as it is sent to the API server. */
export interface Manifest extends JsonObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: JsonObject;
}

/** Where a field is: keys and indexes from the object down. */
export type FieldPath = readonly (string | number)[];

export const GATEWAY_GROUP = 'gateway.networking.k8s.io';

/** Whether a value is an object with fields. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a value is a list. */
export function isList(value: unknown): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** The value of a field, or undefined where there is none. */
export function valueAt(value: JsonValue | undefined, ...path: FieldPath): JsonValue | undefined {
  return path.reduce<JsonValue | undefined>((found, key) => {
    if (isList(found)) return typeof key === 'number' ? found[key] : undefined;
    return isObject(found) && Object.hasOwn(found, key) ? found[key] : undefined;
  }, value);
}

/** The value of a field if it is a text. */
export function textAt(value: JsonValue | undefined, ...path: FieldPath): string | undefined {
  const found = valueAt(value, ...path);
  return typeof found === 'string' ? found : undefined;
}

/** The value of a field if it is a number. */
export function numberAt(value: JsonValue | undefined, ...path: FieldPath): number | undefined {
  const found = valueAt(value, ...path);
  return typeof found === 'number' ? found : undefined;
}

/** The value of a field if it is a list, else an empty one. */
export function listAt(value: JsonValue | undefined, ...path: FieldPath): readonly JsonValue[] {
  const found = valueAt(value, ...path);
  return isList(found) ? found : [];
}

/** API group of an object; empty for the core group. */
export function groupOf({ apiVersion }: Manifest): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
}

/** Whether an object is of a kind, in any version. */
export function isKind(manifest: Manifest, group: string, kind: string): boolean {
  return manifest.kind === kind && groupOf(manifest) === group;
}

/** A field as a reader writes it: `spec.containers[0].image`, `metadata.labels["app.kubernetes.io/name"]`. */
export function formatPath(path: FieldPath): string {
  const parts = path.map((key) => {
    if (typeof key === 'number') return `[${key}]`;
    return /^[A-Za-z_][\w-]*$/.test(key) ? `.${key}` : `["${key}"]`;
  });
  return parts.join('').replace(/^\./, '');
}
