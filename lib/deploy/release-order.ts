import { groupOf, type Manifest } from './manifest';
import { type PlannedObject } from './release-plan';

/** An object and what must be applied before it. */
export interface OrderedObject {
  readonly object: PlannedObject;
  /** Paths; each comes earlier in the list. */
  readonly after: readonly string[];
}

/** Kinds by tier; everything else comes last. */
const TIERS: readonly ReadonlySet<string>[] = [
  // What namespaced objects need to exist at all.
  new Set([
    '/Namespace',
    'apiextensions.k8s.io/CustomResourceDefinition',
    'scheduling.k8s.io/PriorityClass',
    'storage.k8s.io/StorageClass',
    'cloud.google.com/ComputeClass',
  ]),
  // What pods read when they start.
  new Set([
    '/ServiceAccount',
    '/ConfigMap',
    '/ResourceQuota',
    '/LimitRange',
    '/PersistentVolume',
    'rbac.authorization.k8s.io/Role',
    'rbac.authorization.k8s.io/ClusterRole',
  ]),
  // What the API server accepts only beside the above: tokens of service accounts, bindings of roles.
  new Set(['/Secret', 'rbac.authorization.k8s.io/RoleBinding', 'rbac.authorization.k8s.io/ClusterRoleBinding']),
];

/**
 * Puts objects into tiers: foundation, configuration, bindings, then everything else at once. There is no finer order on
 * purpose: an endpoint picker becomes ready only when it finds its InferencePool, a Service only when it finds ready
 * pods, and a load balancer takes as long as a model does to load, so waiting for one before applying the other would
 * stall or double the time. Deletion goes the other way round.
 */
export function releaseOrder(objects: readonly PlannedObject[]): readonly OrderedObject[] {
  const byPath = new Map(objects.map((object) => [object.path, object]));
  const tiers = new Map<string, number>();
  const order: PlannedObject[] = [];
  // Depth first, so that dependencies of the charts come before what needs them. cdk8s has refused cycles already.
  const place = (object: PlannedObject): number => {
    const known = tiers.get(object.path);
    if (known !== undefined) return known;
    const below = object.dependsOn.flatMap((path) => byPath.get(path) ?? []).map(place);
    const tier = Math.max(tierOf(object.manifest), ...below);
    tiers.set(object.path, tier);
    order.push(object);
    return tier;
  };
  const sorted = [...objects].sort((a, b) => tierOf(a.manifest) - tierOf(b.manifest));
  sorted.forEach(place);
  const levels = [...new Set(tiers.values())].sort((a, b) => a - b);
  return levels.flatMap((level, index) => {
    const before = order.filter(({ path }) => tiers.get(path) === levels[index - 1]).map(({ path }) => path);
    const here = order.filter(({ path }) => tiers.get(path) === level);
    return here.map((object) => ({ object, after: [...new Set([...before, ...object.dependsOn])] }));
  });
}

function tierOf(manifest: Manifest): number {
  const tier = TIERS.findIndex((kinds) => kinds.has(`${groupOf(manifest)}/${manifest.kind}`));
  return tier < 0 ? TIERS.length : tier;
}
