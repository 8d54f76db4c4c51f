import type { Accelerator } from '../accelerators';
import { deepFreeze } from '../freeze';

/** What the time of a step depends on: published peaks of one GPU, dense (without sparsity). */
export interface GpuSpeed {
  /** 16-bit tensor cores, 10^12 floating-point operations a second. */
  readonly tflops16: number;
  /** 8-bit tensor cores; the 16-bit figure where the GPU has none. */
  readonly tflops8: number;
  /** Memory, 10^9 bytes a second. */
  readonly memoryGBs: number;
  /** Between two GPUs of a machine, one direction, 10^9 bytes a second. */
  readonly linkGBs: number;
  /** Part of `tflops16` that large matrix products reach; cards with a tight power limit reach less of their peak. */
  readonly computeEfficiency: number;
}

/**
 * By node label. Peaks from NVIDIA's data sheets; PCIe links at the rate that collective operations reach.
 * The part of the peak is what published vLLM measurements show (see `docs/routing.md`).
 * @see https://resources.nvidia.com/en-us-gpu-resources/h100-datasheet-24306
 * @see https://www.nvidia.com/content/dam/en-zz/Solutions/Data-Center/a100/pdf/nvidia-a100-datasheet-us-nvidia-1758950-r4-web.pdf
 * @see https://www.nvidia.com/en-us/data-center/l4/
 */
const SPEEDS: Readonly<Record<string, GpuSpeed>> = deepFreeze({
  'nvidia-tesla-t4': { tflops16: 65, tflops8: 65, memoryGBs: 320, linkGBs: 10, computeEfficiency: 0.4 },
  'nvidia-l4': { tflops16: 121, tflops8: 242, memoryGBs: 300, linkGBs: 20, computeEfficiency: 0.45 },
  'nvidia-tesla-a100': { tflops16: 312, tflops8: 312, memoryGBs: 1555, linkGBs: 240, computeEfficiency: 0.6 },
  'nvidia-a100-80gb': { tflops16: 312, tflops8: 312, memoryGBs: 2039, linkGBs: 240, computeEfficiency: 0.6 },
  'nvidia-h100-80gb': { tflops16: 989, tflops8: 1979, memoryGBs: 3350, linkGBs: 380, computeEfficiency: 0.55 },
  'nvidia-h100-mega-80gb': { tflops16: 989, tflops8: 1979, memoryGBs: 3350, linkGBs: 380, computeEfficiency: 0.55 },
  'nvidia-h200-141gb': { tflops16: 989, tflops8: 1979, memoryGBs: 4800, linkGBs: 380, computeEfficiency: 0.55 },
  'nvidia-b200': { tflops16: 2250, tflops8: 4500, memoryGBs: 8000, linkGBs: 760, computeEfficiency: 0.5 },
  'nvidia-gb200': { tflops16: 2500, tflops8: 5000, memoryGBs: 8000, linkGBs: 760, computeEfficiency: 0.5 },
  'nvidia-rtx-pro-6000': { tflops16: 503, tflops8: 1007, memoryGBs: 1597, linkGBs: 40, computeEfficiency: 0.5 },
});

/** Speed of an accelerator of the catalogue; undefined for one that was described by hand. */
export function gpuSpeed(accelerator: Accelerator): GpuSpeed | undefined {
  return SPEEDS[accelerator.gkeAccelerator];
}
