import { getClusterOutput, type GetClusterResult } from '@pulumi/gcp/container';
import { Provider, type ProviderArgs } from '@pulumi/kubernetes/provider';
import { type ConfigFile, type ConfigFileArgs } from '@pulumi/kubernetes/yaml/v2';
import * as pulumi from '@pulumi/pulumi';
import { type ApiProfileLike } from '../core/api-profile';
import { checkCidr } from '../core/gke/cidr';
import { type ClusterOutputs } from '../core/gke/cluster-outputs';
import { checkLocation, isZone, regionOf } from '../core/gke/locations';
import { workloadPool } from '../core/gke/services';
import { problemsOf, type Problem } from '../core/problem';
import { type ClusterFacts, type ClusterMode } from './cluster-facts';
import { childOf, refuseIfAny, typeToken } from './component';
import { installCustomResources } from './custom-resources';
import { type GpuNodePoolArgs, GpuNodePool } from './gpu-node-pool';
import { kubeconfig } from './kubeconfig';
import { applyTransform, type Transforms } from './transform';

/** Arguments of `InferenceCluster.fromExisting`. */
export interface AdoptedClusterArgs {
  /** Project of the cluster. */
  readonly project: pulumi.Input<string>;
  /** Region or zone of the cluster. */
  readonly location: string;
  /** Name of the cluster, as GKE knows it. */
  readonly clusterName: pulumi.Input<string>;
  /**
   * Who manages the nodes.
   * @default 'standard'
   */
  readonly mode?: ClusterMode;
  /**
   * Email of the account for new nodes.
   * @default - GKE's default, the project's Compute Engine account
   */
  readonly nodeServiceAccount?: pulumi.Input<string>;
  /**
   * Cloud KMS key for boot disks of new nodes.
   * @default - Google's own key
   */
  readonly bootDiskKey?: pulumi.Input<string>;
  /**
   * Range of the network's proxy-only subnet, for network policies.
   * @default - not known
   */
  readonly proxyRange?: string;
  /**
   * Install the custom resource definitions that GKE does not, for this generation of the APIs.
   * @default - none are installed
   */
  readonly installCustomResources?: ApiProfileLike;
  /**
   * Changes to the arguments of child resources.
   * @default - none
   */
  readonly transform?: Transforms<{ provider: ProviderArgs; customResource: ConfigFileArgs }>;
}

/** A cluster that exists: a way in, and node pools for it. Nothing of the cluster itself is changed. */
export class AdoptedCluster extends pulumi.ComponentResource implements ClusterFacts {
  public readonly mode: ClusterMode;
  public readonly project: pulumi.Output<string>;
  public readonly location: string;
  public readonly zones: readonly string[] | undefined;
  public readonly clusterName: pulumi.Output<string>;
  public readonly nodeServiceAccount: pulumi.Output<string> | undefined;
  public readonly bootDiskKey: pulumi.Input<string> | undefined;
  public readonly provider: Provider;
  public readonly kubeconfig: pulumi.Output<string>;
  public readonly outputs: pulumi.Output<ClusterOutputs>;
  public readonly ready: readonly pulumi.Resource[] = [];
  public readonly customResources: readonly ConfigFile[];
  readonly #name: string;

  public constructor(name: string, args: AdoptedClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    refuseIfAny(name, checkArgs(args));
    super(typeToken('AdoptedCluster'), name, {}, opts);

    const { location, nodeServiceAccount } = args;
    this.#name = name;
    this.mode = args.mode ?? 'standard';
    this.project = pulumi.output(args.project);
    this.location = location;
    this.zones = isZone(location) ? [location] : undefined;
    this.clusterName = pulumi.output(args.clusterName);
    this.nodeServiceAccount = nodeServiceAccount === undefined ? undefined : pulumi.output(nodeServiceAccount);
    this.bootDiskKey = args.bootDiskKey;
    this.kubeconfig = this.#kubeconfig();
    this.provider = new Provider(`${name}-kubernetes`, this.#providerArgs(args), childOf(this));
    this.customResources = this.#installCustomResources(args);
    this.outputs = this.#clusterOutputs(args);
    this.registerOutputs({ clusterName: this.clusterName, kubeconfig: this.kubeconfig, outputs: this.outputs });
  }

  /**
   * Adds nodes with GPUs.
   *
   * @param role what the pool is for; it becomes part of the logical name
   */
  public addGpuPool(
    role: string,
    args: Omit<GpuNodePoolArgs, 'cluster'>,
    opts?: pulumi.ComponentResourceOptions,
  ): GpuNodePool {
    const options = pulumi.mergeOptions({ parent: this }, opts);
    return new GpuNodePool(`${this.#name}-${role}`, { ...args, cluster: this }, options);
  }

  #kubeconfig(): pulumi.Output<string> {
    const { location } = this;
    const found = getClusterOutput({ name: this.clusterName, location, project: this.project }, { parent: this });
    const text = pulumi
      .all([this.project, this.clusterName, found])
      .apply(([project, clusterName, cluster]) =>
        kubeconfig({ project, location, clusterName, ...controlPlaneOf(cluster) }),
      );
    return pulumi.secret(text);
  }

  #providerArgs(args: AdoptedClusterArgs): ProviderArgs {
    return applyTransform<ProviderArgs>(args.transform?.provider, {
      kubeconfig: this.kubeconfig,
      // Another way to the same cluster must not replace everything in it.
      clusterIdentifier: pulumi.interpolate`${this.project}/${this.location}/${this.clusterName}`,
    });
  }

  #installCustomResources(args: AdoptedClusterArgs): readonly ConfigFile[] {
    if (args.installCustomResources === undefined) return [];
    return installCustomResources(this, this.#name, {
      apiProfile: args.installCustomResources,
      urls: {},
      provider: this.provider,
      transform: args.transform?.customResource,
    });
  }

  #clusterOutputs({ proxyRange }: AdoptedClusterArgs): pulumi.Output<ClusterOutputs> {
    const { location } = this;
    const account = pulumi.output<string | undefined>(this.nodeServiceAccount);
    return pulumi
      .all([this.project, this.clusterName, account])
      .apply(([project, clusterName, nodeServiceAccount]) => ({
        project,
        location,
        region: regionOf(location),
        clusterName,
        workloadPool: workloadPool(project),
        ...(nodeServiceAccount === undefined ? {} : { nodeServiceAccount }),
        ...(proxyRange === undefined ? {} : { proxyRange }),
      }));
  }
}

/** The DNS name where it is open, since rights decide there; else the address. */
function controlPlaneOf(cluster: GetClusterResult): { host: string; certificateAuthority: string | undefined } {
  const dns = cluster.controlPlaneEndpointsConfigs[0]?.dnsEndpointConfigs[0];
  if (dns?.allowExternalTraffic === true) return { host: dns.endpoint, certificateAuthority: undefined };
  return { host: cluster.endpoint, certificateAuthority: cluster.masterAuths[0]?.clusterCaCertificate };
}

function checkArgs(args: AdoptedClusterArgs): readonly Problem[] {
  return problemsOf(
    checkLocation('location', args.location),
    args.proxyRange === undefined ? undefined : checkCidr('proxyRange', args.proxyRange),
  );
}
