import { NodePool, type NodePoolArgs } from '@pulumi/gcp/container';
import type * as pulumi from '@pulumi/pulumi';
import { childOf } from './component';
import type { SystemPoolArgs } from './inference-cluster-args';
import { hardenedNode } from './node-config';
import { applyTransform, type Transform } from './transform';

/** Where the system pool goes. */
export interface SystemPoolSite {
  readonly project: pulumi.Input<string>;
  readonly location: string;
  readonly clusterName: pulumi.Input<string>;
  readonly serviceAccount: pulumi.Input<string>;
  readonly bootDiskKey: pulumi.Input<string> | undefined;
  readonly dependsOn: readonly pulumi.Resource[];
  readonly transform: Transform<NodePoolArgs> | undefined;
}

/** Nodes for everything but models: GPU nodes carry a taint, so something must run the rest. */
export function makeSystemPool(
  parent: pulumi.Resource,
  name: string,
  settings: SystemPoolArgs,
  site: SystemPoolSite,
): NodePool {
  const { minNodes = 1, maxNodes = 6, bootDiskGib = 100, machineType = 'e2-standard-4' } = settings;
  const { serviceAccount, bootDiskKey } = site;
  const args = applyTransform<NodePoolArgs>(site.transform, {
    project: site.project,
    location: site.location,
    cluster: site.clusterName,
    initialNodeCount: 1,
    autoscaling: { totalMinNodeCount: minNodes, totalMaxNodeCount: maxNodes, locationPolicy: 'BALANCED' },
    management: { autoRepair: true, autoUpgrade: true },
    upgradeSettings: { maxSurge: 1, maxUnavailable: 0 },
    networkConfig: { enablePrivateNodes: true },
    nodeConfig: {
      ...hardenedNode({ serviceAccount, bootDiskKey, imageStreaming: true, secureBoot: true }),
      machineType,
      diskType: 'pd-balanced',
      diskSizeGb: bootDiskGib,
    },
  });
  const options = { dependsOn: [...site.dependsOn], ignoreChanges: ['initialNodeCount'] };
  return new NodePool(`${name}-system`, args, childOf(parent, options));
}
