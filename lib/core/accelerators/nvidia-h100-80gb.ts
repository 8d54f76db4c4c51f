import { GpuAccelerator } from './accelerator';

/**
 * A3 high machines; fewer than eight GPUs only as Spot or flex-start capacity.
 * @see https://cloud.google.com/compute/docs/accelerator-optimized-machines#a3-vms
 */
export const NVIDIA_H100_80GB = new GpuAccelerator({
  displayName: 'NVIDIA H100 80GB',
  gkeAccelerator: 'nvidia-h100-80gb',
  memoryGib: 79.6,
  computeCapability: 9.0,
  machines: [
    { machineType: 'a3-highgpu-1g', gpus: 1, vcpus: 26, memoryGib: 234, localSsds: 2 },
    { machineType: 'a3-highgpu-2g', gpus: 2, vcpus: 52, memoryGib: 468, localSsds: 4 },
    { machineType: 'a3-highgpu-4g', gpus: 4, vcpus: 104, memoryGib: 936, localSsds: 8 },
    { machineType: 'a3-highgpu-8g', gpus: 8, vcpus: 208, memoryGib: 1872, localSsds: 16 },
  ],
});
