import { GpuAccelerator } from './accelerator';

/**
 * A4X machines with Arm processors: images must be built for arm64.
 * @see https://cloud.google.com/compute/docs/accelerator-optimized-machines#a4x-vms
 */
export const NVIDIA_GB200 = new GpuAccelerator({
  displayName: 'NVIDIA GB200',
  gkeAccelerator: 'nvidia-gb200',
  memoryGib: 185,
  computeCapability: 10.0,
  machines: [{ machineType: 'a4x-highgpu-4g', gpus: 4, vcpus: 140, memoryGib: 884, localSsds: 32 }],
  architecture: 'arm64',
  bootDiskType: 'hyperdisk-balanced',
});
