import { GpuAccelerator } from './accelerator';

/**
 * G4 machines; they boot from Hyperdisk only.
 * @see https://cloud.google.com/compute/docs/accelerator-optimized-machines#g4-series
 */
export const NVIDIA_RTX_PRO_6000 = new GpuAccelerator({
  displayName: 'NVIDIA RTX PRO 6000',
  gkeAccelerator: 'nvidia-rtx-pro-6000',
  memoryGib: 95.6,
  computeCapability: 12.0,
  machines: [
    { machineType: 'g4-standard-48', gpus: 1, vcpus: 48, memoryGib: 180 },
    { machineType: 'g4-standard-96', gpus: 2, vcpus: 96, memoryGib: 360 },
    { machineType: 'g4-standard-192', gpus: 4, vcpus: 192, memoryGib: 720 },
    { machineType: 'g4-standard-384', gpus: 8, vcpus: 384, memoryGib: 1440 },
  ],
  bootDiskType: 'hyperdisk-balanced',
});
