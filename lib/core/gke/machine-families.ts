import type { MachineShape } from '../accelerators/accelerator';

/** Family of a machine type: `a3-highgpu` of `a3-highgpu-8g`. */
export function machineFamily(machineType: string): string {
  return machineType.split('-').slice(0, 2).join('-');
}

/**
 * Families without Persistent Disk: nodes boot from Hyperdisk.
 * @see https://cloud.google.com/compute/docs/accelerator-optimized-machines
 */
const HYPERDISK_ONLY: readonly string[] = ['a3-ultragpu', 'a4-highgpu', 'a4x-highgpu', 'g4-standard'];

/** Whether nodes of a machine type boot from Hyperdisk only. */
export function needsHyperdisk(machineType: string): boolean {
  return HYPERDISK_ONLY.includes(machineFamily(machineType));
}

/** Machines that Google sells as Spot, by flex-start or by reservation, seldom on demand. */
const SELDOM_ON_DEMAND: readonly string[] = ['a3-highgpu-1g', 'a3-highgpu-2g', 'a3-highgpu-4g'];

/**
 * Whether a machine type is rarely to be had on demand.
 * @see https://cloud.google.com/compute/docs/accelerator-optimized-machines#a3-vms
 */
export function isSeldomOnDemand(machineType: string): boolean {
  return SELDOM_ON_DEMAND.includes(machineType);
}

/** Families that flex-start places close together. */
const COMPACT_WITH_FLEX_START: readonly string[] = ['a3-ultragpu', 'a4-highgpu'];

/** Whether flex-start nodes of a machine type can be placed close together. */
export function allowsCompactFlexStart(machineType: string): boolean {
  return COMPACT_WITH_FLEX_START.includes(machineFamily(machineType));
}

/**
 * Numbers of local SSDs that can be added to a machine type without built-in ones.
 * @see https://cloud.google.com/compute/docs/disks/local-ssd#lssd_disks_fixed
 */
const OPTIONAL_LOCAL_SSDS: Readonly<Record<string, readonly number[]>> = {
  'g2-standard-4': [1],
  'g2-standard-8': [1],
  'g2-standard-12': [1],
  'g2-standard-16': [1],
  'g2-standard-24': [2],
  'g2-standard-32': [1],
  'g2-standard-48': [4],
  'g2-standard-96': [8],
  'a2-highgpu-1g': [1, 2, 4, 8],
  'a2-highgpu-2g': [2, 4, 8],
  'a2-highgpu-4g': [4, 8],
  'a2-highgpu-8g': [8],
  'a2-megagpu-16g': [8],
};

/** Numbers of local SSDs that a machine can have; undefined where the library does not know. */
export function localSsdCounts(machine: MachineShape): readonly number[] | undefined {
  if (machine.localSsds !== undefined && machine.localSsds > 0) return [machine.localSsds];
  const optional = OPTIONAL_LOCAL_SSDS[machine.machineType];
  return optional === undefined ? undefined : [0, ...optional];
}
