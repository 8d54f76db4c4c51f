import { type IConstruct } from 'constructs';

const CONTEXT_KEY = 'gke-inference-gateway/cluster';

/**
 * Says which cluster the objects below a scope go to, for an app that holds the manifests of several: equal names and
 * groups are then compared within one cluster only.
 *
 * @throws when the scope has children already
 */
export function setCluster(scope: IConstruct, name: string): void {
  if (scope.node.children.length > 0) {
    throw new Error(`setCluster: '${scope.node.path}' has children already; call it before the first of them is made`);
  }
  scope.node.setContext(CONTEXT_KEY, name);
}

/** Name of the cluster that a construct's objects go to; empty for an app with one cluster. */
export function clusterOf(construct: IConstruct): string {
  const name: unknown = construct.node.tryGetContext(CONTEXT_KEY);
  return typeof name === 'string' ? name : '';
}
