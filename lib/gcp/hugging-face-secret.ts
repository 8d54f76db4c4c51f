import { getSecretVersionAccessOutput } from '@pulumi/gcp/secretmanager';
import { Secret } from '@pulumi/kubernetes/core/v1';
import * as pulumi from '@pulumi/pulumi';
import { Labels, MANAGED_BY } from '../core/labels';
import type { ClusterFacts } from './cluster-facts';
import { childOf } from './component';
import type { HuggingFaceTokenSource, SecretKeyRef } from './model-server-identity-args';

/** Key of the token in its Secret. */
const KEY = 'token';

/** Where the Secret goes. */
export interface HuggingFaceSecretSite {
  readonly cluster: ClusterFacts;
  readonly namespace: string;
  readonly dependsOn: readonly pulumi.Resource[];
}

/**
 * Puts the token into a Kubernetes Secret. In Pulumi's state it is encrypted: as an input here, and as an output by
 * `@pulumi/kubernetes`, which keeps `data` and `stringData` of every Secret secret.
 */
export function makeHuggingFaceSecret(
  parent: pulumi.Resource,
  name: string,
  source: HuggingFaceTokenSource,
  site: HuggingFaceSecretSite,
): { readonly secret: Secret; readonly ref: SecretKeyRef } {
  const secretName = `${name}-hf-token`;
  const secret = new Secret(
    secretName,
    {
      metadata: { name: secretName, namespace: site.namespace, labels: { [Labels.MANAGED_BY]: MANAGED_BY } },
      type: 'Opaque',
      stringData: { [KEY]: pulumi.secret(tokenOf(parent, source, site.cluster)) },
    },
    childOf(parent, { provider: site.cluster.provider, dependsOn: [...site.dependsOn] }),
  );
  return { secret, ref: { secretName, key: KEY } };
}

function tokenOf(parent: pulumi.Resource, source: HuggingFaceTokenSource, cluster: ClusterFacts): pulumi.Input<string> {
  if ('value' in source) return source.value;
  const { secret, version = 'latest' } = source;
  const access = getSecretVersionAccessOutput({ secret, version, project: cluster.project }, { parent });
  return pulumi.secret(access).secretData;
}
