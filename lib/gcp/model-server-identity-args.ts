import type { IAMMemberArgs as AccountIamMemberArgs, AccountArgs } from '@pulumi/gcp/serviceaccount';
import type { SecretIamMemberArgs } from '@pulumi/gcp/secretmanager';
import type { BucketIAMMemberArgs } from '@pulumi/gcp/storage';
import type { meta } from '@pulumi/kubernetes/types/input';
import type * as pulumi from '@pulumi/pulumi';
import type { ClusterFacts } from './cluster-facts';
import type { Transforms } from './transform';

/** Arguments of a Kubernetes object that the component makes. */
export interface KubernetesObjectArgs {
  /** Name, namespace, labels and annotations. */
  readonly metadata: pulumi.Input<meta.v1.ObjectMeta>;
}

/** Children of ModelServerIdentity whose arguments can be changed. */
export type ModelServerIdentityTransforms = Transforms<{
  bucketRole: BucketIAMMemberArgs;
  secretRole: SecretIamMemberArgs;
  googleServiceAccount: AccountArgs;
  workloadRole: AccountIamMemberArgs;
  namespace: KubernetesObjectArgs;
  serviceAccount: KubernetesObjectArgs;
}>;

/** Where the token for gated models comes from: one of the two. */
export type HuggingFaceTokenSource =
  | {
      /** The token, such as `config.requireSecret('huggingFaceToken')`. It is a secret, whatever it was before. */
      readonly value: pulumi.Input<string>;
    }
  | {
      /** Name or id of a secret in Secret Manager that holds the token. */
      readonly secret: pulumi.Input<string>;
      /**
       * Version of the secret.
       * @default 'latest'
       */
      readonly version?: pulumi.Input<string>;
    };

/** Arguments of `ModelServerIdentity`. */
export interface ModelServerIdentityArgs {
  /** Cluster of the model servers. */
  readonly cluster: ClusterFacts;
  /** Namespace of the model servers. */
  readonly namespace: string;
  /**
   * Name of the Kubernetes service account, for `serviceAccountName` of the model server.
   * @default - the component's name
   */
  readonly serviceAccount?: string;
  /**
   * Make the namespace. Where a chart makes it, deploy the chart's namespace first.
   * @default false
   */
  readonly createNamespace?: boolean;
  /**
   * Make the Kubernetes service account.
   * @default true
   */
  readonly createServiceAccount?: boolean;
  /**
   * What gets the roles: the Kubernetes service account itself, or a Google service account that it acts as, for the
   * few services that do not know the former.
   * @default 'direct'
   * @see https://cloud.google.com/kubernetes-engine/docs/how-to/workload-identity#authenticating_to
   */
  readonly identity?: 'direct' | 'google-service-account';
  /**
   * Number of the cluster's project.
   * @default - it is looked up
   */
  readonly projectNumber?: pulumi.Input<string>;
  /**
   * Names of buckets with weights, to read.
   * @default - none
   */
  readonly buckets?: readonly pulumi.Input<string>[];
  /**
   * Secrets in Secret Manager that the model servers read themselves.
   * @default - none
   */
  readonly secrets?: readonly pulumi.Input<string>[];
  /**
   * Token for gated models on Hugging Face; becomes a Kubernetes Secret.
   * @default - no Secret is made
   */
  readonly huggingFaceToken?: HuggingFaceTokenSource;
  /**
   * Changes to the arguments of child resources.
   * @default - none
   */
  readonly transform?: ModelServerIdentityTransforms;
}

/** A key of a Kubernetes Secret, as `huggingFaceToken` of a model server takes it. */
export interface SecretKeyRef {
  readonly secretName: string;
  readonly key: string;
}

/** Settings of a model server that follow from its identity. */
export interface IdentityPodSettings {
  /** Name of the Kubernetes service account. */
  readonly serviceAccountName: string;
  /**
   * The token's Secret.
   * @default - none, without a token
   */
  readonly huggingFaceToken?: SecretKeyRef;
}
