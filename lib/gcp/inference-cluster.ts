import { Cluster, type ClusterArgs, type NodePool } from '@pulumi/gcp/container';
import { type Service } from '@pulumi/gcp/projects';
import { Provider, type ProviderArgs } from '@pulumi/kubernetes/provider';
import { type ConfigFile } from '@pulumi/kubernetes/yaml/v2';
import * as pulumi from '@pulumi/pulumi';
import { type ClusterOutputs } from '../core/gke/cluster-outputs';
import { isZone, regionOf } from '../core/gke/locations';
import { GoogleApis, workloadPool } from '../core/gke/services';
import { AdoptedCluster, type AdoptedClusterArgs } from './adopted-cluster';
import { clusterConfig } from './cluster-config';
import { type ClusterFacts, type ClusterMode } from './cluster-facts';
import { childOf, refuseIfAny, typeToken } from './component';
import { installCustomResources } from './custom-resources';
import { enableServices } from './google-services';
import { type GpuNodePoolArgs, GpuNodePool } from './gpu-node-pool';
import { type InferenceClusterArgs } from './inference-cluster-args';
import { checkClusterArgs } from './inference-cluster-checks';
import { kubeconfig } from './kubeconfig';
import { makeNodeServiceAccount, type NodeServiceAccount } from './node-service-account';
import { makeSystemPool } from './system-pool';
import { applyTransform } from './transform';

/**
 * A GKE cluster that is ready for inference: the Gateway API and the inference definitions, private nodes with an
 * identity of little power, GPU metrics, image streaming, and a pool for everything that is not a model.
 */
export class InferenceCluster extends pulumi.ComponentResource implements ClusterFacts {
  /** Adopts a cluster that exists. */
  public static fromExisting(
    name: string,
    args: AdoptedClusterArgs,
    opts?: pulumi.ComponentResourceOptions,
  ): AdoptedCluster {
    return new AdoptedCluster(name, args, opts);
  }

  public readonly mode: ClusterMode;
  public readonly project: pulumi.Output<string>;
  public readonly location: string;
  public readonly zones: readonly string[] | undefined;
  public readonly clusterName: pulumi.Output<string>;
  public readonly nodeServiceAccount: pulumi.Output<string>;
  public readonly bootDiskKey: pulumi.Input<string> | undefined;
  public readonly provider: Provider;
  public readonly kubeconfig: pulumi.Output<string>;
  public readonly outputs: pulumi.Output<ClusterOutputs>;
  public readonly ready: readonly pulumi.Resource[];
  public readonly cluster: Cluster;
  /** The pool without GPUs; undefined on Autopilot. */
  public readonly systemPool: NodePool | undefined;
  /** The account of the nodes; undefined where one was given. */
  public readonly nodeAccount?: NodeServiceAccount;
  public readonly services: readonly Service[];
  /** Definitions that GKE does not install. */
  public readonly customResources: readonly ConfigFile[];
  readonly #name: string;

  public constructor(name: string, args: InferenceClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    refuseIfAny(name, checkClusterArgs(args));
    super(typeToken('InferenceCluster'), name, {}, opts);

    this.#name = name;
    this.mode = args.mode ?? 'standard';
    this.project = pulumi.output(args.project);
    this.location = args.location;
    this.zones = zonesOf(args);
    this.bootDiskKey = args.bootDiskKey;
    this.services = this.#enableApis(args);
    if (args.nodeServiceAccount === undefined) {
      this.nodeAccount = this.#makeAccount(args);
      this.nodeServiceAccount = this.nodeAccount.account.email;
    } else {
      this.nodeServiceAccount = pulumi.output(args.nodeServiceAccount);
    }
    this.cluster = this.#makeCluster(args);
    this.clusterName = this.cluster.name;
    this.systemPool = this.mode === 'autopilot' ? undefined : this.#makeSystemPool(args);
    this.ready = [
      this.cluster,
      ...(this.nodeAccount?.roles ?? []),
      ...(this.systemPool === undefined ? [] : [this.systemPool]),
    ];
    this.kubeconfig = this.#kubeconfig(args);
    this.provider = this.#makeProvider(args);
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

  #enableApis(args: InferenceClusterArgs): readonly Service[] {
    if (args.enableApis === false) return [];
    const { project, transform } = args;
    const plan = { project, services: GoogleApis.CLUSTER, transform: transform?.service };
    return enableServices(this, this.#name, plan);
  }

  #makeAccount(args: InferenceClusterArgs): NodeServiceAccount {
    const { project, transform } = args;
    return makeNodeServiceAccount(this, this.#name, { project, dependsOn: this.services, transform });
  }

  #makeCluster(args: InferenceClusterArgs): Cluster {
    const clusterArgs = applyTransform<ClusterArgs>(
      args.transform?.cluster,
      clusterConfig(args, this.nodeServiceAccount),
    );
    const options = {
      dependsOn: [...this.services, ...args.network.ready, ...(this.nodeAccount?.roles ?? [])],
      // The first pool is gone as soon as the cluster is there.
      ignoreChanges: ['nodeConfig', 'initialNodeCount'],
    };
    return new Cluster(this.#name, clusterArgs, childOf(this, options));
  }

  #makeSystemPool(args: InferenceClusterArgs): NodePool {
    return makeSystemPool(this, this.#name, args.systemPool ?? {}, {
      project: args.project,
      location: args.location,
      clusterName: this.cluster.name,
      serviceAccount: this.nodeServiceAccount,
      bootDiskKey: args.bootDiskKey,
      dependsOn: this.nodeAccount?.roles ?? [],
      transform: args.transform?.systemPool,
    });
  }

  #kubeconfig(args: InferenceClusterArgs): pulumi.Output<string> {
    const { location } = this;
    const { endpoint, masterAuth, controlPlaneEndpointsConfig } = this.cluster;
    const byName = (args.controlPlaneAccess ?? 'dns') === 'dns';
    const text = pulumi
      .all([this.project, this.clusterName, endpoint, masterAuth, controlPlaneEndpointsConfig])
      .apply(([project, clusterName, address, auth, endpoints]) =>
        kubeconfig({
          project,
          location,
          clusterName,
          host: byName ? endpoints.dnsEndpointConfig.endpoint : address,
          certificateAuthority: byName ? undefined : auth.clusterCaCertificate,
        }),
      );
    return pulumi.secret(text);
  }

  #makeProvider(args: InferenceClusterArgs): Provider {
    const providerArgs = applyTransform<ProviderArgs>(args.transform?.provider, {
      kubeconfig: this.kubeconfig,
      // Another way to the same cluster must not replace everything in it.
      clusterIdentifier: pulumi.interpolate`${this.project}/${this.location}/${this.clusterName}`,
    });
    return new Provider(`${this.#name}-kubernetes`, providerArgs, childOf(this, { dependsOn: [...this.ready] }));
  }

  #installCustomResources(args: InferenceClusterArgs): readonly ConfigFile[] {
    if (args.installCustomResources === false) return [];
    return installCustomResources(this, this.#name, {
      apiProfile: args.apiProfile ?? 'v1',
      urls: args.customResourceUrls ?? {},
      provider: this.provider,
      transform: args.transform?.customResource,
    });
  }

  #clusterOutputs(args: InferenceClusterArgs): pulumi.Output<ClusterOutputs> {
    const { location } = this;
    const { project, clusterName, nodeServiceAccount } = this;
    const proxyRange = pulumi.output<string | undefined>(args.network.proxyRange);
    return pulumi
      .all([project, clusterName, nodeServiceAccount, proxyRange])
      .apply(([id, cluster, account, range]) => ({
        project: id,
        location,
        region: regionOf(location),
        clusterName: cluster,
        workloadPool: workloadPool(id),
        nodeServiceAccount: account,
        ...(range === undefined ? {} : { proxyRange: range }),
      }));
  }
}

function zonesOf({ nodeLocations, location }: InferenceClusterArgs): readonly string[] | undefined {
  if (!isZone(location)) return nodeLocations;
  return [...new Set([location, ...(nodeLocations ?? [])])];
}
