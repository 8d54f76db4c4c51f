import { ApiObject } from 'cdk8s';
import { type IConstruct } from 'constructs';
import { clusterOf } from './cluster-scope';
import { isOverridden } from './override';

/** Pods that a workload of the app makes, as rendered, overrides included. */
export interface PodTemplate {
  readonly path: string;
  readonly cluster: string;
  readonly namespace: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: readonly number[];
}

/** What the checks that look across constructs need to know of a whole app. */
export interface ManifestIndex {
  /** Construct paths by `cluster/group/kind/namespace/name`. */
  readonly objects: ReadonlyMap<string, readonly string[]>;
  /** Construct paths by `cluster/group/kind`. */
  readonly kinds: ReadonlyMap<string, readonly string[]>;
  /** Pods of the workloads whose labels and ports are known without rendering them. */
  readonly knownPods: readonly PodTemplate[];
  /** Pods of all other workloads: rendered, which takes time, so ask only when the known ones do not answer. */
  otherPods(): readonly PodTemplate[];
}

const indexes = new WeakMap<IConstruct, ManifestIndex>();

/**
 * Makes the app rebuild its index at the start of every synth. cdk8s validates the root first, so constructs that ask
 * during the same validation share one walk over the tree.
 */
export function keepIndexFresh(scope: IConstruct): void {
  const { root } = scope.node;
  if (indexes.has(root)) return;
  indexes.set(root, buildIndex(root));
  root.node.addValidation({
    validate: () => {
      indexes.set(root, buildIndex(root));
      return [];
    },
  });
}

/** The index of the app that a construct belongs to. */
export function manifestIndex(scope: IConstruct): ManifestIndex {
  return indexes.get(scope.node.root) ?? buildIndex(scope.node.root);
}

/** Key of a kind in the index, within the cluster of a construct. */
export function kindKey(construct: IConstruct, group: string, kind: string): string {
  return [clusterOf(construct), group, kind].join('/');
}

/** Key of an object in the index. */
export function objectKey(object: ApiObject): string {
  const namespace = isClusterScoped(object.kind) ? '' : (object.metadata.namespace ?? '');
  return [clusterOf(object), object.apiGroup, object.kind, namespace, object.name].join('/');
}

/** Whether objects of a kind live outside namespaces; of the kinds that the library makes. */
export function isClusterScoped(kind: string): boolean {
  return kind.startsWith('Cluster');
}

function buildIndex(root: IConstruct): ManifestIndex {
  const all = root.node.findAll().filter((construct): construct is ApiObject => ApiObject.isApiObject(construct));
  const objects = new Map<string, string[]>();
  const kinds = new Map<string, string[]>();
  for (const object of all) {
    append(objects, objectKey(object), object.node.path);
    append(kinds, kindKey(object, object.apiGroup, object.kind), object.node.path);
  }
  const workloads = all.filter((object) => WORKLOADS.has(object.kind));
  const knownPods = workloads.flatMap((object) => knownTemplate(object) ?? []);
  let others: readonly PodTemplate[] | undefined;
  return {
    objects,
    kinds,
    knownPods,
    otherPods: () => (others ??= workloads.filter((object) => !knownTemplate(object)).flatMap(renderedTemplate)),
  };
}

/** Labels and ports of the pods that a workload makes. */
export type PodFacts = () => Pick<PodTemplate, 'labels' | 'ports'>;

const podFacts = new WeakMap<ApiObject, PodFacts>();

/** Says what the pods of a workload look like, as long as nobody patches it. */
export function declarePods(object: ApiObject, facts: PodFacts): void {
  podFacts.set(object, facts);
}

/** Undefined for a workload that must be rendered to be known: one of the user's own, or one that was patched. */
function knownTemplate(object: ApiObject): PodTemplate | undefined {
  const facts = podFacts.get(object);
  if (facts === undefined || isOverridden(object) || hasPatches(object)) return undefined;
  const place = { path: object.node.path, cluster: clusterOf(object), namespace: object.metadata.namespace };
  return { ...place, ...facts() };
}

/** The rendered object where somebody overrode or patched it; undefined where its construct's own fields still hold. */
export function renderIfChanged(object: ApiObject): unknown {
  return isOverridden(object) || hasPatches(object) ? render(object) : undefined;
}

/** cdk8s keeps the patches of `addJsonPatch` private; where it no longer has the field, every workload is rendered. */
function hasPatches(object: ApiObject): boolean {
  const patches: unknown = Reflect.get(object, 'patches');
  return !Array.isArray(patches) || patches.length > 0;
}

function append(map: Map<string, string[]>, key: string, path: string): void {
  const paths = map.get(key);
  if (paths === undefined) map.set(key, [path]);
  else paths.push(path);
}

const WORKLOADS = new Set(['Deployment', 'StatefulSet', 'DaemonSet']);

interface RenderedWorkload {
  readonly metadata?: { readonly namespace?: string };
  readonly spec?: { readonly template?: RenderedTemplate };
}

interface RenderedTemplate {
  readonly metadata?: { readonly labels?: Readonly<Record<string, string>> };
  readonly spec?: {
    readonly containers?: readonly { readonly ports?: readonly { readonly containerPort: number }[] }[];
  };
}

function renderedTemplate(object: ApiObject): readonly PodTemplate[] {
  const workload = render(object);
  const template = workload?.spec?.template;
  if (template === undefined) return [];
  const ports = (template.spec?.containers ?? []).flatMap((container) => container.ports ?? []);
  return [
    {
      path: object.node.path,
      cluster: clusterOf(object),
      namespace: workload?.metadata?.namespace,
      labels: template.metadata?.labels ?? {},
      ports: ports.map((port) => port.containerPort),
    },
  ];
}

/** A workload with invalid settings may not render; its own checks report that. */
function render(object: ApiObject): RenderedWorkload | undefined {
  try {
    return object.toJson() as RenderedWorkload;
  } catch {
    return undefined;
  }
}
