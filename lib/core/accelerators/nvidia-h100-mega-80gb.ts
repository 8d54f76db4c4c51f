import { GpuAccelerator } from './accelerator';

/**
 * A3 mega machines, for replicas that span nodes.
 * @see https://cloud.google.com/compute/docs/accelerator-optimized-machines#a3-vms
 */
export const NVIDIA_H100_MEGA_80GB = new GpuAccelerator({
  displayName: 'NVIDIA H100 Mega 80GB',
  gkeAccelerator: 'nvidia-h100-mega-80gb',
  memoryGib: 79.6,
  computeCapability: 9.0,
  machines: [{ machineType: 'a3-megagpu-8g', gpus: 8, vcpus: 208, memoryGib: 1872, localSsds: 16 }],
});
