import * as fc from 'fast-check';
import { Accelerator } from '../../../lib/core/accelerators';
import { type GpuPoolSettings, type GpuPoolSite } from '../../../lib/core/gke/gpu-pool-settings';
import { planGpuPool } from '../../../lib/core/gke/gpu-pool-plan';
import { migPartitions } from '../../../lib/core/gke/gpu-sharing';
import { localSsdCounts } from '../../../lib/core/gke/machine-families';

const SITE: GpuPoolSite = { location: 'us-central1' };
const BASE: GpuPoolSettings = {
  accelerator: Accelerator.NVIDIA_L4,
  maxNodes: 4,
  nodeLocations: ['us-central1-a', 'us-central1-b'],
};
const planOf = (settings: Partial<GpuPoolSettings>, site: GpuPoolSite = SITE) => {
  const planned = planGpuPool({ ...BASE, ...settings }, site);
  if (planned.plan === undefined) throw new Error(planned.problems.map(({ what }) => what).join('; '));
  return planned.plan;
};
const refusalsOf = (settings: Partial<GpuPoolSettings>, site: GpuPoolSite = SITE) =>
  planGpuPool({ ...BASE, ...settings }, site).problems.map(({ what }) => what);

describe('the machine of a pool', () => {
  it.each(Accelerator.all.map((accelerator) => [accelerator.displayName, accelerator] as const))(
    'carries the fewest GPUs of %s unless told otherwise',
    (_, accelerator) => {
      const { machine } = planOf({ accelerator });

      expect(machine.gpus).toBe(Math.min(...accelerator.gpuCounts));
      expect(machine).toBe(accelerator.machineFor(machine.gpus));
    },
  );

  it.each(
    Accelerator.all.flatMap((accelerator) =>
      accelerator.gpuCounts.map((gpus) => [accelerator.displayName, gpus, accelerator] as const),
    ),
  )('carries the GPUs that are asked for: %s x%i', (_, gpusPerNode, accelerator) => {
    expect(planOf({ accelerator, gpusPerNode }).machine).toBe(accelerator.machineFor(gpusPerNode));
  });

  it('is the one that is named, with the GPUs that it has', () => {
    expect(planOf({ machineType: 'g2-standard-24' }).machine.gpus).toBe(2);
    const t4 = { accelerator: Accelerator.NVIDIA_TESLA_T4, machineType: 'n1-standard-16' };
    expect(planOf(t4).machine.gpus).toBe(1);
    expect(planOf({ ...t4, gpusPerNode: 2 }).machine.gpus).toBe(2);
  });

  it('may be one that the catalogue lacks', () => {
    const accelerator = Accelerator.custom({
      displayName: 'NVIDIA X',
      gkeAccelerator: 'nvidia-x',
      memoryGib: 100,
      computeCapability: 12,
      machines: [{ machineType: 'x1-standard-8', gpus: 1, vcpus: 8, memoryGib: 64 }],
    });

    expect(planOf({ accelerator, localSsds: 3 })).toMatchObject({
      machine: { machineType: 'x1-standard-8' },
      nodeLabels: { 'cloud.google.com/gke-accelerator': 'nvidia-x' },
      localSsds: 3,
    });
  });

  it('is refused where there is none', () => {
    expect(refusalsOf({ gpusPerNode: 3 })).toEqual(['gpusPerNode 3: no machine has that many NVIDIA L4 GPUs']);
    expect(refusalsOf({ machineType: 'a2-highgpu-1g' })).toEqual([
      "machineType 'a2-highgpu-1g' does not carry NVIDIA L4",
    ]);
    expect(refusalsOf({ machineType: 'g2-standard-24', gpusPerNode: 4 })).toEqual([
      "machineType 'g2-standard-24' with gpusPerNode 4",
    ]);
  });
});

describe('disks', () => {
  it.each([
    ['NVIDIA_L4', 'pd-balanced'],
    ['NVIDIA_H100_80GB', 'pd-balanced'],
    ['NVIDIA_H200_141GB', 'hyperdisk-balanced'],
    ['NVIDIA_B200', 'hyperdisk-balanced'],
    ['NVIDIA_GB200', 'hyperdisk-balanced'],
    ['NVIDIA_RTX_PRO_6000', 'hyperdisk-balanced'],
  ] as const)('of %s boot from %s', (key, disk) => {
    const accelerator = Accelerator[key];

    expect(planOf({ accelerator }).bootDiskType).toBe(disk);
    const refused = disk === 'hyperdisk-balanced' ? 1 : 0;
    expect(refusalsOf({ accelerator, bootDiskType: 'pd-ssd' })).toHaveLength(refused);
    expect(refusalsOf({ accelerator, bootDiskType: 'hyperdisk-extreme' })).toEqual([]);
  });

  it('are local in the numbers that a machine has', () => {
    for (const accelerator of Accelerator.all) {
      for (const machine of accelerator.machines) {
        const settings = { accelerator, machineType: machine.machineType, gpusPerNode: machine.gpus };
        expect(planOf(settings).localSsds).toBe(machine.localSsds ?? 0);
        const counts = localSsdCounts(machine);
        for (const localSsds of [0, 1, 2, 4, 8, 16, 32]) {
          const allowed = counts === undefined || counts.includes(localSsds);
          expect(refusalsOf({ ...settings, localSsds })).toHaveLength(allowed ? 0 : 1);
        }
      }
    }
  });
});

describe('refusals', () => {
  const zonal: GpuPoolSite = { location: 'us-central1-a', zones: ['us-central1-a'] };
  const cases: readonly (readonly [string, Partial<GpuPoolSettings>, readonly string[], GpuPoolSite?])[] = [
    ['spot and flex-start', { spot: true, flexStart: true }, ['spot beside flexStart']],
    ['spot and queued', { spot: true, queuedProvisioning: true }, ['spot beside queuedProvisioning']],
    ['spot and reserved', { spot: true, reservation: {} }, ['spot beside reservation']],
    ['flex-start and reserved', { flexStart: true, reservation: {} }, ['flexStart beside reservation']],
    ['queued and reserved', { queuedProvisioning: true, reservation: {} }, ['queuedProvisioning beside reservation']],
    ['queued from one', { queuedProvisioning: true, minNodes: 1 }, ['minNodes 1 beside queuedProvisioning']],
    ['flex-start from one', { flexStart: true, minNodes: 1 }, ['minNodes 1 beside flexStart']],
    ['flex-start and queued', { flexStart: true, queuedProvisioning: true }, []],
    ['shared but unnamed', { reservation: { project: 'p' } }, ['reservation.project beside no reservation.name']],
    ['ends without a way to', { maxRunSeconds: 3600 }, ['maxRunSeconds beside neither flexStart nor spot']],
    ['ends after seven days', { flexStart: true, maxRunSeconds: 604801 }, ['maxRunSeconds 604801 is out of range']],
    ['ends with spot', { spot: true, maxRunSeconds: 3600 }, []],
    ['compact over zones', { compactPlacement: true }, ['compactPlacement over 2 zones']],
    [
      'compact over unknown zones',
      { compactPlacement: true, nodeLocations: undefined as unknown as string[] },
      ["compactPlacement over the cluster's zones"],
    ],
    ['compact in a zone', { compactPlacement: true, nodeLocations: ['us-central1-a'] }, []],
    [
      'compact in a zonal cluster',
      { compactPlacement: true, nodeLocations: undefined as unknown as string[] },
      [],
      zonal,
    ],
    [
      'compact and queued',
      { compactPlacement: true, queuedProvisioning: true, nodeLocations: ['us-central1-a'] },
      ['compactPlacement beside queuedProvisioning'],
    ],
    [
      'compact and flex-start',
      { compactPlacement: true, flexStart: true, nodeLocations: ['us-central1-a'] },
      ['compactPlacement beside flexStart'],
    ],
    [
      'compact and flex-start on a4',
      {
        accelerator: Accelerator.NVIDIA_B200,
        compactPlacement: true,
        flexStart: true,
        nodeLocations: ['us-central1-a'],
      },
      [],
    ],
    ['more than there may be', { minNodes: 5 }, ['minNodes 5 is above maxNodes 4']],
    ['no nodes', { maxNodes: 0 }, ['maxNodes 0 is out of range']],
    ['half a node', { maxNodes: 1.5 }, ['maxNodes 1.5 is out of range']],
    ['few pods', { maxPodsPerNode: 4 }, ['maxPodsPerNode 4 is out of range']],
    ['no way to upgrade', { maxSurge: 0, maxUnavailable: 0 }, ['maxSurge 0 beside maxUnavailable 0']],
    ['a small disk', { bootDiskGib: 10 }, ['bootDiskGib 10 is out of range']],
    [
      'one client',
      { sharing: { strategy: 'mps', maxClientsPerGpu: 1 } },
      ['sharing.maxClientsPerGpu 1 is out of range'],
    ],
    [
      'too many clients',
      { sharing: { strategy: 'time-sharing', maxClientsPerGpu: 49 } },
      ['sharing.maxClientsPerGpu 49 is out of range'],
    ],
    ['parts of a GPU that has none', { migPartition: '1g.5gb' }, ["migPartition '1g.5gb' on NVIDIA L4"]],
    [
      'parts of another size',
      { accelerator: Accelerator.NVIDIA_A100_80GB, migPartition: '1g.5gb' },
      ["migPartition '1g.5gb' is not a size of NVIDIA A100 80GB"],
    ],
    [
      'parts by MPS',
      {
        accelerator: Accelerator.NVIDIA_A100_80GB,
        migPartition: '1g.10gb',
        sharing: { strategy: 'mps', maxClientsPerGpu: 2 },
      },
      ["sharing strategy 'mps' beside migPartition"],
    ],
    ['preloading without streaming', { imageStreaming: false }, [], SITE],
    [
      'preloading without streaming, with disks',
      { imageStreaming: false },
      ['secondaryBootDisks beside imageStreaming false'],
      { ...SITE, secondaryBootDisks: true },
    ],
    ['zones elsewhere', { nodeLocations: ['us-east1-b'] }, ["nodeLocations 'us-east1-b' is not a zone of us-central1"]],
  ];

  it.each(cases.map(([title, settings, expected, site = SITE]) => ({ title, settings, expected, site })))(
    'of $title',
    ({ settings, expected, site }) => {
      expect(refusalsOf(settings, site)).toEqual(expected);
    },
  );

  it('say why and what to do instead, for every rule', () => {
    for (const [, settings, , site] of cases) {
      for (const { why, fix } of planGpuPool({ ...BASE, ...settings }, site ?? SITE).problems) {
        expect(why).not.toBe('');
        expect(fix).not.toBe('');
      }
    }
  });
});

describe('what follows', () => {
  it('repairs and upgrades nodes where GKE may', () => {
    expect(planOf({})).toMatchObject({ autoRepair: true, surge: { maxSurge: 1, maxUnavailable: 0 } });
    expect(planOf({ reservation: {} }).surge).toEqual({ maxSurge: 0, maxUnavailable: 1 });
    expect(planOf({ maxSurge: 2 }).surge).toEqual({ maxSurge: 2, maxUnavailable: 0 });
    expect(planOf({ maxSurge: 0 }).surge).toEqual({ maxSurge: 0, maxUnavailable: 1 });
    expect(planOf({ maxUnavailable: 2 }).surge).toEqual({ maxSurge: 0, maxUnavailable: 2 });
    expect(planOf({ flexStart: true })).toMatchObject({ autoRepair: false, surge: undefined, maxRunSeconds: 604800 });
    expect(planOf({ queuedProvisioning: true }).autoRepair).toBe(false);
  });

  it('starts with the nodes that the minimum asks of each zone', () => {
    expect(planOf({ minNodes: 4 }).initialNodes).toBe(2);
    expect(planOf({ minNodes: 3 }).initialNodes).toBe(1);
    expect(planOf({ minNodes: 3, nodeCounts: 'per-zone' }).initialNodes).toBe(3);
    expect(planOf({ minNodes: 3, nodeLocations: undefined as unknown as string[] }).initialNodes).toBe(0);
  });

  it('labels nodes as pods select them', () => {
    expect(planOf({ spot: true }).nodeLabels).toEqual({
      'cloud.google.com/gke-accelerator': 'nvidia-l4',
      'cloud.google.com/gke-spot': 'true',
    });
    expect(planOf({ flexStart: true }).nodeLabels).toMatchObject({ 'cloud.google.com/gke-flex-start': 'true' });
    expect(planOf({ accelerator: Accelerator.NVIDIA_GB200 }).nodeLabels).toMatchObject({
      'kubernetes.io/arch': 'arm64',
    });
    expect(planOf({ sharing: { strategy: 'mps', maxClientsPerGpu: 3 } }).nodeLabels).toMatchObject({
      'cloud.google.com/gke-gpu-sharing-strategy': 'mps',
      'cloud.google.com/gke-max-shared-clients-per-gpu': '3',
    });
  });

  it('offers every part and every place of a GPU', () => {
    for (const accelerator of Accelerator.all) {
      for (const [size, parts] of Object.entries(migPartitions(accelerator) ?? {})) {
        const settings = { accelerator, migPartition: size };
        expect(planOf(settings).schedulableGpus).toBe(parts * planOf({ accelerator }).machine.gpus);
      }
    }
    const sharing = { strategy: 'time-sharing', maxClientsPerGpu: 4 } as const;
    expect(planOf({ gpusPerNode: 2, sharing }).schedulableGpus).toBe(8);
  });

  it('has a plan or problems, never both, whatever the settings', () => {
    const settings = fc.record(
      {
        accelerator: fc.constantFrom(...Accelerator.all),
        gpusPerNode: fc.constantFrom(0, 1, 2, 3, 4, 8, 16),
        maxNodes: fc.integer({ min: -1, max: 10 }),
        minNodes: fc.integer({ min: -1, max: 10 }),
        nodeCounts: fc.constantFrom('total' as const, 'per-zone' as const),
        spot: fc.boolean(),
        flexStart: fc.boolean(),
        queuedProvisioning: fc.boolean(),
        compactPlacement: fc.boolean(),
        localSsds: fc.integer({ min: -1, max: 40 }),
        maxSurge: fc.integer({ min: 0, max: 3 }),
        maxUnavailable: fc.integer({ min: 0, max: 3 }),
      },
      { requiredKeys: ['accelerator', 'maxNodes'] },
    );
    fc.assert(
      fc.property(
        settings,
        fc.constantFrom(SITE, { location: 'us-central1-a', zones: ['us-central1-a'] }),
        (s, site) => {
          const { plan, problems } = planGpuPool(s, site);
          expect(plan === undefined).toBe(problems.length > 0);
          if (plan === undefined) return;
          expect(s.accelerator.machines).toContain(plan.machine);
          expect(plan.nodeLabels['cloud.google.com/gke-accelerator']).toBe(s.accelerator.gkeAccelerator);
          expect(plan.initialNodes).toBeLessThanOrEqual(s.maxNodes);
          expect((plan.surge?.maxSurge ?? 1) + (plan.surge?.maxUnavailable ?? 1)).toBeGreaterThan(0);
        },
      ),
    );
  });
});
