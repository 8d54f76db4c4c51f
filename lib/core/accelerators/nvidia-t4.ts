import { GpuAccelerator } from './accelerator';

/**
 * Attached to general-purpose N1 machines; no bfloat16.
 * @see https://cloud.google.com/compute/docs/gpus
 */
export const NVIDIA_TESLA_T4 = new GpuAccelerator({
  displayName: 'NVIDIA T4',
  gkeAccelerator: 'nvidia-tesla-t4',
  memoryGib: 15,
  computeCapability: 7.5,
  machines: [
    { machineType: 'n1-standard-8', gpus: 1, vcpus: 8, memoryGib: 30 },
    { machineType: 'n1-standard-4', gpus: 1, vcpus: 4, memoryGib: 15 },
    { machineType: 'n1-standard-16', gpus: 1, vcpus: 16, memoryGib: 60 },
    { machineType: 'n1-standard-16', gpus: 2, vcpus: 16, memoryGib: 60 },
    { machineType: 'n1-standard-32', gpus: 2, vcpus: 32, memoryGib: 120 },
    { machineType: 'n1-standard-32', gpus: 4, vcpus: 32, memoryGib: 120 },
    { machineType: 'n1-standard-64', gpus: 4, vcpus: 64, memoryGib: 240 },
  ],
});
