import { IAMMember, type IAMMemberArgs } from '@pulumi/gcp/projects';
import { Account, type AccountArgs } from '@pulumi/gcp/serviceaccount';
import * as pulumi from '@pulumi/pulumi';
import { NODE_ROLES } from '../core/gke/services';
import { childOf } from './component';
import { applyTransform, type Transforms } from './transform';

/** The identity of nodes. */
export interface NodeServiceAccount {
  readonly account: Account;
  readonly roles: readonly IAMMember[];
}

/** What the account is made from. */
export interface NodeServiceAccountArgs {
  /** Project of the account and its roles. */
  readonly project: pulumi.Input<string>;
  /** What must be there before, such as the IAM API. */
  readonly dependsOn: readonly pulumi.Resource[];
  /** Changes to the arguments of the children. */
  readonly transform: Transforms<{ serviceAccount: AccountArgs; role: IAMMemberArgs }> | undefined;
}

/** Makes an account for nodes. The project's default account, which may edit everything, is never used. */
export function makeNodeServiceAccount(
  parent: pulumi.Resource,
  name: string,
  args: NodeServiceAccountArgs,
): NodeServiceAccount {
  const accountArgs = applyTransform<AccountArgs>(args.transform?.serviceAccount, {
    project: args.project,
    displayName: `Nodes of GKE cluster ${name}`,
  });
  const account = new Account(`${name}-nodes`, accountArgs, childOf(parent, { dependsOn: [...args.dependsOn] }));
  const roles = NODE_ROLES.map((role) => {
    const roleArgs = applyTransform<IAMMemberArgs>(args.transform?.role, {
      project: args.project,
      role,
      member: pulumi.interpolate`serviceAccount:${account.email}`,
    });
    return new IAMMember(`${name}-nodes-${shortName(role)}`, roleArgs, childOf(parent));
  });
  return { account, roles };
}

/** `artifactregistry-reader` of `roles/artifactregistry.reader`. */
function shortName(role: string): string {
  return role.replace('roles/', '').replaceAll('.', '-').toLowerCase();
}
