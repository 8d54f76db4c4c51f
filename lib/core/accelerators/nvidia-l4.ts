import { GpuAccelerator } from './accelerator';

/**
 * G2 machines; the cheapest way to serve models up to about 8 billion parameters on one GPU.
 * @see https://cloud.google.com/compute/docs/accelerator-optimized-machines#g2-vms
 */
export const NVIDIA_L4 = new GpuAccelerator({
  displayName: 'NVIDIA L4',
  gkeAccelerator: 'nvidia-l4',
  memoryGib: 22.5,
  computeCapability: 8.9,
  machines: [
    { machineType: 'g2-standard-12', gpus: 1, vcpus: 12, memoryGib: 48 },
    { machineType: 'g2-standard-4', gpus: 1, vcpus: 4, memoryGib: 16 },
    { machineType: 'g2-standard-8', gpus: 1, vcpus: 8, memoryGib: 32 },
    { machineType: 'g2-standard-16', gpus: 1, vcpus: 16, memoryGib: 64 },
    { machineType: 'g2-standard-32', gpus: 1, vcpus: 32, memoryGib: 128 },
    { machineType: 'g2-standard-24', gpus: 2, vcpus: 24, memoryGib: 96 },
    { machineType: 'g2-standard-48', gpus: 4, vcpus: 48, memoryGib: 192 },
    { machineType: 'g2-standard-96', gpus: 8, vcpus: 96, memoryGib: 384 },
  ],
});
