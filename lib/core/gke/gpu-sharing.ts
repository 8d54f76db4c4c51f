import type { Accelerator } from '../accelerators';
import { oneOf, type Problem } from '../problem';

/** Several pods on one GPU, without isolation of memory. */
export interface GpuSharing {
  /** `time-sharing` switches between processes, `mps` runs them at the same time. */
  readonly strategy: 'time-sharing' | 'mps';
  /** Pods that may share one GPU, 2 to 48. */
  readonly maxClientsPerGpu: number;
}

/** Labels that GKE puts on nodes whose GPUs are shared; pods select on them. */
const SharingLabels = Object.freeze({
  STRATEGY: 'cloud.google.com/gke-gpu-sharing-strategy',
  MAX_CLIENTS: 'cloud.google.com/gke-max-shared-clients-per-gpu',
  PARTITION: 'cloud.google.com/gke-gpu-partition-size',
});

/** Node labels of a way to share. */
export function sharingLabels(
  migPartition: string | undefined,
  sharing: GpuSharing | undefined,
): Readonly<Record<string, string>> {
  return {
    ...(migPartition === undefined ? {} : { [SharingLabels.PARTITION]: migPartition }),
    ...(sharing === undefined
      ? {}
      : {
          [SharingLabels.STRATEGY]: sharing.strategy,
          [SharingLabels.MAX_CLIENTS]: String(sharing.maxClientsPerGpu),
        }),
  };
}

/** @see https://cloud.google.com/kubernetes-engine/docs/concepts/timesharing-gpus */
export const MAX_CLIENTS_PER_GPU = 48;

/**
 * Sizes that Multi-Instance GPU splits a GPU into, by GKE's name of the accelerator, with the parts of one GPU.
 * @see https://cloud.google.com/kubernetes-engine/docs/how-to/gpus-multi#multi-instance_gpu_partitions
 */
const MIG_PARTITIONS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'nvidia-tesla-a100': { '1g.5gb': 7, '2g.10gb': 3, '3g.20gb': 2, '7g.40gb': 1 },
  'nvidia-a100-80gb': { '1g.10gb': 7, '2g.20gb': 3, '3g.40gb': 2, '7g.80gb': 1 },
  'nvidia-h100-80gb': { '1g.10gb': 7, '1g.20gb': 4, '2g.20gb': 3, '3g.40gb': 2, '7g.80gb': 1 },
  'nvidia-h100-mega-80gb': { '1g.10gb': 7, '1g.20gb': 4, '2g.20gb': 3, '3g.40gb': 2, '7g.80gb': 1 },
  'nvidia-h200-141gb': { '1g.18gb': 7, '1g.35gb': 4, '2g.35gb': 3, '3g.71gb': 2, '7g.141gb': 1 },
};

/** Parts of one GPU by the size of a part; undefined where the library knows none. */
export function migPartitions(accelerator: Accelerator): Readonly<Record<string, number>> | undefined {
  return MIG_PARTITIONS[accelerator.gkeAccelerator];
}

/** What a node offers as `nvidia.com/gpu`: GPUs, parts of them, or places on them. */
export function schedulableGpus(gpus: number, parts: number, sharing: GpuSharing | undefined): number {
  return gpus * parts * (sharing?.maxClientsPerGpu ?? 1);
}

/** Checks how the GPUs of a node are shared. */
export function checkGpuSharing(
  accelerator: Accelerator,
  migPartition: string | undefined,
  sharing: GpuSharing | undefined,
): readonly Problem[] {
  return [
    ...(migPartition === undefined ? [] : checkPartition(accelerator, migPartition)),
    ...(sharing === undefined ? [] : checkClients(sharing)),
    ...(migPartition !== undefined && sharing?.strategy === 'mps' ? [MPS_ON_PARTITIONS] : []),
  ];
}

const MPS_ON_PARTITIONS: Problem = {
  what: "sharing strategy 'mps' beside migPartition",
  why: 'GKE shares the parts of a GPU by time only',
  fix: "use strategy 'time-sharing', or leave one of the two out",
};

function checkPartition(accelerator: Accelerator, size: string): readonly Problem[] {
  const partitions = migPartitions(accelerator);
  if (partitions === undefined) {
    return [
      {
        what: `migPartition '${size}' on ${accelerator.displayName}`,
        why: `Multi-Instance GPU is known for ${oneOf(Object.keys(MIG_PARTITIONS))}`,
        fix: 'leave migPartition out; `sharing` works on every GPU',
      },
    ];
  }
  if (size in partitions) return [];
  return [
    {
      what: `migPartition '${size}' is not a size of ${accelerator.displayName}`,
      why: 'a GPU splits in fixed ways only',
      fix: `use ${oneOf(Object.keys(partitions))}`,
    },
  ];
}

function checkClients(sharing: GpuSharing): readonly Problem[] {
  const { maxClientsPerGpu } = sharing;
  if (Number.isInteger(maxClientsPerGpu) && maxClientsPerGpu >= 2 && maxClientsPerGpu <= MAX_CLIENTS_PER_GPU) return [];
  return [
    {
      what: `sharing.maxClientsPerGpu ${maxClientsPerGpu} is out of range`,
      why: `GKE shares a GPU among 2 to ${MAX_CLIENTS_PER_GPU} pods`,
      fix: 'use a whole number in that range, or leave sharing out',
    },
  ];
}
