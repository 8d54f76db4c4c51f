import { Provider } from '@pulumi/kubernetes/provider';
import * as pulumi from '@pulumi/pulumi';
import { type ClusterFacts } from '../../lib/gcp/cluster-facts';

/** A cluster for tests of what goes into it. Made inside a recorded program: its provider is a resource. */
export function fakeCluster(facts: Partial<ClusterFacts> = {}): ClusterFacts {
  return {
    ...clusterData(),
    provider: new Provider('kube', { kubeconfig: '{}' }),
    ...facts,
  };
}

/** The same without a provider, for what must be refused before any resource is made. */
export function clusterData(facts: Partial<ClusterFacts> = {}): ClusterFacts {
  const project = pulumi.output('my-project');
  return {
    mode: 'standard',
    project,
    location: 'us-central1',
    zones: undefined,
    clusterName: pulumi.output('llm'),
    nodeServiceAccount: pulumi.output('nodes@my-project.iam.gserviceaccount.com'),
    bootDiskKey: undefined,
    // Nothing that is refused looks at it.
    provider: undefined as unknown as Provider,
    kubeconfig: pulumi.secret('{}'),
    outputs: project.apply((id) => ({
      project: id,
      location: 'us-central1',
      region: 'us-central1',
      clusterName: 'llm',
      workloadPool: `${id}.svc.id.goog`,
    })),
    ready: [],
    ...facts,
  };
}
