import { Address, type AddressArgs } from '@pulumi/gcp/compute';
import * as pulumi from '@pulumi/pulumi';
import { checkRegion } from '../core/gke/locations';
import { problemsOf, type Problem } from '../core/problem';
import { childOf, refuseIfAny, typeToken } from './component';
import type { ClusterNetwork } from './network-parts';
import { applyTransform, type Transforms } from './transform';

/** Arguments of {@link StaticAddress}. */
export interface StaticAddressArgs {
  /**
   * Project of the address: the cluster's.
   * @default - the provider's project
   */
  readonly project?: pulumi.Input<string>;
  /** Region of the Gateway. */
  readonly region: string;
  /**
   * Network of an internal Gateway; the address is one of its subnet.
   * @default - the address is a public one, for an external Gateway
   */
  readonly internalTo?: ClusterNetwork;
  /**
   * Changes to the arguments of child resources.
   * @default - none
   */
  readonly transform?: Transforms<{ address: AddressArgs }>;
}

/** An address for a regional Gateway that outlives it, so that DNS can point there. */
export class StaticAddress extends pulumi.ComponentResource {
  /** Name of the address, for the Gateway's `NamedAddress`. */
  public readonly addressName: pulumi.Output<string>;
  /** The address itself. */
  public readonly ip: pulumi.Output<string>;
  public readonly address: Address;

  public constructor(name: string, args: StaticAddressArgs, opts?: pulumi.ComponentResourceOptions) {
    refuseIfAny(name, problemsOf(checkRegion(args.region), checkNetwork(args)));
    super(typeToken('StaticAddress'), name, {}, opts);

    const { internalTo } = args;
    const addressArgs = applyTransform<AddressArgs>(args.transform?.address, {
      ...(args.project === undefined ? {} : { project: args.project }),
      region: args.region,
      ...(internalTo === undefined
        ? { addressType: 'EXTERNAL', networkTier: 'PREMIUM' }
        : // HTTP and HTTPS listeners are rules of their own, and share the address.
          { addressType: 'INTERNAL', purpose: 'SHARED_LOADBALANCER_VIP', subnetwork: internalTo.subnetworkId }),
    });
    this.address = new Address(name, addressArgs, childOf(this));
    this.addressName = this.address.name;
    this.ip = this.address.address;
    this.registerOutputs({ addressName: this.addressName, ip: this.ip });
  }
}

function checkNetwork({ region, internalTo }: StaticAddressArgs): Problem | undefined {
  if (internalTo === undefined || internalTo.region === region) return undefined;
  return {
    what: `region '${region}' beside a network in ${internalTo.region}`,
    why: 'an internal address is one of its subnet',
    fix: `use region '${internalTo.region}'`,
  };
}
