import { type ApiProfile, type ObjectiveGroup } from '../api-profile';

/** A definition that GKE does not install, and where it comes from. */
export interface CustomResourceSource {
  /** Plural name of the resource, such as `inferenceobjectives`. */
  readonly name: string;
  readonly group: string;
  /** The definition's YAML, from a pinned release. */
  readonly url: string;
}

const GAIE = 'https://raw.githubusercontent.com/kubernetes-sigs/gateway-api-inference-extension';
const ROUTER = 'https://raw.githubusercontent.com/llm-d/llm-d-router';

function source(base: string, tag: string, group: string, name: string): CustomResourceSource {
  return Object.freeze({ name, group, url: `${base}/${tag}/config/crd/bases/${group}_${name}.yaml` });
}

const OBJECTIVES: Readonly<Record<ObjectiveGroup, readonly CustomResourceSource[]>> = {
  'inference.networking.x-k8s.io': [
    source(GAIE, 'v1.5.0', 'inference.networking.x-k8s.io', 'inferenceobjectives'),
    source(GAIE, 'v1.5.0', 'inference.networking.x-k8s.io', 'inferencemodelrewrites'),
  ],
  'llm-d.ai': [
    source(ROUTER, 'v0.10.0', 'llm-d.ai', 'inferenceobjectives'),
    source(ROUTER, 'v0.10.0', 'llm-d.ai', 'inferencemodelrewrites'),
  ],
};

const V1ALPHA2 = [
  source(GAIE, 'v1.4.0', 'inference.networking.x-k8s.io', 'inferencepools'),
  source(GAIE, 'v0.5.1', 'inference.networking.x-k8s.io', 'inferencemodels'),
];

/** Group that the pickers of this package and of Google's guides read. */
export const DEFAULT_OBJECTIVE_GROUP: ObjectiveGroup = 'inference.networking.x-k8s.io';

/**
 * Definitions that a cluster needs beside those that GKE installs. Never both groups of objectives: a picker that sees
 * both ignores the objects of the older one without a word.
 */
export function customResourcesFor(profile: ApiProfile): readonly CustomResourceSource[] {
  const objectives = OBJECTIVES[profile.objectives ?? DEFAULT_OBJECTIVE_GROUP];
  return profile.pool === 'v1alpha2' ? [...V1ALPHA2, ...objectives] : objectives;
}

/** Every definition that the library may install. */
export const CUSTOM_RESOURCES: readonly CustomResourceSource[] = Object.freeze([
  ...V1ALPHA2,
  ...OBJECTIVES['inference.networking.x-k8s.io'],
  ...OBJECTIVES['llm-d.ai'],
]);
