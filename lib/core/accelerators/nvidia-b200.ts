import { GpuAccelerator } from './accelerator';

/**
 * A4 machines; they boot from Hyperdisk only.
 * @see https://cloud.google.com/compute/docs/accelerator-optimized-machines#a4-vms
 */
export const NVIDIA_B200 = new GpuAccelerator({
  displayName: 'NVIDIA B200',
  gkeAccelerator: 'nvidia-b200',
  memoryGib: 179,
  computeCapability: 10.0,
  machines: [{ machineType: 'a4-highgpu-8g', gpus: 8, vcpus: 224, memoryGib: 3968, localSsds: 32 }],
  bootDiskType: 'hyperdisk-balanced',
});
