import type { Provider } from '@pulumi/kubernetes/provider';
import type * as pulumi from '@pulumi/pulumi';
import type { ClusterOutputs } from '../core/gke/cluster-outputs';

/** Who manages the nodes: you (Standard) or Google (Autopilot). */
export type ClusterMode = 'standard' | 'autopilot';

/**
 * How the control plane is reached, by Pulumi and by you. `dns`: by a DNS name, from anywhere, with IAM rights alone.
 * `public-address`: by an address that is open to the authorized networks. `private-address`: from the VPC only.
 * @see https://cloud.google.com/kubernetes-engine/docs/concepts/network-isolation
 */
export type ControlPlaneAccess = 'dns' | 'public-address' | 'private-address';

/** What other components need to know of a cluster, made or adopted. */
export interface ClusterFacts {
  readonly mode: ClusterMode;
  readonly project: pulumi.Output<string>;
  /** Region or zone of the control plane. */
  readonly location: string;
  /** Zones of the nodes, where they were chosen. */
  readonly zones: readonly string[] | undefined;
  readonly clusterName: pulumi.Output<string>;
  /** Email of the nodes' service account; undefined where GKE uses its own default. */
  readonly nodeServiceAccount: pulumi.Output<string> | undefined;
  /** Key that boot disks are encrypted with; undefined for Google's own. */
  readonly bootDiskKey: pulumi.Input<string> | undefined;
  /** Applies Kubernetes objects to the cluster. */
  readonly provider: Provider;
  /** A kubeconfig for `kubectl`; secret, since it names the control plane. */
  readonly kubeconfig: pulumi.Output<string>;
  /** Plain data for manifests; without secrets. */
  readonly outputs: pulumi.Output<ClusterOutputs>;
  /** What must be there before workloads are. */
  readonly ready: readonly pulumi.Resource[];
}
