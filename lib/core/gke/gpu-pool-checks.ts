import type { MachineShape } from '../accelerators/accelerator';
import { oneOf, problemsOf, type Problem } from '../problem';
import { type GpuPoolSettings, type GpuPoolSite, MAX_RUN_SECONDS } from './gpu-pool-settings';
import { checkGpuSharing } from './gpu-sharing';
import { checkZones } from './locations';
import { allowsCompactFlexStart, localSsdCounts, needsHyperdisk } from './machine-families';
import { checkWholeNumber } from './numbers';

/** Everything that GKE would refuse, or that would not do what it says. The machine is undefined when none was found. */
export function checkGpuPool(
  settings: GpuPoolSettings,
  site: GpuPoolSite,
  machine: MachineShape | undefined,
): readonly Problem[] {
  return problemsOf(
    checkCounts(settings),
    settings.nodeLocations === undefined ? [] : checkZones('nodeLocations', settings.nodeLocations, site.location),
    checkCapacity(settings),
    checkCompact(settings, site, machine),
    checkGpuSharing(settings.accelerator, settings.migPartition, settings.sharing),
    machine === undefined ? [] : checkDisks(settings, machine),
    checkUpgrade(settings),
    site.secondaryBootDisks === true && settings.imageStreaming === false ? PRELOAD_WITHOUT_STREAMING : undefined,
  );
}

/** Zones that the pool's nodes will be in; undefined when only GKE knows. */
export function poolZones(settings: GpuPoolSettings, site: GpuPoolSite): readonly string[] | undefined {
  return settings.nodeLocations ?? site.zones;
}

function checkCounts(settings: GpuPoolSettings): readonly Problem[] {
  const { minNodes = 0, maxNodes, maxPodsPerNode } = settings;
  return problemsOf(
    checkWholeNumber('maxNodes', maxNodes, 1, 1000),
    checkWholeNumber('minNodes', minNodes, 0, 1000),
    minNodes > maxNodes
      ? {
          what: `minNodes ${minNodes} is above maxNodes ${maxNodes}`,
          why: 'the pool scales between the two',
          fix: 'raise maxNodes or lower minNodes',
        }
      : undefined,
    maxPodsPerNode === undefined ? undefined : checkWholeNumber('maxPodsPerNode', maxPodsPerNode, 8, 256),
  );
}

function checkCapacity(settings: GpuPoolSettings): readonly Problem[] {
  const { spot, flexStart, queuedProvisioning, reservation, minNodes = 0, maxRunSeconds } = settings;
  const waiting = flexStart === true ? 'flexStart' : 'queuedProvisioning';
  const waits = flexStart === true || queuedProvisioning === true;
  return problemsOf(
    spot === true && waits ? beside('spot', waiting, 'both are ways to buy capacity', `leave one of them out`) : [],
    spot === true && reservation !== undefined
      ? beside('spot', 'reservation', 'reserved capacity is never Spot', 'leave one of them out')
      : [],
    waits && reservation !== undefined
      ? beside(waiting, 'reservation', 'capacity that is waited for is not reserved', 'leave one of them out')
      : [],
    waits && minNodes > 0
      ? beside(`minNodes ${minNodes}`, waiting, 'nodes come when there is capacity, not before', 'use minNodes 0')
      : [],
    reservation?.project !== undefined && reservation.name === undefined
      ? beside('reservation.project', 'no reservation.name', 'a shared reservation is named', 'name it')
      : [],
    maxRunSeconds === undefined ? [] : checkRunSeconds(settings, maxRunSeconds),
  );
}

function checkRunSeconds({ spot, flexStart }: GpuPoolSettings, seconds: number): readonly Problem[] {
  const range = checkWholeNumber('maxRunSeconds', seconds, 600, MAX_RUN_SECONDS);
  if (range !== undefined) return [range];
  if (spot === true || flexStart === true) return [];
  return beside('maxRunSeconds', 'neither flexStart nor spot', 'lasting nodes have no end', 'leave it out');
}

function checkCompact(
  settings: GpuPoolSettings,
  site: GpuPoolSite,
  machine: MachineShape | undefined,
): readonly Problem[] {
  if (settings.compactPlacement !== true) return [];
  const zones = poolZones(settings, site);
  const spread = zones?.length === 1 ? [] : [manyZones(zones)];
  const queued =
    settings.queuedProvisioning === true
      ? beside('compactPlacement', 'queuedProvisioning', 'GKE places queued nodes itself', 'leave one of them out')
      : [];
  const flex =
    settings.flexStart === true && machine !== undefined && !allowsCompactFlexStart(machine.machineType)
      ? beside(
          'compactPlacement',
          'flexStart',
          `flex-start does not place ${machine.machineType} close together`,
          'leave one out',
        )
      : [];
  return [...spread, ...queued, ...flex];
}

function manyZones(zones: readonly string[] | undefined): Problem {
  return {
    what: `compactPlacement over ${zones === undefined ? "the cluster's zones" : `${zones.length} zones`}`,
    why: 'nodes in different zones cannot be close together',
    fix: 'name one zone in nodeLocations',
  };
}

function checkDisks(settings: GpuPoolSettings, machine: MachineShape): readonly Problem[] {
  const { bootDiskType, bootDiskGib, localSsds, accelerator } = settings;
  const hyperdisk = accelerator.bootDiskType !== undefined || needsHyperdisk(machine.machineType);
  return problemsOf(
    bootDiskType !== undefined && hyperdisk && !bootDiskType.startsWith('hyperdisk-')
      ? {
          what: `bootDiskType '${bootDiskType}' on ${machine.machineType}`,
          why: 'the machine takes Hyperdisk only',
          fix: "use 'hyperdisk-balanced', or leave bootDiskType out",
        }
      : undefined,
    bootDiskGib === undefined ? undefined : checkWholeNumber('bootDiskGib', bootDiskGib, 30, 65536),
    localSsds === undefined ? [] : checkLocalSsds(localSsds, machine),
  );
}

function checkLocalSsds(localSsds: number, machine: MachineShape): readonly Problem[] {
  const counts = localSsdCounts(machine);
  const range = checkWholeNumber('localSsds', localSsds, 0, 32);
  if (range !== undefined) return [range];
  if (counts === undefined || counts.includes(localSsds)) return [];
  return [
    {
      what: `localSsds ${localSsds} on ${machine.machineType}`,
      why: machine.localSsds === undefined ? 'the machine takes fixed numbers of them' : 'they are built in',
      fix: `use ${oneOf(counts)}, or leave localSsds out`,
    },
  ];
}

function checkUpgrade(settings: GpuPoolSettings): readonly Problem[] {
  const { maxSurge, maxUnavailable } = settings;
  const ranges = problemsOf(
    maxSurge === undefined ? undefined : checkWholeNumber('maxSurge', maxSurge, 0, 20),
    maxUnavailable === undefined ? undefined : checkWholeNumber('maxUnavailable', maxUnavailable, 0, 20),
  );
  if (ranges.length > 0 || maxSurge !== 0 || maxUnavailable !== 0) return ranges;
  return beside('maxSurge 0', 'maxUnavailable 0', 'an upgrade could replace no node', 'raise one of them');
}

const PRELOAD_WITHOUT_STREAMING: Problem = {
  what: 'secondaryBootDisks beside imageStreaming false',
  why: 'GKE reads preloaded images through image streaming',
  fix: 'leave imageStreaming out',
};

function beside(what: string, other: string, why: string, fix: string): readonly Problem[] {
  return [{ what: `${what} beside ${other}`, why, fix }];
}
