import fc from 'fast-check';
import { GpuAccelerator, type AcceleratorFacts, type MachineShape } from '../../../lib/core/accelerators/accelerator';
import { holds } from '../builders';

const FACTS: AcceleratorFacts = {
  displayName: 'ACME X1',
  gkeAccelerator: 'acme-x1',
  memoryGib: 48,
  computeCapability: 9,
  machines: [
    { machineType: 'x1-large', gpus: 4, vcpus: 48, memoryGib: 192 },
    { machineType: 'x1-medium', gpus: 1, vcpus: 12, memoryGib: 48 },
    { machineType: 'x1-small', gpus: 1, vcpus: 4, memoryGib: 16 },
    { machineType: 'x1-huge', gpus: 16, vcpus: 192, memoryGib: 768, localSsds: 4 },
  ],
};

test('offers each GPU count once, in ascending order', () => {
  expect(new GpuAccelerator(FACTS).gpuCounts).toEqual([1, 4, 16]);
});

test('prefers the machine that is listed first among those with a GPU count', () => {
  expect(new GpuAccelerator(FACTS).machineFor(1)?.machineType).toBe('x1-medium');
});

test.each([0, 2, 3, 8, 17, -1, 1.5, Number.NaN])('has no machine with %d GPUs', (count) => {
  expect(new GpuAccelerator(FACTS).machineFor(count)).toBeUndefined();
});

test('has a machine for exactly the counts that it offers', () => {
  const machine: fc.Arbitrary<MachineShape> = fc.record({
    machineType: fc.string(),
    gpus: fc.integer({ min: 1, max: 16 }),
    vcpus: fc.integer({ min: 1 }),
    memoryGib: fc.integer({ min: 1 }),
  });

  holds(
    fc.property(fc.array(machine), fc.integer({ min: -1, max: 17 }), (machines, count) => {
      const accelerator = new GpuAccelerator({ ...FACTS, machines });

      expect(accelerator.machineFor(count)?.gpus).toBe(accelerator.gpuCounts.includes(count) ? count : undefined);
    }),
  );
});

describe('a machine that hosts a replica', () => {
  test.each([
    [1, 'x1-medium'],
    [2, 'x1-large'],
    [4, 'x1-large'],
    [8, 'x1-huge'],
    [16, 'x1-huge'],
  ])('of %d GPUs is the smallest that can be divided by them: %s', (gpus, machineType) => {
    expect(new GpuAccelerator(FACTS).machineHosting(gpus)?.machineType).toBe(machineType);
  });

  test.each([0, 3, 5, 32, -1, Number.NaN])('does not exist for %d GPUs', (gpus) => {
    expect(new GpuAccelerator(FACTS).machineHosting(gpus)).toBeUndefined();
  });
});

test('is on x86 machines that boot from any disk unless it says otherwise', () => {
  const accelerator = new GpuAccelerator(FACTS);

  expect([accelerator.architecture, accelerator.bootDiskType]).toEqual(['amd64', undefined]);
});

test('keeps the architecture and boot disk that it is given', () => {
  const accelerator = new GpuAccelerator({ ...FACTS, architecture: 'arm64', bootDiskType: 'hyperdisk-balanced' });

  expect([accelerator.architecture, accelerator.bootDiskType]).toEqual(['arm64', 'hyperdisk-balanced']);
});

test('is called by its display name in messages', () => {
  expect(String(new GpuAccelerator(FACTS))).toBe('ACME X1');
});

test('does not change when the facts that it was made from change', () => {
  const machines = [{ machineType: 'x1-medium', gpus: 1, vcpus: 12, memoryGib: 48 }];
  const accelerator = new GpuAccelerator({ ...FACTS, machines });

  machines[0]!.gpus = 2;
  machines.push({ machineType: 'x1-large', gpus: 4, vcpus: 48, memoryGib: 192 });

  expect(accelerator.gpuCounts).toEqual([1]);
});

test('cannot be changed', () => {
  const accelerator = new GpuAccelerator(FACTS);

  expect(Object.isFrozen(accelerator)).toBe(true);
  expect(Object.isFrozen(accelerator.machines)).toBe(true);
  expect(accelerator.machines.every((machine) => Object.isFrozen(machine))).toBe(true);
});
