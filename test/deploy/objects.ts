import { type JsonObject, type Manifest } from '../../lib/deploy/manifest';
import { type PlannedObject } from '../../lib/deploy/release-plan';

/** A manifest with little in it. */
export function manifest(type: string, spec: JsonObject = {}, metadata: JsonObject = {}): Manifest {
  const at = type.lastIndexOf('/');
  return { apiVersion: type.slice(0, at), kind: type.slice(at + 1), metadata: { name: 'x', ...metadata }, spec };
}

/** A planned object without outputs. */
export function planned(path: string, of: Manifest, dependsOn: readonly string[] = []): PlannedObject {
  return { path, manifest: of, args: of, dependsOn };
}
