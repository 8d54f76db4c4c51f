import { GpuAccelerator } from './accelerator';

/**
 * A3 ultra machines.
 * @see https://cloud.google.com/compute/docs/accelerator-optimized-machines#a3-vms
 */
export const NVIDIA_H200_141GB = new GpuAccelerator({
  displayName: 'NVIDIA H200 141GB',
  gkeAccelerator: 'nvidia-h200-141gb',
  memoryGib: 140.4,
  computeCapability: 9.0,
  machines: [{ machineType: 'a3-ultragpu-8g', gpus: 8, vcpus: 224, memoryGib: 2952, localSsds: 32 }],
  bootDiskType: 'hyperdisk-balanced',
});
