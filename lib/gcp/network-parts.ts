import {
  Firewall,
  type FirewallArgs,
  Router,
  type RouterArgs,
  RouterNat,
  type RouterNatArgs,
  Subnetwork,
  type SubnetworkArgs,
} from '@pulumi/gcp/compute';
import type * as pulumi from '@pulumi/pulumi';
import { HEALTH_CHECK_RANGES } from '../core/gke/network-ranges';
import { MODEL_SERVER_PORT, PickerPorts } from '../core/ports';
import { childOf } from './component';
import { applyTransform, type Transforms } from './transform';

/** What a cluster needs to know of its network, made or adopted. */
export interface ClusterNetwork {
  /** Region of the subnets. */
  readonly region: string;
  /** The VPC. */
  readonly networkId: pulumi.Output<string>;
  /** The subnet of nodes, pods and Services. */
  readonly subnetworkId: pulumi.Output<string>;
  /** Name of the subnet's secondary range for pods. */
  readonly podRangeName: pulumi.Output<string>;
  /** Name of the subnet's secondary range for Services. */
  readonly serviceRangeName: pulumi.Output<string>;
  /** Range of the load balancers' proxies; undefined where it is not known. */
  readonly proxyRange: pulumi.Output<string> | undefined;
  /** What must be there before nodes and load balancers are. */
  readonly ready: readonly pulumi.Resource[];
}

/** Children whose arguments can be changed. */
export type NetworkPartTransforms = Transforms<{
  proxySubnet: SubnetworkArgs;
  router: RouterArgs;
  nat: RouterNatArgs;
  firewall: FirewallArgs;
}>;

/** Where the parts of a network go. */
export interface NetworkSite {
  readonly name: string;
  readonly project: pulumi.Input<string> | undefined;
  readonly region: string;
  readonly networkId: pulumi.Input<string>;
  readonly transform: NetworkPartTransforms | undefined;
  readonly dependsOn: readonly pulumi.Resource[];
}

/** The subnet that the proxies of regional load balancers live in; without it no Gateway becomes ready. */
export function makeProxySubnet(parent: pulumi.Resource, site: NetworkSite, range: string): Subnetwork {
  const args = applyTransform<SubnetworkArgs>(site.transform?.proxySubnet, {
    ...projectOf(site),
    network: site.networkId,
    region: site.region,
    ipCidrRange: range,
    purpose: 'REGIONAL_MANAGED_PROXY',
    role: 'ACTIVE',
  });
  return new Subnetwork(`${site.name}-proxies`, args, childOf(parent, { dependsOn: [...site.dependsOn] }));
}

/** Lets nodes without public addresses reach the internet, for images and weights. */
export function makeNat(
  parent: pulumi.Resource,
  site: NetworkSite,
  subnetworkId: pulumi.Input<string>,
): { readonly router: Router; readonly nat: RouterNat } {
  const routerArgs = applyTransform<RouterArgs>(site.transform?.router, {
    ...projectOf(site),
    network: site.networkId,
    region: site.region,
  });
  const router = new Router(`${site.name}-router`, routerArgs, childOf(parent, { dependsOn: [...site.dependsOn] }));
  const natArgs = applyTransform<RouterNatArgs>(site.transform?.nat, {
    ...projectOf(site),
    router: router.name,
    region: site.region,
    natIpAllocateOption: 'AUTO_ONLY',
    sourceSubnetworkIpRangesToNat: 'LIST_OF_SUBNETWORKS',
    subnetworks: [{ name: subnetworkId, sourceIpRangesToNats: ['ALL_IP_RANGES'] }],
    logConfig: { enable: true, filter: 'ERRORS_ONLY' },
  });
  return { router, nat: new RouterNat(`${site.name}-nat`, natArgs, childOf(parent)) };
}

/** Which traffic of the load balancers reaches pods. */
export interface FirewallPlan {
  readonly proxyRange: pulumi.Input<string>;
  /** Range of the pods; undefined opens the ports on every address of the network. */
  readonly podRange: pulumi.Input<string> | undefined;
  readonly modelPorts: readonly number[];
}

/**
 * Lets health checks and proxies reach model servers and pickers. GKE makes such rules itself, except in a Shared VPC,
 * where it has no right to.
 */
export function makeFirewall(parent: pulumi.Resource, site: NetworkSite, plan: FirewallPlan): Firewall {
  const ports = [...plan.modelPorts, PickerPorts.EXT_PROC, PickerPorts.HEALTH].map(String);
  const args = applyTransform<FirewallArgs>(site.transform?.firewall, {
    ...projectOf(site),
    network: site.networkId,
    description: 'Health checks and proxies of regional load balancers to model servers and endpoint pickers',
    direction: 'INGRESS',
    sourceRanges: [...HEALTH_CHECK_RANGES, plan.proxyRange],
    ...(plan.podRange === undefined ? {} : { destinationRanges: [plan.podRange] }),
    allows: [{ protocol: 'tcp', ports }],
  });
  return new Firewall(`${site.name}-load-balancers`, args, childOf(parent, { dependsOn: [...site.dependsOn] }));
}

/** Ports of model servers that nobody named others for. */
export const DEFAULT_MODEL_PORTS: readonly number[] = Object.freeze([MODEL_SERVER_PORT]);

function projectOf(site: NetworkSite): { readonly project?: pulumi.Input<string> } {
  return site.project === undefined ? {} : { project: site.project };
}
