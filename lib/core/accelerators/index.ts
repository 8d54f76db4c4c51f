import { GpuAccelerator, type AcceleratorFacts } from './accelerator';
import { NVIDIA_A100_40GB } from './nvidia-a100-40gb';
import { NVIDIA_A100_80GB } from './nvidia-a100-80gb';
import { NVIDIA_B200 } from './nvidia-b200';
import { NVIDIA_GB200 } from './nvidia-gb200';
import { NVIDIA_H100_80GB } from './nvidia-h100-80gb';
import { NVIDIA_H100_MEGA_80GB } from './nvidia-h100-mega-80gb';
import { NVIDIA_H200_141GB } from './nvidia-h200-141gb';
import { NVIDIA_L4 } from './nvidia-l4';
import { NVIDIA_RTX_PRO_6000 } from './nvidia-rtx-pro-6000';
import { NVIDIA_TESLA_T4 } from './nvidia-t4';

const catalog = {
  NVIDIA_TESLA_T4,
  NVIDIA_L4,
  NVIDIA_A100_40GB,
  NVIDIA_A100_80GB,
  NVIDIA_H100_80GB,
  NVIDIA_H100_MEGA_80GB,
  NVIDIA_H200_141GB,
  NVIDIA_B200,
  NVIDIA_GB200,
  NVIDIA_RTX_PRO_6000,
} as const;

/** A GPU that GKE offers: `Accelerator.NVIDIA_L4`, or `Accelerator.custom({...})` for one that is not listed yet. */
export type Accelerator = GpuAccelerator;

const all: readonly Accelerator[] = Object.freeze(Object.values(catalog));

/** The GPUs that GKE offers. */
export const Accelerator = Object.freeze({
  ...catalog,
  /** Describes an accelerator that the catalogue lacks. */
  custom: (facts: AcceleratorFacts): Accelerator => new GpuAccelerator(facts),
  /** Every accelerator of the catalogue. */
  all,
});
