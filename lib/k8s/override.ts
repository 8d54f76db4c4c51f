import { type ApiObject } from 'cdk8s';
import { type Problem } from '../core/problem';
import { addChecks } from './checks';

/** A value of JSON. */
type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/**
 * Sets any field of a Kubernetes object, also one that no prop covers.
 *
 * The generated classes drop fields that their schema does not know without a word, and quantities and ports that are
 * given as plain strings and numbers. This sets both, and makes a field that the object's schema does not have an error
 * at synth.
 *
 * @param object the object, such as `pool.resource`
 * @param path a JSON pointer, such as `/spec/template/spec/runtimeClassName`; missing parents are made
 * @param value the new value; `undefined` removes the field
 */
export function override(object: ApiObject, path: string, value: Json | undefined): void {
  const keys = pointerKeys(path);
  const identity = keys.length === 2 && keys[0] === 'metadata' && (keys[1] === 'name' || keys[1] === 'namespace');
  if (identity && value !== undefined) {
    throw new Error(
      `override: ${path} is what other objects refer to; set it with the name prop or the chart's namespace`,
    );
  }
  if (!identity) overridden.add(object);
  const render = object.toJson.bind(object) as () => Record<string, unknown>;
  object.toJson = () => withValue(render(), keys, value);
  addChecks(object, () => (value === undefined ? [] : unknownFields(object, keys, value)));
}

const overridden = new WeakSet<ApiObject>();

/** Whether `override` changed an object. */
export function isOverridden(object: ApiObject): boolean {
  return overridden.has(object);
}

function pointerKeys(path: string): readonly string[] {
  if (!path.startsWith('/') || path.length < 2) {
    throw new Error(`override: '${path}' is not a JSON pointer; write it as /spec/field`);
  }
  return path
    .slice(1)
    .split('/')
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function withValue<T>(node: T, keys: readonly string[], value: unknown): T {
  const [key, ...rest] = keys;
  if (key === undefined) return value as T;
  if (node === undefined && value === undefined) return node;
  if (Array.isArray(node) || (node === undefined && isIndex(key))) {
    const items = [...((node ?? []) as unknown[])];
    const index = key === '-' ? items.length : Number(key);
    if (rest.length === 0 && value === undefined) items.splice(index, 1);
    else items[index] = withValue(items[index], rest, value);
    return items as T;
  }
  const fields: Record<string, unknown> = { ...(node as Record<string, unknown> | undefined) };
  const next: unknown = withValue<unknown>(fields[key], rest, value);
  if (next === undefined) Reflect.deleteProperty(fields, key);
  else fields[key] = next;
  return fields as T;
}

/** Leaves of the value that the typed class drops, which is how a field that the schema lacks shows. */
function unknownFields(object: ApiObject, keys: readonly string[], value: Json): readonly Problem[] {
  const manifest = manifestOf(object);
  if (manifest === undefined || keys[0] === 'metadata') return [];
  return leaves(value)
    .map(({ path, leaf }) => ({ path: [...keys, ...path], leaf }))
    .filter(({ path, leaf }) => !survives(manifest, path, leaf))
    .map(({ path }) => ({
      what: `override of ${pointer(path)} in ${object.kind} ${object.apiVersion}`,
      why: 'its schema has no such field, so the API server would drop the value',
      fix: 'correct the path, or make the object yourself with ApiObject from cdk8s',
    }));
}

type Manifest = (props: unknown) => unknown;

/** The static filter that every generated class carries; a plain ApiObject has none and drops nothing. */
function manifestOf(object: ApiObject): Manifest | undefined {
  const { manifest } = object.constructor as { manifest?: unknown };
  return typeof manifest === 'function' ? (manifest as Manifest) : undefined;
}

function survives(manifest: Manifest, path: readonly string[], leaf: Json): boolean {
  // Quantities and int-or-string fields are typed as { value }.
  return [leaf, { value: leaf }].some((form) => valueAt(manifest(nested(path, form)), path) !== undefined);
}

function leaves(value: Json): readonly { readonly path: readonly string[]; readonly leaf: Json }[] {
  if (value === null || typeof value !== 'object') return [{ path: [], leaf: value }];
  const below = Object.entries(value).flatMap(([key, child]) =>
    leaves(child).map(({ path, leaf }) => ({ path: [key, ...path], leaf })),
  );
  return below.length > 0 ? below : [{ path: [], leaf: value }];
}

/** The smallest object that holds a value at a path. */
function nested(path: readonly string[], value: unknown): unknown {
  return path.reduceRight((below, key) => (isIndex(key) ? [below] : { [key]: below }), value);
}

function valueAt(node: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (below, key) => (below as Record<string, unknown> | undefined)?.[isIndex(key) ? '0' : key],
    node,
  );
}

function isIndex(key: string): boolean {
  return key === '-' || /^\d+$/.test(key);
}

function pointer(path: readonly string[]): string {
  return path.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
