import {
  type Firewall,
  type RouterNat,
  type Subnetwork,
  SubnetworkIAMMember,
  type SubnetworkIAMMemberArgs,
} from '@pulumi/gcp/compute';
import { IAMMember, type IAMMemberArgs } from '@pulumi/gcp/projects';
import * as pulumi from '@pulumi/pulumi';
import { checkCidr } from '../core/gke/cidr';
import { checkRegion } from '../core/gke/locations';
import { checkProxyRange } from '../core/gke/network-ranges';
import { checkWholeNumber } from '../core/gke/numbers';
import { problemsOf, type Problem } from '../core/problem';
import { childOf, refuseIfAny, typeToken } from './component';
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

/** Children of AdoptedNetwork whose arguments can be changed. */
export type AdoptedNetworkTransforms = NetworkPartTransforms &
  Transforms<{ hostRole: IAMMemberArgs; subnetRole: SubnetworkIAMMemberArgs }>;

/** Arguments of `InferenceNetwork.fromExisting`. */
export interface AdoptedNetworkArgs {
  /**
   * Project of the network: the host project of a Shared VPC.
   * @default - the provider's project
   */
  readonly project?: pulumi.Input<string>;
  /** Region of the subnet. */
  readonly region: string;
  /** Name or id of the network; in a Shared VPC `projects/HOST/global/networks/NAME`. */
  readonly network: pulumi.Input<string>;
  /** Name or id of the subnet; in a Shared VPC `projects/HOST/regions/REGION/subnetworks/NAME`. */
  readonly subnetwork: pulumi.Input<string>;
  /** Name of the subnet's secondary range for pods. */
  readonly podRangeName: pulumi.Input<string>;
  /** Name of the subnet's secondary range for Services. */
  readonly serviceRangeName: pulumi.Input<string>;
  /**
   * Range of the load balancers' proxies: of the subnet that exists, or of the one to make.
   * @default - the network has a proxy-only subnet, of a range that does not matter
   */
  readonly proxyRange?: string;
  /**
   * Make the proxy-only subnet. A network has one for each region.
   * @default false
   */
  readonly createProxySubnet?: boolean;
  /**
   * Make the firewall rule for health checks and proxies. GKE makes it itself, except in a Shared VPC.
   * @default - true with sharedVpc
   */
  readonly createFirewall?: boolean;
  /**
   * Make Cloud NAT for the subnet.
   * @default false
   */
  readonly createNat?: boolean;
  /**
   * Range of the pods, to open the firewall for them alone.
   * @default - the rule covers every address of the network
   */
  readonly podRange?: string;
  /**
   * Ports of the model servers that load balancers reach.
   * @default [8000]
   */
  readonly modelPorts?: readonly number[];
  /**
   * The network belongs to a host project: gives GKE of the service project its roles there.
   * @default - the network is in the cluster's own project
   * @see https://cloud.google.com/kubernetes-engine/docs/how-to/cluster-shared-vpc
   */
  readonly sharedVpc?: SharedVpcArgs;
  /**
   * Changes to the arguments of child resources.
   * @default - none
   */
  readonly transform?: AdoptedNetworkTransforms;
}

/** The service project that uses a Shared VPC. */
export interface SharedVpcArgs {
  /** Number of the project that the cluster is in, such as `123456789012`. */
  readonly serviceProjectNumber: pulumi.Input<string>;
}

/** A network that exists, with the parts that inference needs and it may lack. */
export class AdoptedNetwork extends pulumi.ComponentResource implements ClusterNetwork {
  public readonly region: string;
  public readonly networkId: pulumi.Output<string>;
  public readonly subnetworkId: pulumi.Output<string>;
  public readonly podRangeName: pulumi.Output<string>;
  public readonly serviceRangeName: pulumi.Output<string>;
  public readonly proxyRange: pulumi.Output<string> | undefined;
  public readonly ready: readonly pulumi.Resource[];
  public readonly proxySubnet: Subnetwork | undefined;
  public readonly nat: RouterNat | undefined;
  public readonly firewall: Firewall | undefined;
  /** Roles of GKE in the host project of a Shared VPC. */
  public readonly roles: readonly pulumi.Resource[];

  public constructor(name: string, args: AdoptedNetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    refuseIfAny(name, checkArgs(args));
    super(typeToken('AdoptedNetwork'), name, {}, opts);

    this.region = args.region;
    this.networkId = pulumi.output(args.network);
    this.subnetworkId = pulumi.output(args.subnetwork);
    this.podRangeName = pulumi.output(args.podRangeName);
    this.serviceRangeName = pulumi.output(args.serviceRangeName);
    this.proxyRange = args.proxyRange === undefined ? undefined : pulumi.output(args.proxyRange);

    const { project, region, transform, proxyRange } = args;
    const site: NetworkSite = { name, project, region, networkId: args.network, transform, dependsOn: [] };
    this.proxySubnet =
      args.createProxySubnet === true && proxyRange !== undefined ? makeProxySubnet(this, site, proxyRange) : undefined;
    this.nat = args.createNat === true ? makeNat(this, site, args.subnetwork).nat : undefined;
    this.firewall = wantsFirewall(args) ? this.#makeFirewall(site, args) : undefined;
    this.roles = args.sharedVpc === undefined ? [] : this.#makeRoles(name, args, args.sharedVpc);
    this.ready = [this.proxySubnet, this.nat, this.firewall, ...this.roles].filter((part) => part !== undefined);
    this.registerOutputs({ networkId: this.networkId, subnetworkId: this.subnetworkId });
  }

  #makeFirewall(site: NetworkSite, args: AdoptedNetworkArgs): Firewall | undefined {
    if (args.proxyRange === undefined) return undefined;
    const modelPorts = args.modelPorts ?? DEFAULT_MODEL_PORTS;
    return makeFirewall(this, site, { proxyRange: args.proxyRange, podRange: args.podRange, modelPorts });
  }

  #makeRoles(name: string, args: AdoptedNetworkArgs, shared: SharedVpcArgs): readonly pulumi.Resource[] {
    const number = pulumi.output(shared.serviceProjectNumber);
    const gke = pulumi.interpolate`serviceAccount:service-${number}@container-engine-robot.iam.gserviceaccount.com`;
    const apis = pulumi.interpolate`serviceAccount:${number}@cloudservices.gserviceaccount.com`;
    const hostArgs = applyTransform<IAMMemberArgs>(args.transform?.hostRole, {
      // Checked before: a Shared VPC names its host project.
      project: args.project ?? '',
      role: 'roles/container.hostServiceAgentUser',
      member: gke,
    });
    const subnetRole = (role: string, member: pulumi.Output<string>): SubnetworkIAMMember =>
      new SubnetworkIAMMember(
        `${name}-${role}`,
        applyTransform<SubnetworkIAMMemberArgs>(args.transform?.subnetRole, {
          project: args.project,
          region: args.region,
          subnetwork: args.subnetwork,
          role: 'roles/compute.networkUser',
          member,
        }),
        childOf(this),
      );
    return [
      new IAMMember(`${name}-gke-host-agent`, hostArgs, childOf(this)),
      subnetRole('gke-network-user', gke),
      subnetRole('apis-network-user', apis),
    ];
  }
}

function wantsFirewall(args: AdoptedNetworkArgs): boolean {
  return args.createFirewall ?? args.sharedVpc !== undefined;
}

function checkArgs(args: AdoptedNetworkArgs): readonly Problem[] {
  return problemsOf(
    checkRegion(args.region),
    args.proxyRange === undefined ? undefined : checkCidr('proxyRange', args.proxyRange),
    args.podRange === undefined ? undefined : checkCidr('podRange', args.podRange),
    args.proxyRange === undefined && args.createProxySubnet === true ? needsRange('createProxySubnet') : undefined,
    args.createProxySubnet === true && args.proxyRange !== undefined ? checkProxyRange(args.proxyRange) : undefined,
    args.proxyRange === undefined && wantsFirewall(args)
      ? needsRange(args.createFirewall === undefined ? 'sharedVpc' : 'createFirewall')
      : undefined,
    args.sharedVpc !== undefined && args.project === undefined ? SHARED_WITHOUT_HOST : undefined,
    (args.modelPorts ?? []).flatMap((port) => checkWholeNumber('modelPorts', port, 1, 65535) ?? []),
  );
}

function needsRange(field: string): Problem {
  return {
    what: `${field} without proxyRange`,
    why: 'the range of the load balancers decides it',
    fix: 'give the range of the proxy-only subnet, a /26 or larger',
  };
}

const SHARED_WITHOUT_HOST: Problem = {
  what: 'sharedVpc without project',
  why: 'roles and firewall rules of a Shared VPC are made in its host project',
  fix: 'set project to the host project',
};
