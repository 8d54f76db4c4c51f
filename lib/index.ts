export { Accelerator } from './core/accelerators';
export type { AcceleratorFacts, MachineShape } from './core/accelerators/accelerator';
export type { ApiProfile, ApiProfileLike, ObjectiveGroup, PoolApi } from './core/api-profile';
export type { Criticality } from './core/criticality';
export { GatewayClass } from './core/gateway-class';
export type { GatewayClassFacts } from './core/gateway-class';
export { DESTINATION_ENDPOINT_HEADER, DROPPED_REASON_HEADER, GATEWAY_HEADERS, LLM_D_HEADERS } from './core/headers';
export type { InferenceHeaders } from './core/headers';
export { Components, Labels, NodeLabels } from './core/labels';
export type { MetricNames } from './core/metric-names';
export type { AdapterPlan, HealthPaths, LaunchPlan, LoraPlan, ModelRuntime } from './core/model-runtime';
export { KNOWN_MODELS, modelFacts } from './core/models';
export type { DataType, ModelFacts, Quantization, SlidingWindow } from './core/models/model-facts';
export { defaultPickerConfig, plugin, upstreamDefaultConfig } from './core/picker/config';
export type {
  DataLayer,
  DataSource,
  DefaultConfigOptions,
  EndpointPickerConfig,
  FlowControl,
  PickerPlugin,
  PriorityBand,
  ProfilePlugin,
  SchedulingProfile,
} from './core/picker/config';
export type { HighAvailability, HealthServices, PickerLaunch } from './core/picker/flavor';
export { PickerFlavor } from './core/picker/flavors';
export type { PluginCatalog, PluginFacts, PluginKind, PluginType } from './core/picker/plugins';
export { PickerPorts } from './core/ports';
export { ValidationError } from './core/problem';
export type { Problem } from './core/problem';
export { DEFAULT_VLLM_VERSION, vllm } from './core/runtimes';
export { setApiProfile } from './k8s/api-profile-scope';
export { setCluster } from './k8s/cluster-scope';
export { EndpointPicker } from './k8s/endpoint-picker';
export { EndpointPickerMonitoring } from './k8s/endpoint-picker-monitoring';
export type { EndpointPickerMonitoringProps } from './k8s/endpoint-picker-monitoring';
export type { EndpointPickerOptions, EndpointPickerProps } from './k8s/endpoint-picker-props';
export type { AllowedNamespaces, GatewayListener } from './k8s/gateway-listener';
export { GatewayTls } from './k8s/gateway-tls';
export { GCPBackendPolicy } from './k8s/gcp-backend-policy';
export type { BackendOptions, GCPBackendPolicyProps } from './k8s/gcp-backend-policy';
export { HealthCheckPolicy } from './k8s/health-check-policy';
export type { HealthCheckOptions, HealthCheckPolicyProps } from './k8s/health-check-policy';
export { InferenceAutoscaler } from './k8s/inference-autoscaler';
export type { AutoscalingOptions, InferenceAutoscalerProps } from './k8s/inference-autoscaler';
export { InferenceGateway } from './k8s/inference-gateway';
export type { AddRouteOptions, InferenceGatewayProps } from './k8s/inference-gateway';
export { InferenceModel } from './k8s/inference-model';
export type { InferenceModelProps, LogicalModel, TargetModel } from './k8s/inference-model';
export { InferenceModelRewrite } from './k8s/inference-model-rewrite';
export type { InferenceModelRewriteProps } from './k8s/inference-model-rewrite';
export { InferenceObjective } from './k8s/inference-objective';
export type { InferenceObjectiveProps } from './k8s/inference-objective';
export { existingPool, InferencePool } from './k8s/inference-pool';
export type { FailureMode, InferencePoolProps, PoolReference } from './k8s/inference-pool';
export { InferenceRoute } from './k8s/inference-route';
export type { InferenceRouteProps, RouteOptions, RouteTarget, WeightedTarget } from './k8s/inference-route';
export type { LoraAdapter, LoraProps } from './k8s/lora-adapters';
export { ModelCache } from './k8s/model-cache';
export type { GcsFuseOptions } from './k8s/model-cache';
export { ModelServer } from './k8s/model-server';
export { ModelServerMonitoring } from './k8s/model-server-monitoring';
export type { ModelServerMonitoringProps } from './k8s/model-server-monitoring';
export type { ModelProps, ModelServerPodProps, ModelServerProps, SecretKey } from './k8s/model-server-props';
export { override } from './k8s/override';
export { gkePlatform } from './k8s/platforms/gke';
export { istioPlatform } from './k8s/platforms/istio';
export type { GatewayPlatform, PlatformAttachments, PoolParts } from './k8s/platforms/platform';
export { existingPods } from './k8s/pool-member';
export type { ExistingPods, PoolMember } from './k8s/pool-member';
export type { RouteMatch } from './k8s/route-match';
export { StackNetworkPolicy } from './k8s/stack-network-policy';
export type { StackNetworkPolicyProps } from './k8s/stack-network-policy';
export { warningsOf } from './k8s/warnings';
export type { Warning } from './k8s/warnings';
export { ServedModel } from './patterns/served-model';
export type { MonitoringOptions, ServedModelProps } from './patterns/served-model';
