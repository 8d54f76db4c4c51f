import type { MachineShape } from '../accelerators/accelerator';
import { GPU_RESOURCE, GPU_TAINT_VALUE, NodeLabels } from '../labels';
import type { Problem } from '../problem';
import { chooseMachine } from './gpu-machine';
import { checkGpuPool, poolZones } from './gpu-pool-checks';
import { type GpuPoolSettings, type GpuPoolSite, MAX_RUN_SECONDS } from './gpu-pool-settings';
import { migPartitions, schedulableGpus, sharingLabels } from './gpu-sharing';
import { isZone } from './locations';
import { isSeldomOnDemand, needsHyperdisk } from './machine-families';

/** A taint as Kubernetes writes it. */
export interface NodeTaint {
  readonly key: string;
  readonly value: string;
  readonly effect: 'NoSchedule';
}

/** Everything that follows from a pool's settings. */
export interface GpuPoolPlan {
  readonly machine: MachineShape;
  /** What one node offers as `nvidia.com/gpu`: its GPUs, their parts, or places on them. */
  readonly schedulableGpus: number;
  /** Labels that GKE puts on the nodes, for node selectors. */
  readonly nodeLabels: Readonly<Record<string, string>>;
  readonly taint: NodeTaint;
  readonly initialNodes: number;
  readonly bootDiskType: string;
  readonly bootDiskGib: number;
  readonly localSsds: number;
  /** Whether GKE may repair nodes; what flex-start and queued nodes do not allow. */
  readonly autoRepair: boolean;
  /** Undefined where GKE chooses the strategy itself. */
  readonly surge: { readonly maxSurge: number; readonly maxUnavailable: number } | undefined;
  readonly maxRunSeconds: number | undefined;
  /** Unsigned drivers of a user's own need secure boot off. */
  readonly secureBoot: boolean;
  /** What may go wrong without being wrong. */
  readonly warnings: readonly string[];
}

/** The plan of a pool, or what is wrong with its settings. */
export type PlannedGpuPool =
  | { readonly plan: GpuPoolPlan; readonly problems: readonly [] }
  | { readonly plan?: undefined; readonly problems: readonly Problem[] };

/** Decides everything about a GPU node pool that does not need the cloud. */
export function planGpuPool(settings: GpuPoolSettings, site: GpuPoolSite): PlannedGpuPool {
  const chosen = chooseMachine(settings);
  if (chosen.problem !== undefined) {
    return { problems: [chosen.problem, ...checkGpuPool(settings, site, undefined)] };
  }
  const { machine } = chosen;
  const problems = checkGpuPool(settings, site, machine);
  return problems.length > 0 ? { problems } : { plan: plan(settings, site, machine), problems: [] };
}

function plan(settings: GpuPoolSettings, site: GpuPoolSite, machine: MachineShape): GpuPoolPlan {
  const { accelerator, migPartition, sharing } = settings;
  const parts = migPartition === undefined ? 1 : (migPartitions(accelerator)?.[migPartition] ?? 1);
  const hyperdisk = needsHyperdisk(machine.machineType) ? 'hyperdisk-balanced' : accelerator.bootDiskType;
  const waits = settings.flexStart === true || settings.queuedProvisioning === true;
  return {
    machine,
    schedulableGpus: schedulableGpus(machine.gpus, parts, sharing),
    nodeLabels: nodeLabels(settings),
    taint: { key: GPU_RESOURCE, value: GPU_TAINT_VALUE, effect: 'NoSchedule' },
    initialNodes: initialNodes(settings, site),
    bootDiskType: settings.bootDiskType ?? hyperdisk ?? 'pd-balanced',
    bootDiskGib: settings.bootDiskGib ?? 200,
    localSsds: settings.localSsds ?? machine.localSsds ?? 0,
    autoRepair: !waits,
    surge: settings.flexStart === true ? undefined : surge(settings),
    maxRunSeconds: settings.maxRunSeconds ?? (settings.flexStart === true ? MAX_RUN_SECONDS : undefined),
    secureBoot: settings.driver !== 'INSTALLATION_DISABLED',
    warnings: warnings(settings, site, machine),
  };
}

function nodeLabels(settings: GpuPoolSettings): Readonly<Record<string, string>> {
  return {
    [NodeLabels.ACCELERATOR]: settings.accelerator.gkeAccelerator,
    ...(settings.spot === true ? { [NodeLabels.SPOT]: 'true' } : {}),
    ...(settings.flexStart === true ? { [NodeLabels.FLEX_START]: 'true' } : {}),
    ...(settings.accelerator.architecture === 'arm64' ? { [NodeLabels.ARCHITECTURE]: 'arm64' } : {}),
    ...sharingLabels(settings.migPartition, settings.sharing),
  };
}

/** Nodes of each zone at the start; the autoscaler adds what a total minimum leaves over. */
function initialNodes(settings: GpuPoolSettings, site: GpuPoolSite): number {
  const { minNodes = 0, nodeCounts } = settings;
  if (nodeCounts === 'per-zone') return minNodes;
  const zones = poolZones(settings, site)?.length;
  return zones === undefined || zones === 0 ? 0 : Math.floor(minNodes / zones);
}

function surge(settings: GpuPoolSettings): { readonly maxSurge: number; readonly maxUnavailable: number } {
  const { maxSurge, maxUnavailable, reservation } = settings;
  // A reservation has no room for one node more; elsewhere an upgrade should take no replica away.
  if (maxSurge === undefined && maxUnavailable === undefined) {
    return reservation === undefined ? { maxSurge: 1, maxUnavailable: 0 } : { maxSurge: 0, maxUnavailable: 1 };
  }
  return {
    maxSurge: maxSurge ?? (maxUnavailable === 0 ? 1 : 0),
    maxUnavailable: maxUnavailable ?? (maxSurge === 0 ? 1 : 0),
  };
}

function warnings(settings: GpuPoolSettings, site: GpuPoolSite, machine: MachineShape): readonly string[] {
  const { spot, flexStart, reservation } = settings;
  const onDemand = spot !== true && flexStart !== true && reservation === undefined;
  return [
    ...(onDemand && isSeldomOnDemand(machine.machineType)
      ? [`${machine.machineType} is rarely sold on demand: set spot, flexStart or a reservation if no node comes up`]
      : []),
    ...(poolZones(settings, site) === undefined && !isZone(site.location)
      ? [`nodeLocations is not set: creation fails if one of the cluster's zones lacks ${machine.machineType}`]
      : []),
  ];
}
