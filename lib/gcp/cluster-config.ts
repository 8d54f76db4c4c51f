import type { ClusterArgs } from '@pulumi/gcp/container';
import type { container } from '@pulumi/gcp/types/input';
import * as pulumi from '@pulumi/pulumi';
import { NODE_OAUTH_SCOPES, workloadPool } from '../core/gke/services';
import { minimumVersion } from '../core/gke/versions';
import type { InferenceClusterArgs, NodeAutoProvisioningArgs } from './inference-cluster-args';
import { poolApiOf } from './inference-cluster-checks';

/** The arguments of the cluster itself, Standard or Autopilot. */
export function clusterConfig(args: InferenceClusterArgs, serviceAccount: pulumi.Input<string>): ClusterArgs {
  const special = args.mode === 'autopilot' ? autopilot(args, serviceAccount) : standard(args, serviceAccount);
  return { ...common(args), ...special };
}

function common(args: InferenceClusterArgs): ClusterArgs {
  const { network } = args;
  return {
    project: args.project,
    location: args.location,
    ...(args.nodeLocations === undefined ? {} : { nodeLocations: extraZones(args) }),
    network: network.networkId,
    subnetwork: network.subnetworkId,
    networkingMode: 'VPC_NATIVE',
    ipAllocationPolicy: {
      clusterSecondaryRangeName: network.podRangeName,
      servicesSecondaryRangeName: network.serviceRangeName,
    },
    releaseChannel: { channel: args.releaseChannel ?? 'REGULAR' },
    minMasterVersion: args.minVersion ?? minimumVersion(poolApiOf(args)),
    gatewayApiConfig: { channel: 'CHANNEL_STANDARD' },
    ...controlPlane(args),
    ...protection(args),
    ...(args.resourceLabels === undefined ? {} : { resourceLabels: { ...args.resourceLabels } }),
  };
}

/** GKE wants the zone of a zonal cluster left out of the list. */
function extraZones({ nodeLocations = [], location }: InferenceClusterArgs): string[] {
  return nodeLocations.filter((zone) => zone !== location);
}

function controlPlane(args: InferenceClusterArgs): ClusterArgs {
  const access = args.controlPlaneAccess ?? 'dns';
  const cidrBlocks = (args.authorizedNetworks ?? []).map(({ cidr, name }) => ({
    cidrBlock: cidr,
    ...(name === undefined ? {} : { displayName: name }),
  }));
  return {
    privateClusterConfig: { enablePrivateNodes: true, enablePrivateEndpoint: access !== 'public-address' },
    controlPlaneEndpointsConfig: {
      dnsEndpointConfig: { allowExternalTraffic: access === 'dns' },
      ipEndpointsConfig: { enabled: true },
    },
    // An empty list of networks is not the same as none: it lets nobody in but the nodes.
    masterAuthorizedNetworksConfig: { cidrBlocks, gcpPublicCidrsAccessEnabled: false },
  };
}

function protection(args: InferenceClusterArgs): ClusterArgs {
  return {
    deletionProtection: args.deletionProtection ?? true,
    securityPostureConfig: { mode: 'BASIC' },
    ...(args.databaseKey === undefined
      ? {}
      : { databaseEncryption: { state: 'ENCRYPTED', keyName: args.databaseKey } }),
    ...(args.maintenanceWindow === undefined
      ? {}
      : { maintenancePolicy: { recurringWindow: { ...args.maintenanceWindow } } }),
  };
}

/** Autopilot has the rest on by itself, and its API refuses to be told. */
function autopilot(args: InferenceClusterArgs, serviceAccount: pulumi.Input<string>): ClusterArgs {
  return {
    enableAutopilot: true,
    clusterAutoscaling: {
      autoProvisioningDefaults: { serviceAccount, oauthScopes: [...NODE_OAUTH_SCOPES] },
    },
    addonsConfig: { httpLoadBalancing: { disabled: false } },
    monitoringConfig: { managedPrometheus: managedPrometheus(args) },
  };
}

function standard(args: InferenceClusterArgs, serviceAccount: pulumi.Input<string>): ClusterArgs {
  return {
    // GKE makes a cluster with a pool; it is replaced by pools of our own at once.
    removeDefaultNodePool: true,
    initialNodeCount: 1,
    nodeConfig: defaultPoolConfig(args, serviceAccount),
    datapathProvider: 'ADVANCED_DATAPATH',
    workloadIdentityConfig: { workloadPool: pulumi.output(args.project).apply(workloadPool) },
    enableShieldedNodes: true,
    addonsConfig: {
      httpLoadBalancing: { disabled: false },
      horizontalPodAutoscaling: { disabled: false },
      gcsFuseCsiDriverConfig: { enabled: true },
      gcePersistentDiskCsiDriverConfig: { enabled: true },
      dnsCacheConfig: { enabled: true },
    },
    nodePoolDefaults: {
      nodeConfigDefaults: { gcfsConfig: { enabled: true }, insecureKubeletReadonlyPortEnabled: 'FALSE' },
    },
    podAutoscaling: { hpaProfile: 'PERFORMANCE' },
    loggingConfig: { enableComponents: ['SYSTEM_COMPONENTS', 'WORKLOADS'] },
    monitoringConfig: { enableComponents: [...MONITORED], managedPrometheus: managedPrometheus(args) },
    clusterAutoscaling: autoscaling(args, serviceAccount),
  };
}

function managedPrometheus(args: InferenceClusterArgs): container.ClusterMonitoringConfigManagedPrometheus {
  return { enabled: true, autoMonitoringConfig: { scope: args.autoMonitoring === false ? 'NONE' : 'ALL' } };
}

/** DCGM reports the GPUs. @see https://cloud.google.com/kubernetes-engine/docs/how-to/dcgm-metrics */
const MONITORED = ['SYSTEM_COMPONENTS', 'DCGM', 'HPA', 'POD', 'DEPLOYMENT', 'STATEFULSET', 'KUBELET', 'CADVISOR'];

function autoscaling(
  args: InferenceClusterArgs,
  serviceAccount: pulumi.Input<string>,
): container.ClusterClusterAutoscaling {
  // An idle GPU node costs more than a slow scale-up.
  const autoscalingProfile = 'OPTIMIZE_UTILIZATION';
  const limits = args.nodeAutoProvisioning;
  if (limits === undefined) return { enabled: false, autoscalingProfile };
  return {
    enabled: true,
    autoscalingProfile,
    resourceLimits: resourceLimits(limits),
    autoProvisioningDefaults: {
      serviceAccount,
      oauthScopes: [...NODE_OAUTH_SCOPES],
      management: { autoRepair: true, autoUpgrade: true },
      shieldedInstanceConfig: { enableSecureBoot: true, enableIntegrityMonitoring: true },
      ...(args.bootDiskKey === undefined ? {} : { bootDiskKmsKey: args.bootDiskKey }),
    },
  };
}

function resourceLimits(limits: NodeAutoProvisioningArgs): container.ClusterClusterAutoscalingResourceLimit[] {
  return [
    { resourceType: 'cpu', minimum: 0, maximum: limits.maxCpus },
    { resourceType: 'memory', minimum: 0, maximum: limits.maxMemoryGib },
    ...(limits.gpus ?? []).map(({ accelerator, max }) => ({
      resourceType: accelerator.gkeAccelerator,
      minimum: 0,
      maximum: max,
    })),
  ];
}

/** The pool that lives for a moment must not use the project's default account either: many projects have none. */
function defaultPoolConfig(
  args: InferenceClusterArgs,
  serviceAccount: pulumi.Input<string>,
): container.ClusterNodeConfig {
  return {
    machineType: 'e2-medium',
    diskSizeGb: 30,
    diskType: 'pd-balanced',
    serviceAccount,
    oauthScopes: [...NODE_OAUTH_SCOPES],
    shieldedInstanceConfig: { enableSecureBoot: true, enableIntegrityMonitoring: true },
    workloadMetadataConfig: { mode: 'GKE_METADATA' },
    ...(args.bootDiskKey === undefined ? {} : { bootDiskKmsKey: args.bootDiskKey }),
  };
}
