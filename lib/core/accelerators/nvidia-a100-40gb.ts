import { GpuAccelerator } from './accelerator';

/**
 * A2 standard machines.
 * @see https://cloud.google.com/compute/docs/accelerator-optimized-machines#a2-vms
 */
export const NVIDIA_A100_40GB = new GpuAccelerator({
  displayName: 'NVIDIA A100 40GB',
  gkeAccelerator: 'nvidia-tesla-a100',
  memoryGib: 40,
  computeCapability: 8.0,
  machines: [
    { machineType: 'a2-highgpu-1g', gpus: 1, vcpus: 12, memoryGib: 85 },
    { machineType: 'a2-highgpu-2g', gpus: 2, vcpus: 24, memoryGib: 170 },
    { machineType: 'a2-highgpu-4g', gpus: 4, vcpus: 48, memoryGib: 340 },
    { machineType: 'a2-highgpu-8g', gpus: 8, vcpus: 96, memoryGib: 680 },
    { machineType: 'a2-megagpu-16g', gpus: 16, vcpus: 96, memoryGib: 1360 },
  ],
});
