import { Accelerator } from '../../lib/core/accelerators';
import { podResources } from '../../lib/core/pod-resources';

test('a replica asks for a part of the preferred machine', () => {
  expect(podResources(Accelerator.NVIDIA_L4, 1)).toEqual({ cpu: 7, memoryGib: 36 });
});

test('replicas that share a machine ask for their part of it', () => {
  // a3-ultragpu-8g: 224 vCPU and 2952 GiB for eight GPUs.
  const whole = podResources(Accelerator.NVIDIA_H200_141GB, 8)!;

  const half = podResources(Accelerator.NVIDIA_H200_141GB, 4)!;
  const eighth = podResources(Accelerator.NVIDIA_H200_141GB, 1)!;

  expect(whole).toEqual({ cpu: 134, memoryGib: 2214 });
  expect(half).toEqual({ cpu: 67, memoryGib: 1107 });
  expect(eighth).toEqual({ cpu: 16, memoryGib: 276 });
});

test('a count that no machine offers has no resources', () => {
  expect(podResources(Accelerator.NVIDIA_L4, 3)).toBeUndefined();
});

/** What GKE leaves of a machine: 25 % of the first 4 GiB, 20 % of the next 4, 10 % of 8, 6 % of 112, 2 % of the rest. */
function allocatableGib(memoryGib: number): number {
  const steps = [
    [4, 0.25],
    [4, 0.2],
    [8, 0.1],
    [112, 0.06],
    [Number.POSITIVE_INFINITY, 0.02],
  ] as const;
  let rest = memoryGib;
  let reserved = 0.1;
  for (const [size, share] of steps) {
    reserved += Math.min(rest, size) * share;
    rest = Math.max(0, rest - size);
  }
  return memoryGib - reserved;
}

const PREFERRED = Accelerator.all.flatMap((gpu) =>
  gpu.gpuCounts.map((count) => [gpu.displayName, count, gpu] as const),
);

test.each(PREFERRED)('a replica on %s x %d fits on its machine beside the daemons', (_name, count, gpu) => {
  const machine = gpu.machineFor(count)!;

  const { cpu, memoryGib } = podResources(gpu, count)!;

  expect(memoryGib).toBeLessThanOrEqual(allocatableGib(machine.memoryGib) - 1);
  expect(cpu).toBeLessThanOrEqual(machine.vcpus - 1);
  expect(Math.min(cpu, memoryGib)).toBeGreaterThanOrEqual(1);
});

test.each(PREFERRED)('two replicas do not share the GPUs of %s x %d by accident', (_name, count, gpu) => {
  const { cpu, memoryGib } = podResources(gpu, count)!;

  expect(cpu).toBeGreaterThan(gpu.machineFor(count)!.vcpus / 2 - 1);
  expect(memoryGib).toBeGreaterThan(gpu.machineFor(count)!.memoryGib / 2);
});
