import { Accelerator } from '../../../lib/core/accelerators';

/*
 * Sources, read for these tests and not for the library:
 * API  Compute Engine's machine types as its API lists them (skypilot-catalog v7 and v8, gcp/vms.csv).
 * DOCS cloud.google.com/compute/docs/accelerator-optimized-machines and .../docs/gpus.
 * CT   Google's cluster-toolkit, pkg/config/machine_mappings.json.
 * SMI  `nvidia-smi` on a GPU of the kind, MiB.
 * CUDA developer.nvidia.com/cuda-gpus.
 */

type Gpu = readonly [
  name: keyof typeof Accelerator,
  label: string,
  capability: number,
  mib: number,
  counts: readonly number[],
  source: string,
];

const GPUS: readonly Gpu[] = [
  ['NVIDIA_TESLA_T4', 'nvidia-tesla-t4', 7.5, 15_360, [1, 2, 4], 'CT; SMI; CUDA; DOCS: 1, 2 or 4 on N1'],
  ['NVIDIA_L4', 'nvidia-l4', 8.9, 23_034, [1, 2, 4, 8], 'CT; SMI; CUDA'],
  ['NVIDIA_A100_40GB', 'nvidia-tesla-a100', 8.0, 40_960, [1, 2, 4, 8, 16], 'CT; SMI; CUDA'],
  ['NVIDIA_A100_80GB', 'nvidia-a100-80gb', 8.0, 81_920, [1, 2, 4, 8], 'CT; SMI; CUDA'],
  ['NVIDIA_H100_80GB', 'nvidia-h100-80gb', 9.0, 81_559, [1, 2, 4, 8], 'CT; SMI; CUDA'],
  ['NVIDIA_H100_MEGA_80GB', 'nvidia-h100-mega-80gb', 9.0, 81_559, [8], 'CT; SMI; CUDA'],
  ['NVIDIA_H200_141GB', 'nvidia-h200-141gb', 9.0, 143_771, [8], 'CT; SMI; CUDA'],
  ['NVIDIA_B200', 'nvidia-b200', 10.0, 183_359, [8], 'CT; SMI; CUDA'],
  ['NVIDIA_GB200', 'nvidia-gb200', 10.0, 189_471, [4], 'CT; SMI; CUDA'],
  ['NVIDIA_RTX_PRO_6000', 'nvidia-rtx-pro-6000', 12.0, 97_887, [1, 2, 4, 8], 'CT; SMI; CUDA'],
];

/** Machine type, GPUs, virtual CPUs, memory in GiB, local SSDs of 375 GiB that come with it. */
type Machine = readonly [type: string, gpus: number, vcpus: number, memoryGib: number, ssds: number, source: string];

const MACHINES: Readonly<Record<string, readonly Machine[]>> = {
  'nvidia-tesla-t4': [
    ['n1-standard-4', 1, 4, 15, 0, 'API; DOCS: one T4 goes with up to 48 vCPUs'],
    ['n1-standard-8', 1, 8, 30, 0, 'API'],
    ['n1-standard-16', 1, 16, 60, 0, 'API'],
    ['n1-standard-16', 2, 16, 60, 0, 'API; DOCS: two T4 go with up to 48 vCPUs'],
    ['n1-standard-32', 2, 32, 120, 0, 'API'],
    ['n1-standard-32', 4, 32, 120, 0, 'API; DOCS: four T4 go with up to 96 vCPUs'],
    ['n1-standard-64', 4, 64, 240, 0, 'API; more than 48 vCPUs need four T4'],
  ],
  'nvidia-l4': [
    ['g2-standard-4', 1, 4, 16, 0, 'API; DOCS; CT'],
    ['g2-standard-8', 1, 8, 32, 0, 'API; DOCS; CT'],
    ['g2-standard-12', 1, 12, 48, 0, 'API; DOCS; CT'],
    ['g2-standard-16', 1, 16, 64, 0, 'API; DOCS; CT'],
    ['g2-standard-24', 2, 24, 96, 0, 'API; DOCS; CT'],
    ['g2-standard-32', 1, 32, 128, 0, 'API; DOCS; CT'],
    ['g2-standard-48', 4, 48, 192, 0, 'API; DOCS; CT'],
    ['g2-standard-96', 8, 96, 384, 0, 'API; DOCS; CT'],
  ],
  'nvidia-tesla-a100': [
    ['a2-highgpu-1g', 1, 12, 85, 0, 'API; CT'],
    ['a2-highgpu-2g', 2, 24, 170, 0, 'API; CT'],
    ['a2-highgpu-4g', 4, 48, 340, 0, 'API; CT'],
    ['a2-highgpu-8g', 8, 96, 680, 0, 'API; CT'],
    ['a2-megagpu-16g', 16, 96, 1360, 0, 'API; CT'],
  ],
  'nvidia-a100-80gb': [
    ['a2-ultragpu-1g', 1, 12, 170, 1, 'API; DOCS: 375 GiB attached'],
    ['a2-ultragpu-2g', 2, 24, 340, 2, 'API; DOCS: 750 GiB'],
    ['a2-ultragpu-4g', 4, 48, 680, 4, 'API; DOCS: 1,500 GiB'],
    ['a2-ultragpu-8g', 8, 96, 1360, 8, 'API; DOCS: 3,000 GiB'],
  ],
  'nvidia-h100-80gb': [
    ['a3-highgpu-1g', 1, 26, 234, 2, 'API; DOCS: 750 GiB'],
    ['a3-highgpu-2g', 2, 52, 468, 4, 'API; DOCS: 1,500 GiB'],
    ['a3-highgpu-4g', 4, 104, 936, 8, 'API; DOCS: 3,000 GiB'],
    ['a3-highgpu-8g', 8, 208, 1872, 16, 'API; DOCS: 6,000 GiB; CT: 16 local SSDs'],
  ],
  'nvidia-h100-mega-80gb': [['a3-megagpu-8g', 8, 208, 1872, 16, 'API; DOCS; CT: 16 local SSDs']],
  'nvidia-h200-141gb': [['a3-ultragpu-8g', 8, 224, 2952, 32, 'API; CT: 32 local SSDs']],
  'nvidia-b200': [['a4-highgpu-8g', 8, 224, 3968, 32, 'API; CT: 32 local SSDs']],
  'nvidia-gb200': [['a4x-highgpu-4g', 4, 140, 884, 32, 'DOCS "Arm VMs on Compute": 12,000 GiB of local SSD']],
  'nvidia-rtx-pro-6000': [
    ['g4-standard-48', 1, 48, 180, 0, 'DOCS; CT'],
    ['g4-standard-96', 2, 96, 360, 0, 'DOCS; CT'],
    ['g4-standard-192', 4, 192, 720, 0, 'DOCS; CT'],
    ['g4-standard-384', 8, 384, 1440, 0, 'DOCS; CT'],
  ],
};

function accelerator(name: keyof typeof Accelerator): Accelerator {
  const found = Accelerator[name];
  if (typeof found === 'function' || 'length' in found) throw new Error(`${name} is no accelerator`);
  return found;
}

describe.each(GPUS)('%s', (name, label, capability, mib, counts) => {
  const gpu = accelerator(name);

  test(`has the node label ${label}`, () => {
    expect(gpu.gkeAccelerator).toBe(label);
  });

  test(`has compute capability ${capability}`, () => {
    expect(gpu.computeCapability).toBe(capability);
  });

  test(`has the memory that the driver reports, ${mib} MiB`, () => {
    expect(Math.abs(gpu.memoryGib - mib / 1024)).toBeLessThanOrEqual(0.1);
  });

  test(`is offered in counts of ${counts.join(', ')}`, () => {
    expect(gpu.gpuCounts).toEqual(counts);
  });

  test('comes on the machines of the table and on no others', () => {
    const known = gpu.machines.map((shape) => [
      shape.machineType,
      shape.gpus,
      shape.vcpus,
      shape.memoryGib,
      shape.localSsds ?? 0,
    ]);
    const expected = MACHINES[label]!.map((row) => row.slice(0, 5));

    expect(known.map(String).sort()).toEqual(expected.map(String).sort());
  });
});

test('the catalogue has the accelerators of the table and no others', () => {
  expect(Accelerator.all).toEqual(GPUS.map(([name]) => accelerator(name)));
});

test('every accelerator of the catalogue has a node label of its own', () => {
  expect(new Set(Accelerator.all.map((gpu) => gpu.gkeAccelerator)).size).toBe(Accelerator.all.length);
});

test('one L4 is put on a machine with room for a model server beside the daemons', () => {
  expect(Accelerator.NVIDIA_L4.machineFor(1)?.machineType).toBe('g2-standard-12');
});

test('one T4 is put on a machine with room for a model server beside the daemons', () => {
  expect(Accelerator.NVIDIA_TESLA_T4.machineFor(1)?.machineType).toBe('n1-standard-8');
});

test('only the GB200 has Arm machines', () => {
  expect(Accelerator.all.filter((gpu) => gpu.architecture === 'arm64')).toEqual([Accelerator.NVIDIA_GB200]);
});

test('A3 Ultra, A4, A4X and G4 machines boot from Hyperdisk only', () => {
  expect(Accelerator.all.filter((gpu) => gpu.bootDiskType === 'hyperdisk-balanced')).toEqual([
    Accelerator.NVIDIA_H200_141GB,
    Accelerator.NVIDIA_B200,
    Accelerator.NVIDIA_GB200,
    Accelerator.NVIDIA_RTX_PRO_6000,
  ]);
});

test('an accelerator that is not listed can be described', () => {
  const custom = Accelerator.custom({
    displayName: 'NVIDIA GB300',
    gkeAccelerator: 'nvidia-gb300',
    memoryGib: 270,
    computeCapability: 10.3,
    machines: [{ machineType: 'a4x-maxgpu-4g-metal', gpus: 4, vcpus: 144, memoryGib: 960 }],
  });

  expect([custom.gpuCounts, Accelerator.all.includes(custom)]).toEqual([[4], false]);
});
