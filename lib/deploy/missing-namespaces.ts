import { Labels, MANAGED_BY } from '../core/labels';
import { isKind, textAt } from './manifest';
import { type ObjectArgs, type PlannedObject, type ReleasePlan } from './release-plan';

/** Namespaces that every cluster has. */
const ALWAYS_THERE = new Set(['default', 'kube-system', 'kube-public', 'kube-node-lease']);

/** The namespaces that the objects of a release live in and that no object of it makes. */
export function missingNamespaces({ objects, describe }: ReleasePlan): readonly PlannedObject[] {
  const made = objects.filter(({ manifest }) => isKind(manifest, '', 'Namespace'));
  const seen = new Set([...ALWAYS_THERE, ...made.map(({ manifest }) => textAt(manifest, 'metadata', 'name'))]);
  return objects.flatMap((object) => {
    const name = textAt(object.manifest, 'metadata', 'namespace');
    if (name === undefined || seen.has(name)) return [];
    seen.add(name);
    return [namespace(name, object, describe(name))];
  });
}

function namespace(name: string, { args }: PlannedObject, described: string): PlannedObject {
  const labels = { [Labels.MANAGED_BY]: MANAGED_BY };
  const manifest = { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
  // The name may be an output, and is one wherever an object names the namespace.
  const metadata = args['metadata'] as ObjectArgs;
  return {
    // Paths of objects have a slash, so this is none of theirs.
    path: `namespace:${described.replaceAll(/[${}]/g, '')}`,
    manifest,
    args: { ...manifest, metadata: { labels, name: metadata['namespace'] ?? name } },
    dependsOn: [],
  };
}
