import type { container } from '@pulumi/gcp/types/input';
import type * as pulumi from '@pulumi/pulumi';
import { NODE_OAUTH_SCOPES } from '../core/gke/services';

/** What differs between the pools of a cluster. */
export interface NodeBase {
  /** Email; undefined leaves GKE's default. */
  readonly serviceAccount: pulumi.Input<string> | undefined;
  readonly bootDiskKey: pulumi.Input<string> | undefined;
  readonly imageStreaming: boolean;
  readonly secureBoot: boolean;
}

/** What every node has: an account of its own, no way to the machine's metadata, a verified boot. */
export function hardenedNode(base: NodeBase): container.NodePoolNodeConfig {
  return {
    imageType: 'COS_CONTAINERD',
    ...(base.serviceAccount === undefined ? {} : { serviceAccount: base.serviceAccount }),
    ...(base.bootDiskKey === undefined ? {} : { bootDiskKmsKey: base.bootDiskKey }),
    oauthScopes: [...NODE_OAUTH_SCOPES],
    gvnic: { enabled: true },
    gcfsConfig: { enabled: base.imageStreaming },
    workloadMetadataConfig: { mode: 'GKE_METADATA' },
    shieldedInstanceConfig: { enableSecureBoot: base.secureBoot, enableIntegrityMonitoring: true },
    metadata: { 'disable-legacy-endpoints': 'true' },
    // A text, not a boolean, in GKE's API.
    kubeletConfig: { insecureKubeletReadonlyPortEnabled: 'FALSE' },
  };
}
