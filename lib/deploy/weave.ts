import { type FieldPath, isList, isObject, type JsonObject, type JsonValue } from './manifest';

/** What to do where two renderings of an object differ. */
export interface Weaver<T> {
  /** Two texts: the field depends on a value. Returns what takes their place. */
  text(first: string, second: string, path: FieldPath): T;
  /** Anything else: a value decides about the shape of the object. */
  mismatch(path: FieldPath): void;
}

/** An object in which some texts are replaced. */
export type Woven<T> = JsonValue | T | readonly Woven<T>[] | { readonly [key: string]: Woven<T> };

/** Two renderings of the same thing. */
export type Pair<T extends JsonValue = JsonValue> = readonly [T, T];

/**
 * Merges two renderings of an object that differ only in the stand-ins of values. Comparing finds every field that
 * depends on a value, also where a construct hashed, cut or encoded it; searching for the stand-in would not.
 */
export function weave<T>([first, second]: Pair, weaver: Weaver<T>, path: FieldPath = []): Woven<T> {
  if (isList(first) && isList(second)) return weaveLists([first, second], weaver, path);
  if (isObject(first) && isObject(second)) return weaveObjects([first, second], weaver, path);
  if (first === second) return first;
  if (typeof first === 'string' && typeof second === 'string') return weaver.text(first, second, path);
  weaver.mismatch(path);
  return first;
}

function weaveLists<T>([first, second]: Pair<readonly JsonValue[]>, weaver: Weaver<T>, path: FieldPath): Woven<T> {
  if (first.length !== second.length) {
    weaver.mismatch(path);
    return first;
  }
  return first.map((item, index) => weave([item, second[index] ?? null], weaver, [...path, index]));
}

function weaveObjects<T>([first, second]: Pair<JsonObject>, weaver: Weaver<T>, path: FieldPath): Woven<T> {
  const keys = Object.keys(first);
  const different = [...keys, ...Object.keys(second)].find((key) => !(key in first) || !(key in second));
  if (different !== undefined) {
    weaver.mismatch([...path, different]);
    return first;
  }
  const entries = keys.map((key) => [key, weave([first[key] ?? null, second[key] ?? null], weaver, [...path, key])]);
  return Object.fromEntries(entries) as { readonly [key: string]: Woven<T> };
}
