import { type ObjectiveGroup, POOL_APIS, type PoolApi } from '../../core/api-profile';

/** Version of objectives and rewrites, in either group. */
const OBJECTIVE_VERSION = 'v1alpha2';

/** Collections that the picker reads, as paths of the API server. */
export const KubePaths = {
  pods: (namespace: string): string => `/api/v1/namespaces/${namespace}/pods`,
  pools: (api: PoolApi, namespace: string): string =>
    `/apis/${POOL_APIS[api].apiVersion}/namespaces/${namespace}/inferencepools`,
  models: (namespace: string): string =>
    `/apis/${POOL_APIS.v1alpha2.apiVersion}/namespaces/${namespace}/inferencemodels`,
  objectives: (group: ObjectiveGroup, namespace: string): string =>
    `/apis/${group}/${OBJECTIVE_VERSION}/namespaces/${namespace}/inferenceobjectives`,
  rewrites: (group: ObjectiveGroup, namespace: string): string =>
    `/apis/${group}/${OBJECTIVE_VERSION}/namespaces/${namespace}/inferencemodelrewrites`,
  leases: (namespace: string): string => `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`,
} as const;

/** A selector of labels that must all be equal, as a query parameter. */
export function labelSelectorOf(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join(',');
}
