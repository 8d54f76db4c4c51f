import { getProjectOutput } from '@pulumi/gcp/organizations';
import { SecretIamMember, type SecretIamMemberArgs } from '@pulumi/gcp/secretmanager';
import {
  Account,
  type AccountArgs,
  IAMMember as AccountIamMember,
  type IAMMemberArgs as AccountIamMemberArgs,
} from '@pulumi/gcp/serviceaccount';
import { BucketIAMMember, type BucketIAMMemberArgs } from '@pulumi/gcp/storage';
import { Namespace, type Secret, ServiceAccount } from '@pulumi/kubernetes/core/v1';
import * as pulumi from '@pulumi/pulumi';
import { workloadPool, workloadPrincipal } from '../core/gke/services';
import { Labels, MANAGED_BY } from '../core/labels';
import { checkName } from '../core/names';
import { problemsOf, type Problem } from '../core/problem';
import { childOf, refuseIfAny, typeToken } from './component';
import { makeHuggingFaceSecret } from './hugging-face-secret';
import type {
  IdentityPodSettings,
  KubernetesObjectArgs,
  ModelServerIdentityArgs,
  SecretKeyRef,
} from './model-server-identity-args';
import { applyTransform } from './transform';

/** Reading objects, and the bucket's own data, which Cloud Storage FUSE looks at when it mounts. */
const BUCKET_ROLES = ['roles/storage.objectViewer', 'roles/storage.bucketViewer'] as const;
const SECRET_ROLE = 'roles/secretmanager.secretAccessor';

/**
 * Who model servers are, for Google Cloud: a Kubernetes service account that reads weights and secrets, without a key
 * that could be lost, and the token for gated models.
 */
export class ModelServerIdentity extends pulumi.ComponentResource {
  /** Name of the Kubernetes service account, for `serviceAccountName` of a model server. */
  public readonly serviceAccountName: string;
  /** The IAM member that the roles are given to. */
  public readonly member: pulumi.Output<string>;
  /** The token's Secret, for `huggingFaceToken` of a model server; undefined without one. */
  public readonly huggingFaceToken: SecretKeyRef | undefined;
  /** What model servers with this identity are told: `new ServedModel(chart, id, { ...identity.podSettings, ... })`. */
  public readonly podSettings: IdentityPodSettings;
  public readonly namespace: Namespace | undefined;
  public readonly serviceAccount: ServiceAccount | undefined;
  public readonly googleServiceAccount: Account | undefined;
  public readonly bucketRoles: readonly BucketIAMMember[];
  public readonly secretRoles: readonly SecretIamMember[];
  public readonly secret: Secret | undefined;
  /** What must be there before model servers are. */
  public readonly ready: readonly pulumi.Resource[];
  readonly #name: string;

  public constructor(name: string, args: ModelServerIdentityArgs, opts?: pulumi.ComponentResourceOptions) {
    refuseIfAny(name, checkArgs(name, args));
    super(typeToken('ModelServerIdentity'), name, {}, opts);

    this.#name = name;
    this.serviceAccountName = args.serviceAccount ?? name;
    this.googleServiceAccount = args.identity === 'google-service-account' ? this.#makeAccount(args) : undefined;
    this.member = this.#memberOf(args);
    this.namespace = args.createNamespace === true ? this.#makeNamespace(args) : undefined;
    this.serviceAccount = args.createServiceAccount === false ? undefined : this.#makeServiceAccount(args);
    this.bucketRoles = (args.buckets ?? []).flatMap((bucket, i) => this.#bucketRoles(args, bucket, i));
    this.secretRoles = (args.secrets ?? []).map((secret, i) => this.#secretRole(args, secret, i));
    const token = args.huggingFaceToken === undefined ? undefined : this.#makeToken(args);
    this.secret = token?.secret;
    this.huggingFaceToken = token?.ref;
    const { serviceAccountName } = this;
    this.podSettings = { serviceAccountName, ...(token === undefined ? {} : { huggingFaceToken: token.ref }) };
    this.ready = [
      this.namespace,
      this.serviceAccount,
      this.secret,
      this.googleServiceAccount,
      ...this.bucketRoles,
      ...this.secretRoles,
    ].filter((part) => part !== undefined);
    this.registerOutputs({ member: this.member, serviceAccountName: this.serviceAccountName });
  }

  #makeAccount(args: ModelServerIdentityArgs): Account {
    const { cluster, namespace, transform } = args;
    const accountArgs = applyTransform<AccountArgs>(transform?.googleServiceAccount, {
      project: cluster.project,
      displayName: `Model servers ${namespace}/${this.serviceAccountName}`,
    });
    const account = new Account(this.#name, accountArgs, childOf(this));
    const subject = `[${namespace}/${this.serviceAccountName}]`;
    const roleArgs = applyTransform<AccountIamMemberArgs>(transform?.workloadRole, {
      serviceAccountId: account.name,
      role: 'roles/iam.workloadIdentityUser',
      member: cluster.project.apply((project) => `serviceAccount:${workloadPool(project)}${subject}`),
    });
    new AccountIamMember(`${this.#name}-workload-identity`, roleArgs, childOf(this));
    return account;
  }

  #memberOf(args: ModelServerIdentityArgs): pulumi.Output<string> {
    if (this.googleServiceAccount !== undefined) {
      return pulumi.interpolate`serviceAccount:${this.googleServiceAccount.email}`;
    }
    const { cluster, namespace } = args;
    const { serviceAccountName: serviceAccount } = this;
    const number = args.projectNumber ?? getProjectOutput({ projectId: cluster.project }, { parent: this }).number;
    return pulumi
      .all([cluster.project, number])
      .apply(([project, projectNumber]) => workloadPrincipal({ project, projectNumber, namespace, serviceAccount }));
  }

  #makeNamespace({ cluster, namespace, transform }: ModelServerIdentityArgs): Namespace {
    const objectArgs = applyTransform<KubernetesObjectArgs>(transform?.namespace, {
      metadata: { name: namespace, labels: { [Labels.MANAGED_BY]: MANAGED_BY } },
    });
    return new Namespace(`${this.#name}-namespace`, objectArgs, childOf(this, { provider: cluster.provider }));
  }

  #makeServiceAccount({ cluster, namespace, transform }: ModelServerIdentityArgs): ServiceAccount {
    const account = this.googleServiceAccount;
    const objectArgs = applyTransform<KubernetesObjectArgs>(transform?.serviceAccount, {
      metadata: {
        name: this.serviceAccountName,
        namespace,
        labels: { [Labels.MANAGED_BY]: MANAGED_BY },
        ...(account === undefined ? {} : { annotations: { 'iam.gke.io/gcp-service-account': account.email } }),
      },
    });
    const options = { provider: cluster.provider, dependsOn: this.#namespaces() };
    return new ServiceAccount(`${this.#name}-service-account`, objectArgs, childOf(this, options));
  }

  #bucketRoles(args: ModelServerIdentityArgs, bucket: pulumi.Input<string>, i: number): readonly BucketIAMMember[] {
    return BUCKET_ROLES.map((role) => {
      const kind = role === 'roles/storage.objectViewer' ? 'objects' : 'bucket';
      const roleArgs = applyTransform<BucketIAMMemberArgs>(args.transform?.bucketRole, {
        bucket,
        role,
        member: this.member,
      });
      return new BucketIAMMember(`${this.#name}-${kind}-${i}`, roleArgs, childOf(this));
    });
  }

  #secretRole(args: ModelServerIdentityArgs, secretId: pulumi.Input<string>, i: number): SecretIamMember {
    const roleArgs = applyTransform<SecretIamMemberArgs>(args.transform?.secretRole, {
      project: args.cluster.project,
      secretId,
      role: SECRET_ROLE,
      member: this.member,
    });
    return new SecretIamMember(`${this.#name}-secret-${i}`, roleArgs, childOf(this));
  }

  #makeToken(args: ModelServerIdentityArgs): ReturnType<typeof makeHuggingFaceSecret> | undefined {
    const { cluster, namespace, huggingFaceToken } = args;
    if (huggingFaceToken === undefined) return undefined;
    const site = { cluster, namespace, dependsOn: this.#namespaces() };
    return makeHuggingFaceSecret(this, this.#name, huggingFaceToken, site);
  }

  #namespaces(): pulumi.Resource[] {
    return this.namespace === undefined ? [] : [this.namespace];
  }
}

function checkArgs(name: string, args: ModelServerIdentityArgs): readonly Problem[] {
  const { huggingFaceToken: token } = args;
  return problemsOf(
    checkName('namespace', args.namespace, 'label'),
    checkName('serviceAccount', args.serviceAccount ?? name, 'subdomain'),
    token === undefined ? undefined : checkName('name', name, 'label'),
    token !== undefined && 'value' in token && token.value === '' ? EMPTY_TOKEN : undefined,
  );
}

const EMPTY_TOKEN: Problem = {
  what: 'huggingFaceToken.value is empty',
  why: 'gated models need a token',
  fix: "set it with 'pulumi config set --secret huggingFaceToken', or leave huggingFaceToken out",
};
