import { isDeepStrictEqual } from 'node:util';
import { type ResourceState } from './resource-state';
import { isRecord, type Json } from './wire';
import { STACK_TYPE } from './urn';

/** What a run would change in the cloud. */
export interface Changes {
  readonly creates: readonly string[];
  readonly updates: readonly Update[];
  readonly deletes: readonly string[];
  /** How many resources stay as they are. */
  readonly same: number;
}

/** A resource whose inputs differ. Whether it would be replaced is the provider's to say. */
export interface Update {
  readonly urn: string;
  /** Inputs that differ, such as `spec.template.spec.containers[0].image`. */
  readonly paths: readonly string[];
}

/** Compares two runs by URN, aliases included; the stack itself and resources that are only read do not count. */
export function changes(previous: readonly ResourceState[], next: readonly ResourceState[]): Changes {
  const before = new Map(managed(previous).map((state) => [state.urn, state]));
  const creates: string[] = [];
  const updates: Update[] = [];
  let same = 0;
  for (const state of managed(next)) {
    const urn = [state.urn, ...state.aliases].find((candidate) => before.has(candidate));
    const old = urn === undefined ? undefined : before.get(urn);
    if (urn !== undefined) before.delete(urn);
    const paths = old === undefined ? [] : differences(old, state);
    if (old === undefined) creates.push(state.urn);
    else if (paths.length > 0) updates.push({ urn: state.urn, paths });
    else same++;
  }
  return { creates, updates, deletes: [...before.keys()], same };
}

function managed(states: readonly ResourceState[]): readonly ResourceState[] {
  return states.filter((state) => !state.external && state.type !== STACK_TYPE);
}

function differences(old: ResourceState, state: ResourceState): readonly string[] {
  const secrets = isDeepStrictEqual(old.secretPaths, state.secretPaths) ? [] : ['(secrets)'];
  const provider = old.provider === state.provider ? [] : ['(provider)'];
  return [...differentPaths(old.inputs, state.inputs, ''), ...secrets, ...provider];
}

function differentPaths(old: Json | undefined, now: Json | undefined, path: string): readonly string[] {
  if (isDeepStrictEqual(old, now)) return [];
  if (Array.isArray(old) && Array.isArray(now)) {
    const [a, b] = [old as readonly Json[], now as readonly Json[]];
    const longest = a.length > b.length ? a : b;
    return longest.flatMap((_, index) => differentPaths(a[index], b[index], `${path}[${index}]`));
  }
  if (!isRecord(old) || !isRecord(now)) return [path];
  const keys = [...new Set([...Object.keys(old), ...Object.keys(now)])];
  return keys.flatMap((key) => differentPaths(old[key], now[key], path === '' ? key : `${path}.${key}`));
}
