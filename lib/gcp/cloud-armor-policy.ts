import { RegionSecurityPolicy, type RegionSecurityPolicyArgs } from '@pulumi/gcp/compute';
import * as pulumi from '@pulumi/pulumi';
import { checkRegion } from '../core/gke/locations';
import { problemsOf } from '../core/problem';
import { checkCloudArmor, cloudArmorRules } from './cloud-armor-rules';
import { type CloudArmorSettings } from './cloud-armor-settings';
import { childOf, refuseIfAny, typeToken } from './component';
import { applyTransform, type Transforms } from './transform';

/** Arguments of {@link CloudArmorPolicy}. */
export interface CloudArmorPolicyArgs extends CloudArmorSettings {
  /**
   * Project of the policy.
   * @default - the provider's project
   */
  readonly project?: pulumi.Input<string>;
  /** Region of the Gateway: regional load balancers take regional policies only. */
  readonly region: string;
  /**
   * Changes to the arguments of child resources.
   * @default - none
   */
  readonly transform?: Transforms<{ policy: RegionSecurityPolicyArgs }>;
}

/** What stands before an external Gateway: a limit for each client, trusted and refused ranges, known attacks. */
export class CloudArmorPolicy extends pulumi.ComponentResource {
  /** Name of the policy, for `securityPolicy` of a pool's backend policy. */
  public readonly policyName: pulumi.Output<string>;
  public readonly policy: RegionSecurityPolicy;

  public constructor(name: string, args: CloudArmorPolicyArgs, opts?: pulumi.ComponentResourceOptions) {
    refuseIfAny(name, problemsOf(checkRegion(args.region), checkCloudArmor(args)));
    super(typeToken('CloudArmorPolicy'), name, {}, opts);

    const policyArgs = applyTransform<RegionSecurityPolicyArgs>(args.transform?.policy, {
      ...(args.project === undefined ? {} : { project: args.project }),
      region: args.region,
      type: 'CLOUD_ARMOR',
      description: 'In front of model servers',
      rules: [...cloudArmorRules(args)],
    });
    this.policy = new RegionSecurityPolicy(name, policyArgs, childOf(this));
    this.policyName = this.policy.name;
    this.registerOutputs({ policyName: this.policyName });
  }
}
