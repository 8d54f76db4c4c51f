import type * as jspb from 'google-protobuf';
import { type RegisterResourceRequest } from '@pulumi/pulumi/proto/resource_pb';
import { type ResourceOptions, type ResourceState } from './resource-state';
import { aliasUrns, type Place, urnOf } from './urn';
import { decode, type Json, type JsonRecord } from './wire';

/** What the program asked for, before any answer. */
export type Registration = Omit<ResourceState, 'id' | 'outputs' | 'secretOutputPaths'>;

/** Reads a registration message. */
export function readRegistration(request: RegisterResourceRequest, place: Place): Registration {
  const [type, name, parent] = [request.getType(), request.getName(), request.getParent() || undefined];
  const { value: inputs, secretPaths } = decode(request.getObject());
  return {
    urn: urnOf(place, type, name, parent),
    type,
    name,
    parent,
    custom: request.getCustom(),
    remote: request.getRemote(),
    external: false,
    inputs,
    secretPaths,
    dependencies: request.getDependenciesList(),
    propertyDependencies: fromMap(request.getPropertydependenciesMap(), (list) => list.getUrnsList()),
    provider: providerUrn(request.getProvider()),
    providers: fromMap(request.getProvidersMap(), (reference) => providerUrn(reference) ?? ''),
    aliases: [...request.getAliasurnsList(), ...aliasUrns(request.getAliasesList(), place, { type, name, parent })],
    options: optionsOf(request),
  };
}

/** A provider reference is the URN and the id of the provider. */
export function providerUrn(reference: string): string | undefined {
  return reference === '' ? undefined : reference.slice(0, reference.lastIndexOf('::'));
}

/** Puts the previous value back where a registration ignores changes; only plain dotted paths are followed. */
export function ignoreChanges(inputs: JsonRecord, previous: JsonRecord, paths: readonly string[]): JsonRecord {
  return paths.reduce<JsonRecord>((record, path) => restore(record, previous, path.split('.')), inputs);
}

function restore(record: JsonRecord, previous: JsonRecord, [key, ...rest]: readonly string[]): JsonRecord {
  if (key === undefined) return record;
  const [now, before] = [record[key], previous[key]];
  if (rest.length > 0 && isPlain(now) && isPlain(before)) return { ...record, [key]: restore(now, before, rest) };
  if (before === undefined) return Object.fromEntries(Object.entries(record).filter(([name]) => name !== key));
  return { ...record, [key]: before };
}

function fromMap<In, Out>(map: jspb.Map<string, In>, of: (value: In) => Out): Readonly<Record<string, Out>> {
  const entries: [string, Out][] = [];
  map.forEach((value, key) => entries.push([key, of(value)]));
  return Object.fromEntries(entries);
}

function isPlain(value: Json | undefined): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function optionsOf(request: RegisterResourceRequest): ResourceOptions {
  const timeouts = Object.entries(request.getCustomtimeouts()?.toObject() ?? {}).filter(([, value]) => value !== '');
  const all: Record<string, unknown> = {
    protect: request.getProtect(),
    deleteBeforeReplace: request.getDeletebeforereplacedefined() ? request.getDeletebeforereplace() : undefined,
    retainOnDelete: request.getRetainondelete(),
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    customTimeouts: Object.fromEntries(timeouts.map(([key, value]) => [key.replace(/^pb_/, ''), value])),
    deletedWith: request.getDeletedwith(),
    import: request.getImportid(),
    version: request.getVersion(),
    pluginDownloadUrl: request.getPlugindownloadurl(),
    hooks: request.hasHooks() ? true : undefined,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => !isEmpty(value)));
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === '') return true;
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
