import { GpuAccelerator } from './accelerator';

/**
 * A2 ultra machines, with local SSD built in.
 * @see https://cloud.google.com/compute/docs/accelerator-optimized-machines#a2-vms
 */
export const NVIDIA_A100_80GB = new GpuAccelerator({
  displayName: 'NVIDIA A100 80GB',
  gkeAccelerator: 'nvidia-a100-80gb',
  memoryGib: 80,
  computeCapability: 8.0,
  machines: [
    { machineType: 'a2-ultragpu-1g', gpus: 1, vcpus: 12, memoryGib: 170, localSsds: 1 },
    { machineType: 'a2-ultragpu-2g', gpus: 2, vcpus: 24, memoryGib: 340, localSsds: 2 },
    { machineType: 'a2-ultragpu-4g', gpus: 4, vcpus: 48, memoryGib: 680, localSsds: 4 },
    { machineType: 'a2-ultragpu-8g', gpus: 8, vcpus: 96, memoryGib: 1360, localSsds: 8 },
  ],
});
