import { deepFreeze } from './freeze';
import { oneOf, type Problem } from './problem';

/** API group and version that InferencePools are written in. */
export type PoolApi = 'v1' | 'v1alpha2';

/** API group that holds InferenceObjective and InferenceModelRewrite. */
export type ObjectiveGroup = 'inference.networking.x-k8s.io' | 'llm-d.ai';

/** Which generation of the inference APIs a cluster speaks. Every emitted kind follows from it. */
export interface ApiProfile {
  /**
   * API of InferencePool. `v1` needs GKE 1.34.0-gke.1626000; `v1alpha2` is for older clusters and brings the old
   * InferenceModel with it.
   * @default 'v1'
   */
  readonly pool?: PoolApi;
  /**
   * Where objectives and rewrites live. A cluster with both groups silently ignores the older one.
   * @default - the group that the endpoint picker of the pool reads first
   */
  readonly objectives?: ObjectiveGroup;
}

/** A profile by its short name, or in full. */
export type ApiProfileLike = PoolApi | ApiProfile;

/** What follows from the API of a pool. */
export interface PoolApiFacts {
  readonly group: string;
  readonly apiVersion: string;
  /** First GKE version that installs the CustomResourceDefinition by itself. */
  readonly bundledSinceGke: string | undefined;
  /** Most target ports that one pool may have. */
  readonly maxTargetPorts: number;
}

/** @see https://gateway-api-inference-extension.sigs.k8s.io/reference/spec/ */
export const POOL_APIS: Readonly<Record<PoolApi, PoolApiFacts>> = deepFreeze({
  v1: {
    group: 'inference.networking.k8s.io',
    apiVersion: 'inference.networking.k8s.io/v1',
    bundledSinceGke: '1.34.0-gke.1626000',
    maxTargetPorts: 8,
  },
  v1alpha2: {
    group: 'inference.networking.x-k8s.io',
    apiVersion: 'inference.networking.x-k8s.io/v1alpha2',
    bundledSinceGke: undefined,
    maxTargetPorts: 1,
  },
});

/** Group and kind names that routes and policies refer to. */
export const INFERENCE_POOL_KIND = 'InferencePool';
export const GATEWAY_API_GROUP = 'gateway.networking.k8s.io';

const OBJECTIVE_GROUPS: readonly ObjectiveGroup[] = ['inference.networking.x-k8s.io', 'llm-d.ai'];

/** Checks a profile that came from a program without types. */
export function checkApiProfile(profile: ApiProfileLike): Problem | undefined {
  const { pool = 'v1', objectives } = apiProfile(profile);
  const pools = Object.keys(POOL_APIS);
  if (!pools.includes(pool)) {
    return { what: `API profile '${pool}'`, why: 'no cluster speaks that API', fix: `use ${oneOf(pools)}` };
  }
  if (objectives === undefined || OBJECTIVE_GROUPS.includes(objectives)) return undefined;
  return {
    what: `objectives in '${objectives as string}'`,
    why: 'no endpoint picker reads that group',
    fix: `use ${oneOf(OBJECTIVE_GROUPS)}`,
  };
}

/** The profile in full, from its short name. */
export function apiProfile(profile: ApiProfileLike): ApiProfile {
  return typeof profile === 'string' ? { pool: profile } : profile;
}
