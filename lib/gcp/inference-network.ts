import {
  type Firewall,
  Network,
  type NetworkArgs,
  type RouterNat,
  Subnetwork,
  type SubnetworkArgs,
} from '@pulumi/gcp/compute';
import { type Service, type ServiceArgs } from '@pulumi/gcp/projects';
import * as pulumi from '@pulumi/pulumi';
import { checkRegion } from '../core/gke/locations';
import {
  checkNetworkRanges,
  DEFAULT_NETWORK_DEMAND,
  DEFAULT_NETWORK_RANGES,
  type NetworkRanges,
} from '../core/gke/network-ranges';
import { checkWholeNumber } from '../core/gke/numbers';
import { GoogleApis } from '../core/gke/services';
import { problemsOf, type Problem } from '../core/problem';
import { AdoptedNetwork, type AdoptedNetworkArgs } from './adopted-network';
import { childOf, refuseIfAny, typeToken } from './component';
import { enableServices } from './google-services';
import {
  type ClusterNetwork,
  DEFAULT_MODEL_PORTS,
  makeFirewall,
  makeNat,
  makeProxySubnet,
  type NetworkPartTransforms,
  type NetworkSite,
} from './network-parts';
import { applyTransform, type Transforms } from './transform';

/** Children of InferenceNetwork whose arguments can be changed. */
export type InferenceNetworkTransforms = NetworkPartTransforms &
  Transforms<{ network: NetworkArgs; subnet: SubnetworkArgs; service: ServiceArgs }>;

/** Arguments of {@link InferenceNetwork}. */
export interface InferenceNetworkArgs {
  /**
   * Project of the network.
   * @default - the provider's project
   */
  readonly project?: pulumi.Input<string>;
  /** Region of the subnets, the cluster and its load balancers. */
  readonly region: string;
  /**
   * Range of the nodes.
   * @default '10.0.0.0/20'
   */
  readonly nodeRange?: string;
  /**
   * Range of the pods.
   * @default '10.4.0.0/14'
   */
  readonly podRange?: string;
  /**
   * Range of the Services.
   * @default '10.8.0.0/20'
   */
  readonly serviceRange?: string;
  /**
   * Range of the proxies of regional load balancers, /26 or larger. A network has one for each region.
   * @default '10.9.0.0/23'
   * @see https://cloud.google.com/load-balancing/docs/proxy-only-subnets
   */
  readonly proxyRange?: string;
  /**
   * Nodes that the ranges must hold.
   * @default 64
   */
  readonly maxNodes?: number;
  /**
   * Pods that one node may run, for the size of the pod range.
   * @default 110
   */
  readonly maxPodsPerNode?: number;
  /**
   * Ports of the model servers that load balancers reach.
   * @default [8000]
   */
  readonly modelPorts?: readonly number[];
  /**
   * Largest packet, bytes; 8896 where nodes exchange tensors.
   * @default 1460
   */
  readonly mtu?: number;
  /**
   * Let private nodes reach the internet through Cloud NAT. Without it, images and weights come from Google only.
   * @default true
   */
  readonly nat?: boolean;
  /**
   * Enable the Google APIs that the network needs.
   * @default true
   */
  readonly enableApis?: boolean;
  /**
   * Changes to the arguments of child resources.
   * @default - none
   */
  readonly transform?: InferenceNetworkTransforms;
}

const POD_RANGE = 'pods';
const SERVICE_RANGE = 'services';

/**
 * A VPC for inference: a subnet with ranges for pods and Services, the proxy-only subnet that regional Gateways need,
 * Cloud NAT, and a firewall rule for load balancers.
 */
export class InferenceNetwork extends pulumi.ComponentResource implements ClusterNetwork {
  /** Adopts a network that exists, in the same project or as a Shared VPC. */
  public static fromExisting(
    name: string,
    args: AdoptedNetworkArgs,
    opts?: pulumi.ComponentResourceOptions,
  ): AdoptedNetwork {
    return new AdoptedNetwork(name, args, opts);
  }

  public readonly region: string;
  public readonly networkId: pulumi.Output<string>;
  public readonly subnetworkId: pulumi.Output<string>;
  public readonly podRangeName: pulumi.Output<string>;
  public readonly serviceRangeName: pulumi.Output<string>;
  public readonly proxyRange: pulumi.Output<string>;
  public readonly ready: readonly pulumi.Resource[];
  /** The VPC. */
  public readonly network: Network;
  /** Subnet of nodes, pods and Services. */
  public readonly subnet: Subnetwork;
  /** Subnet of the load balancers' proxies. */
  public readonly proxySubnet: Subnetwork;
  public readonly nat: RouterNat | undefined;
  public readonly firewall: Firewall;
  public readonly services: readonly Service[];

  public constructor(name: string, args: InferenceNetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    const ranges = rangesOf(args);
    refuseIfAny(name, checkArgs(args, ranges));
    super(typeToken('InferenceNetwork'), name, {}, opts);

    this.region = args.region;
    this.services = this.#enableApis(name, args);
    this.network = this.#makeNetwork(name, args);
    this.networkId = this.network.id;
    this.subnet = this.#makeSubnet(name, args, ranges);
    this.subnetworkId = this.subnet.id;
    this.podRangeName = pulumi.output(POD_RANGE);
    this.serviceRangeName = pulumi.output(SERVICE_RANGE);
    this.proxyRange = pulumi.output(ranges.proxyRange);

    const site = this.#site(name, args);
    this.proxySubnet = makeProxySubnet(this, site, ranges.proxyRange);
    const exit = args.nat === false ? undefined : makeNat(this, site, this.subnet.id);
    this.nat = exit?.nat;
    this.firewall = makeFirewall(this, site, {
      proxyRange: ranges.proxyRange,
      podRange: ranges.podRange,
      modelPorts: args.modelPorts ?? DEFAULT_MODEL_PORTS,
    });
    this.ready = [this.subnet, this.proxySubnet, this.firewall, ...(exit === undefined ? [] : [exit.nat])];
    this.registerOutputs({
      networkId: this.networkId,
      subnetworkId: this.subnetworkId,
      podRangeName: this.podRangeName,
      serviceRangeName: this.serviceRangeName,
      proxyRange: this.proxyRange,
    });
  }

  #enableApis(name: string, args: InferenceNetworkArgs): readonly Service[] {
    if (args.enableApis === false) return [];
    const { project, transform } = args;
    return enableServices(this, name, { project, services: GoogleApis.NETWORK, transform: transform?.service });
  }

  #makeNetwork(name: string, args: InferenceNetworkArgs): Network {
    const networkArgs = applyTransform<NetworkArgs>(args.transform?.network, {
      ...(args.project === undefined ? {} : { project: args.project }),
      autoCreateSubnetworks: false,
      mtu: args.mtu ?? 1460,
    });
    return new Network(name, networkArgs, childOf(this, { dependsOn: [...this.services] }));
  }

  #makeSubnet(name: string, args: InferenceNetworkArgs, ranges: NetworkRanges): Subnetwork {
    const subnetArgs = applyTransform<SubnetworkArgs>(args.transform?.subnet, {
      ...(args.project === undefined ? {} : { project: args.project }),
      network: this.network.id,
      region: args.region,
      ipCidrRange: ranges.nodeRange,
      privateIpGoogleAccess: true,
      secondaryIpRanges: [
        { rangeName: POD_RANGE, ipCidrRange: ranges.podRange },
        { rangeName: SERVICE_RANGE, ipCidrRange: ranges.serviceRange },
      ],
    });
    return new Subnetwork(`${name}-nodes`, subnetArgs, childOf(this));
  }

  #site(name: string, args: InferenceNetworkArgs): NetworkSite {
    const { project, region, transform } = args;
    return { name, project, region, networkId: this.network.id, transform, dependsOn: [] };
  }
}

function rangesOf(args: InferenceNetworkArgs): NetworkRanges {
  return {
    nodeRange: args.nodeRange ?? DEFAULT_NETWORK_RANGES.nodeRange,
    podRange: args.podRange ?? DEFAULT_NETWORK_RANGES.podRange,
    serviceRange: args.serviceRange ?? DEFAULT_NETWORK_RANGES.serviceRange,
    proxyRange: args.proxyRange ?? DEFAULT_NETWORK_RANGES.proxyRange,
  };
}

function checkArgs(args: InferenceNetworkArgs, ranges: NetworkRanges): readonly Problem[] {
  const maxNodes = args.maxNodes ?? DEFAULT_NETWORK_DEMAND.maxNodes;
  const maxPodsPerNode = args.maxPodsPerNode ?? DEFAULT_NETWORK_DEMAND.maxPodsPerNode;
  return problemsOf(
    checkRegion(args.region),
    checkWholeNumber('maxNodes', maxNodes, 1, 15000),
    checkWholeNumber('maxPodsPerNode', maxPodsPerNode, 8, 256),
    checkNetworkRanges(ranges, { maxNodes, maxPodsPerNode }),
    args.mtu === undefined ? undefined : checkWholeNumber('mtu', args.mtu, 1300, 8896),
    (args.modelPorts ?? []).flatMap((port) => checkWholeNumber('modelPorts', port, 1, 65535) ?? []),
  );
}
