import type { Accelerator } from './accelerators';

/** CPU and memory that a replica asks for. */
export interface PodResources {
  /** Cores. */
  readonly cpu: number;
  /** GiB. */
  readonly memoryGib: number;
}

/** Part of a machine that is left to one replica: GKE reserves some of it, and daemons run beside it. */
const CPU_SHARE = 0.6;
const MEMORY_SHARE = 0.75;

/** Resources of a replica: its share of the machine that its accelerator and GPU count call for; undefined without one. */
export function podResources(accelerator: Accelerator, gpuCount: number): PodResources | undefined {
  const machine = accelerator.machineHosting(gpuCount);
  if (machine === undefined) return undefined;
  const part = gpuCount / machine.gpus;
  return {
    cpu: Math.floor(machine.vcpus * CPU_SHARE * part),
    memoryGib: Math.floor(machine.memoryGib * MEMORY_SHARE * part),
  };
}
