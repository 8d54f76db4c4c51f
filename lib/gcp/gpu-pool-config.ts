import type { NodePoolArgs } from '@pulumi/gcp/container';
import type { container } from '@pulumi/gcp/types/input';
import type { GpuPoolPlan } from '../core/gke/gpu-pool-plan';
import type { GpuPoolSettings, GpuReservation } from '../core/gke/gpu-pool-settings';
import type { GpuNodePoolArgs } from './gpu-node-pool';
import { hardenedNode } from './node-config';

/** The arguments of a node pool with GPUs. */
export function gpuPoolConfig(args: GpuNodePoolArgs, plan: GpuPoolPlan): NodePoolArgs {
  const { cluster } = args;
  return {
    project: cluster.project,
    location: cluster.location,
    cluster: cluster.clusterName,
    ...(args.nodeLocations === undefined ? {} : { nodeLocations: [...args.nodeLocations] }),
    initialNodeCount: plan.initialNodes,
    autoscaling: autoscaling(args),
    management: { autoRepair: plan.autoRepair, autoUpgrade: true },
    ...(plan.surge === undefined ? {} : { upgradeSettings: { strategy: 'SURGE', ...plan.surge } }),
    ...(args.queuedProvisioning === true ? { queuedProvisioning: { enabled: true } } : {}),
    ...(args.compactPlacement === true ? { placementPolicy: placement(args) } : {}),
    maxPodsPerNode: args.maxPodsPerNode ?? 32,
    networkConfig: { enablePrivateNodes: true },
    nodeConfig: nodeConfig(args, plan),
  };
}

function autoscaling(settings: GpuPoolSettings): container.NodePoolAutoscaling {
  const { minNodes = 0, maxNodes } = settings;
  // Take a GPU wherever there is one; even spreading waits for the zone that has none.
  const locationPolicy = 'ANY';
  return settings.nodeCounts === 'per-zone'
    ? { minNodeCount: minNodes, maxNodeCount: maxNodes, locationPolicy }
    : { totalMinNodeCount: minNodes, totalMaxNodeCount: maxNodes, locationPolicy };
}

function placement(args: GpuNodePoolArgs): container.NodePoolPlacementPolicy {
  return { type: 'COMPACT', ...(args.placementPolicy === undefined ? {} : { policyName: args.placementPolicy }) };
}

function nodeConfig(args: GpuNodePoolArgs, plan: GpuPoolPlan): container.NodePoolNodeConfig {
  const { cluster } = args;
  const base = hardenedNode({
    serviceAccount: cluster.nodeServiceAccount,
    bootDiskKey: cluster.bootDiskKey,
    imageStreaming: args.imageStreaming ?? true,
    secureBoot: plan.secureBoot,
  });
  return {
    ...base,
    machineType: plan.machine.machineType,
    diskType: plan.bootDiskType,
    diskSizeGb: plan.bootDiskGib,
    guestAccelerators: [guestAccelerator(args, plan)],
    taints: [{ key: plan.taint.key, value: plan.taint.value, effect: 'NO_SCHEDULE' }],
    ...(args.labels === undefined ? {} : { labels: { ...args.labels } }),
    ...(args.resourceLabels === undefined ? {} : { resourceLabels: { ...args.resourceLabels } }),
    ...localSsd(args, plan),
    ...capacity(args, plan),
    ...((args.secondaryBootDisks ?? []).length === 0
      ? {}
      : {
          secondaryBootDisks: (args.secondaryBootDisks ?? []).map((diskImage) => ({
            diskImage,
            mode: 'CONTAINER_IMAGE_CACHE',
          })),
        }),
  };
}

function guestAccelerator(args: GpuNodePoolArgs, plan: GpuPoolPlan): container.NodePoolNodeConfigGuestAccelerator {
  const { accelerator, migPartition, sharing } = args;
  return {
    type: accelerator.gkeAccelerator,
    count: plan.machine.gpus,
    gpuDriverInstallationConfig: { gpuDriverVersion: args.driver ?? 'LATEST' },
    ...(migPartition === undefined ? {} : { gpuPartitionSize: migPartition }),
    ...(sharing === undefined
      ? {}
      : {
          gpuSharingConfig: {
            gpuSharingStrategy: sharing.strategy === 'mps' ? 'MPS' : 'TIME_SHARING',
            maxSharedClientsPerGpu: sharing.maxClientsPerGpu,
          },
        }),
  };
}

function localSsd(settings: GpuPoolSettings, { localSsds }: GpuPoolPlan): container.NodePoolNodeConfig {
  if (localSsds === 0) return {};
  return settings.localSsdUse === 'block'
    ? { localNvmeSsdBlockConfig: { localSsdCount: localSsds } }
    : { ephemeralStorageLocalSsdConfig: { localSsdCount: localSsds } };
}

function capacity(settings: GpuPoolSettings, plan: GpuPoolPlan): container.NodePoolNodeConfig {
  return {
    ...(settings.spot === true ? { spot: true } : {}),
    ...(settings.flexStart === true ? { flexStart: true } : {}),
    ...(plan.maxRunSeconds === undefined ? {} : { maxRunDuration: `${plan.maxRunSeconds}s` }),
    reservationAffinity: reservation(settings.reservation),
  };
}

/** Reserved capacity is paid for by somebody: a pool takes it only when told to. */
function reservation(reservation: GpuReservation | undefined): container.NodePoolNodeConfigReservationAffinity {
  if (reservation === undefined) return { consumeReservationType: 'NO_RESERVATION' };
  const { name, project } = reservation;
  if (name === undefined) return { consumeReservationType: 'ANY_RESERVATION' };
  return {
    consumeReservationType: 'SPECIFIC_RESERVATION',
    key: 'compute.googleapis.com/reservation-name',
    values: [project === undefined ? name : `projects/${project}/reservations/${name}`],
  };
}
