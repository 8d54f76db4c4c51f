export { AdoptedCluster, type AdoptedClusterArgs } from './adopted-cluster';
export { AdoptedNetwork, type AdoptedNetworkArgs, type SharedVpcArgs } from './adopted-network';
export { CloudArmorPolicy, type CloudArmorPolicyArgs } from './cloud-armor-policy';
export { type CloudArmorSettings, type RateLimit } from './cloud-armor-settings';
export { type ClusterFacts, type ClusterMode, type ControlPlaneAccess } from './cluster-facts';
export { InvalidArgsError } from './component';
export {
  EndpointPickerImage,
  type EndpointPickerImageArgs,
  type EndpointPickerImageTransforms,
} from './endpoint-picker-image';
export { GpuNodePool, type GpuNodePoolArgs, type GpuNodePoolTransforms } from './gpu-node-pool';
export { InferenceCluster } from './inference-cluster';
export {
  type AuthorizedNetwork,
  type InferenceClusterArgs,
  type InferenceClusterTransforms,
  type MaintenanceWindow,
  type NodeAutoProvisioningArgs,
  type SystemPoolArgs,
} from './inference-cluster-args';
export { InferenceDashboard, type InferenceDashboardArgs } from './inference-dashboard';
export { InferenceNetwork, type InferenceNetworkArgs, type InferenceNetworkTransforms } from './inference-network';
export { ModelServerIdentity } from './model-server-identity';
export {
  type HuggingFaceTokenSource,
  type IdentityPodSettings,
  type ModelServerIdentityArgs,
  type ModelServerIdentityTransforms,
  type SecretKeyRef,
} from './model-server-identity-args';
export { type ClusterNetwork } from './network-parts';
export { type AlertThresholds } from './serving-alerts';
export { StaticAddress, type StaticAddressArgs } from './static-address';
export { type Transform, type Transforms } from './transform';
export { zonesWithMachine, type ZonesWithMachineArgs } from './zones-with-machine';

export { Accelerator } from '../core/accelerators';
export { PROMPT_SAFE_RULE_SETS, type WafRuleSet } from '../core/gke/cloud-armor';
export { type ClusterOutputs, parseClusterOutputs } from '../core/gke/cluster-outputs';
export { type GpuPoolSettings, type GpuReservation } from '../core/gke/gpu-pool-settings';
export { type GpuSharing } from '../core/gke/gpu-sharing';
export { type ServingMetrics, VLLM_SERVING_METRICS } from '../core/gke/serving-metrics';
export { type ReleaseChannel } from '../core/gke/versions';
