/** The part of a CustomResourceDefinition that importing looks at. */
export interface CustomResourceDefinition {
  readonly kind: string;
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly CrdVersion[];
  };
}

interface CrdVersion {
  readonly name: string;
  readonly schema?: unknown;
}

/**
 * Versions to generate beside a kind's newest one. GKE bundles a Gateway API older than the newest release,
 * and `ReferenceGrant` reached `v1` late.
 */
const OLDER_VERSIONS: Readonly<Record<string, readonly string[]>> = { ReferenceGrant: ['v1beta1'] };

/** Schema properties that hold a whole pod template: typed by `k8s.PodTemplateSpec` already, and a megabyte when generated again. */
const POD_TEMPLATES: Readonly<Record<string, readonly string[]>> = {
  LeaderWorkerSet: ['leaderTemplate', 'workerTemplate'],
};

/** Kinds to generate; releases bring many more. */
const KINDS: ReadonlySet<string> = new Set([
  'GatewayClass',
  'Gateway',
  'HTTPRoute',
  'GRPCRoute',
  'ReferenceGrant',
  'BackendTLSPolicy',
  'InferencePool',
  'InferencePoolImport',
  'InferenceModel',
  'InferenceObjective',
  'InferenceModelRewrite',
  'HealthCheckPolicy',
  'GCPBackendPolicy',
  'GCPGatewayPolicy',
  'GCPTrafficDistributionPolicy',
  'GCPTrafficExtension',
  'GCPRoutingExtension',
  'GCPAuthzPolicy',
  'ComputeClass',
  'PodMonitoring',
  'ClusterPodMonitoring',
  'PodMonitor',
  'ServiceMonitor',
  'PrometheusRule',
  'ScaledObject',
  'TriggerAuthentication',
  'DestinationRule',
  'EnvoyExtensionPolicy',
  'Backend',
  'BackendTrafficPolicy',
  'LeaderWorkerSet',
]);

/** CustomResourceDefinitions by API group, each pruned to the versions that the library uses. */
export function groupsOf(
  definitions: readonly CustomResourceDefinition[],
): ReadonlyMap<string, readonly CustomResourceDefinition[]> {
  const groups = new Map<string, CustomResourceDefinition[]>();
  for (const definition of definitions.filter(({ spec }) => KINDS.has(spec.names.kind))) {
    const { group, names } = definition.spec;
    // A kind that two sources bring is taken from the later one.
    const others = (groups.get(group) ?? []).filter((member) => member.spec.names.kind !== names.kind);
    groups.set(group, [...others, prune(definition)]);
  }
  for (const members of groups.values()) members.sort((a, b) => (a.spec.names.kind < b.spec.names.kind ? -1 : 1));
  return new Map([...groups].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function prune(definition: CustomResourceDefinition): CustomResourceDefinition {
  const { kind } = definition.spec.names;
  const newest = [...definition.spec.versions].sort((a, b) => compareVersions(b.name, a.name))[0];
  const kept = new Set([newest?.name, ...(OLDER_VERSIONS[kind] ?? [])]);
  const versions = definition.spec.versions
    .filter((version) => kept.has(version.name))
    .map((version) => withoutPodTemplates(version, POD_TEMPLATES[kind] ?? []));
  return { ...definition, spec: { ...definition.spec, versions } };
}

/** Kubernetes' version priority: v2 > v1 > v1beta2 > v1beta1 > v1alpha1. */
function compareVersions(a: string, b: string): number {
  const [rankA, rankB] = [versionRank(a), versionRank(b)];
  return rankA.map((part, i) => part - (rankB[i] ?? 0)).find((difference) => difference !== 0) ?? 0;
}

function versionRank(version: string): readonly number[] {
  const match = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version);
  if (match === null) return [-1, 0, 0];
  const stability = match[2] === undefined ? 2 : match[2] === 'beta' ? 1 : 0;
  return [stability, Number(match[1]), Number(match[3] ?? 0)];
}

function withoutPodTemplates<T>(node: T, names: readonly string[]): T {
  if (names.length === 0 || node === null || typeof node !== 'object') return node;
  if (Array.isArray(node)) return node.map((item: unknown) => withoutPodTemplates(item, names)) as T;
  const untyped = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [
      key,
      names.includes(key) ? untyped : withoutPodTemplates(value, names),
    ]),
  ) as T;
}
