import { Accelerator } from '../../lib/core/accelerators';
import { GPU_RESOURCE, GPU_TAINT_VALUE, NodeLabels } from '../../lib/core/labels';
import { GpuNodePool, type GpuNodePoolArgs } from '../../lib/gcp/gpu-node-pool';
import { recordRefusal, recordResources, valueOf } from '../support/pulumi-mocks';
import { clusterData, fakeCluster } from './fake-cluster';

type Args = Partial<Omit<GpuNodePoolArgs, 'cluster'>>;

const BASE = { accelerator: Accelerator.NVIDIA_L4, maxNodes: 4, nodeLocations: ['us-central1-a'] };
const pool = (args: Args = {}) =>
  recordResources(() => new GpuNodePool('l4', { cluster: fakeCluster(), ...BASE, ...args }));
const inputsOf = async (args: Args = {}) => (await pool(args)).one('container/nodePool:NodePool').inputs;
const nodeConfigOf = async (args: Args = {}) => (await inputsOf(args))['nodeConfig'];

describe('GpuNodePool', () => {
  it('scales from zero, with a driver, a taint, private nodes and an identity of little power', async () => {
    expect(await inputsOf()).toMatchInlineSnapshot(`
     {
       "autoscaling": {
         "locationPolicy": "ANY",
         "totalMaxNodeCount": 4,
         "totalMinNodeCount": 0,
       },
       "cluster": "llm",
       "initialNodeCount": 0,
       "location": "us-central1",
       "management": {
         "autoRepair": true,
         "autoUpgrade": true,
       },
       "maxPodsPerNode": 32,
       "networkConfig": {
         "enablePrivateNodes": true,
       },
       "nodeConfig": {
         "diskSizeGb": 200,
         "diskType": "pd-balanced",
         "gcfsConfig": {
           "enabled": true,
         },
         "guestAccelerators": [
           {
             "count": 1,
             "gpuDriverInstallationConfig": {
               "gpuDriverVersion": "LATEST",
             },
             "type": "nvidia-l4",
           },
         ],
         "gvnic": {
           "enabled": true,
         },
         "imageType": "COS_CONTAINERD",
         "kubeletConfig": {
           "insecureKubeletReadonlyPortEnabled": "FALSE",
         },
         "machineType": "g2-standard-12",
         "metadata": {
           "disable-legacy-endpoints": "true",
         },
         "oauthScopes": [
           "https://www.googleapis.com/auth/cloud-platform",
         ],
         "reservationAffinity": {
           "consumeReservationType": "NO_RESERVATION",
         },
         "serviceAccount": "nodes@my-project.iam.gserviceaccount.com",
         "shieldedInstanceConfig": {
           "enableIntegrityMonitoring": true,
           "enableSecureBoot": true,
         },
         "taints": [
           {
             "effect": "NO_SCHEDULE",
             "key": "nvidia.com/gpu",
             "value": "present",
           },
         ],
         "workloadMetadataConfig": {
           "mode": "GKE_METADATA",
         },
       },
       "nodeLocations": [
         "us-central1-a",
       ],
       "project": "my-project",
       "upgradeSettings": {
         "maxSurge": 1,
         "maxUnavailable": 0,
         "strategy": "SURGE",
       },
     }
    `);
  });

  it('leaves the count to the autoscaler', async () => {
    const recording = await pool();

    expect(recording.one('nodePool:NodePool').ignoreChanges).toEqual(['initialNodeCount']);
    expect(recording.tree()).toContain('l4 > gcp:container/nodePool:NodePool l4');
    expect((await valueOf(recording.result.nodePoolName)).value).toBe('l4');
  });

  it('counts nodes of the whole pool or of each zone', async () => {
    expect((await inputsOf({ minNodes: 1 }))['autoscaling']).toEqual({
      totalMinNodeCount: 1,
      totalMaxNodeCount: 4,
      locationPolicy: 'ANY',
    });
    const perZone = await inputsOf({ minNodes: 1, nodeCounts: 'per-zone' });
    expect(perZone['autoscaling']).toEqual({ minNodeCount: 1, maxNodeCount: 4, locationPolicy: 'ANY' });
    expect(perZone['initialNodeCount']).toBe(1);
  });

  it('buys Spot capacity', async () => {
    expect(await nodeConfigOf({ spot: true })).toMatchObject({
      spot: true,
      reservationAffinity: { consumeReservationType: 'NO_RESERVATION' },
    });
  });

  it('waits for flex-start capacity, which GKE does not repair', async () => {
    const inputs = await inputsOf({ flexStart: true, queuedProvisioning: true });

    expect(inputs).toMatchObject({
      management: { autoRepair: false, autoUpgrade: true },
      queuedProvisioning: { enabled: true },
      nodeConfig: { flexStart: true, maxRunDuration: '604800s' },
    });
    expect(inputs).not.toHaveProperty('upgradeSettings');
  });

  it('takes reserved capacity, without asking for more of it in an upgrade', async () => {
    const own = await inputsOf({ reservation: { name: 'r1' } });
    expect(own).toMatchObject({
      upgradeSettings: { maxSurge: 0, maxUnavailable: 1 },
      nodeConfig: {
        reservationAffinity: {
          consumeReservationType: 'SPECIFIC_RESERVATION',
          key: 'compute.googleapis.com/reservation-name',
          values: ['r1'],
        },
      },
    });
    expect(await nodeConfigOf({ reservation: { name: 'r1', project: 'shared' } })).toMatchObject({
      reservationAffinity: { values: ['projects/shared/reservations/r1'] },
    });
    expect(await nodeConfigOf({ reservation: {} })).toMatchObject({
      reservationAffinity: { consumeReservationType: 'ANY_RESERVATION' },
    });
  });

  it('shares GPUs by time, by MPS or in parts', async () => {
    expect(await nodeConfigOf({ sharing: { strategy: 'time-sharing', maxClientsPerGpu: 4 } })).toMatchObject({
      guestAccelerators: [{ gpuSharingConfig: { gpuSharingStrategy: 'TIME_SHARING', maxSharedClientsPerGpu: 4 } }],
    });
    expect(await nodeConfigOf({ sharing: { strategy: 'mps', maxClientsPerGpu: 2 } })).toMatchObject({
      guestAccelerators: [{ gpuSharingConfig: { gpuSharingStrategy: 'MPS', maxSharedClientsPerGpu: 2 } }],
    });
    const parts = await pool({ accelerator: Accelerator.NVIDIA_A100_80GB, gpusPerNode: 2, migPartition: '3g.40gb' });
    expect(parts.one('nodePool:NodePool').inputs).toMatchObject({
      nodeConfig: { guestAccelerators: [{ count: 2, gpuPartitionSize: '3g.40gb' }] },
    });
    expect(parts.result.schedulableGpus).toBe(4);
    expect(parts.result.nodeLabels).toMatchObject({ 'cloud.google.com/gke-gpu-partition-size': '3g.40gb' });
  });

  it('places nodes close together, by a policy of their own where one is given', async () => {
    expect((await inputsOf({ compactPlacement: true }))['placementPolicy']).toEqual({ type: 'COMPACT' });
    expect((await inputsOf({ compactPlacement: true, placementPolicy: 'p' }))['placementPolicy']).toEqual({
      type: 'COMPACT',
      policyName: 'p',
    });
  });

  it('uses local SSDs as the machine has them', async () => {
    expect(await nodeConfigOf({ accelerator: Accelerator.NVIDIA_A100_80GB })).toMatchObject({
      ephemeralStorageLocalSsdConfig: { localSsdCount: 1 },
    });
    expect(await nodeConfigOf({ localSsds: 1, localSsdUse: 'block' })).toMatchObject({
      localNvmeSsdBlockConfig: { localSsdCount: 1 },
    });
    expect(await nodeConfigOf()).not.toHaveProperty('ephemeralStorageLocalSsdConfig');
  });

  it('preloads images, sets labels and disks, and turns secure boot off for drivers of a user', async () => {
    expect(
      await nodeConfigOf({
        secondaryBootDisks: ['projects/p/global/images/vllm'],
        labels: { tier: 'gold' },
        resourceLabels: { team: 'ml' },
        bootDiskGib: 500,
        bootDiskType: 'pd-ssd',
        driver: 'INSTALLATION_DISABLED',
      }),
    ).toMatchObject({
      secondaryBootDisks: [{ diskImage: 'projects/p/global/images/vllm', mode: 'CONTAINER_IMAGE_CACHE' }],
      labels: { tier: 'gold' },
      resourceLabels: { team: 'ml' },
      diskSizeGb: 500,
      diskType: 'pd-ssd',
      guestAccelerators: [{ gpuDriverInstallationConfig: { gpuDriverVersion: 'INSTALLATION_DISABLED' } }],
      shieldedInstanceConfig: { enableSecureBoot: false, enableIntegrityMonitoring: true },
    });
  });

  it("encrypts disks with the cluster's key, and leaves GKE's account where the cluster has none", async () => {
    const recording = await recordResources(
      () =>
        new GpuNodePool('l4', { cluster: fakeCluster({ bootDiskKey: 'key', nodeServiceAccount: undefined }), ...BASE }),
    );

    const { nodeConfig } = recording.one('nodePool:NodePool').inputs;
    expect(nodeConfig).toMatchObject({ bootDiskKmsKey: 'key' });
    expect(nodeConfig).not.toHaveProperty('serviceAccount');
  });

  it('warns of what GKE may not have', async () => {
    const warn = jest.spyOn(console, 'warn').mockImplementation();

    await recordResources(
      () =>
        new GpuNodePool('h100', {
          cluster: fakeCluster(),
          accelerator: Accelerator.NVIDIA_H100_80GB,
          gpusPerNode: 1,
          maxNodes: 1,
        }),
    );

    expect(warn.mock.calls.flat().join('\n')).toMatchInlineSnapshot(`
     "warning: [runtime] h100: a3-highgpu-1g is rarely sold on demand: set spot, flexStart or a reservation if no node comes up
     warning: [runtime] h100: nodeLocations is not set: creation fails if one of the cluster's zones lacks a3-highgpu-1g"
    `);
    warn.mockRestore();
  });

  it('lets its user change the arguments', async () => {
    const inputs = await inputsOf({ transform: { nodePool: (args) => ({ ...args, version: '1.35.1-gke.100' }) } });

    expect(inputs['version']).toBe('1.35.1-gke.100');
  });

  it('refuses what GKE would, all at once, before it makes anything', async () => {
    const { error, resources } = await recordRefusal(
      () =>
        new GpuNodePool('l4', {
          cluster: clusterData(),
          accelerator: Accelerator.NVIDIA_L4,
          gpusPerNode: 3,
          minNodes: 2,
          maxNodes: 1,
          nodeLocations: ['us-east1-b'],
          spot: true,
          flexStart: true,
          reservation: { name: 'r' },
          migPartition: '1g.5gb',
          placementPolicy: 'p',
          imageStreaming: false,
          secondaryBootDisks: ['image'],
        }),
    );

    expect(resources).toEqual([]);
    expect(error.message).toMatchInlineSnapshot(`
     "l4: 10 invalid settings
       - placementPolicy without compactPlacement
           why: a policy says how nodes are placed close together
           fix: set compactPlacement to true
       - gpusPerNode 3: no machine has that many NVIDIA L4 GPUs
           why: GPUs come with a machine type, in fixed numbers
           fix: use 1, 2, 4 or 8
       - minNodes 2 is above maxNodes 1
           why: the pool scales between the two
           fix: raise maxNodes or lower minNodes
       - nodeLocations 'us-east1-b' is not a zone of us-central1
           why: nodes live in the region of their cluster, and the cluster is in us-central1
           fix: use zones such as 'us-central1-a'
       - spot beside flexStart
           why: both are ways to buy capacity
           fix: leave one of them out
       - spot beside reservation
           why: reserved capacity is never Spot
           fix: leave one of them out
       - flexStart beside reservation
           why: capacity that is waited for is not reserved
           fix: leave one of them out
       - minNodes 2 beside flexStart
           why: nodes come when there is capacity, not before
           fix: use minNodes 0
       - migPartition '1g.5gb' on NVIDIA L4
           why: Multi-Instance GPU is known for nvidia-tesla-a100, nvidia-a100-80gb, nvidia-h100-80gb, nvidia-h100-mega-80gb or nvidia-h200-141gb
           fix: leave migPartition out; \`sharing\` works on every GPU
       - secondaryBootDisks beside imageStreaming false
           why: GKE reads preloaded images through image streaming
           fix: leave imageStreaming out"
    `);
  });
});

describe('a node pool and a model server of one accelerator', () => {
  const shapes = Accelerator.all.flatMap((accelerator) =>
    accelerator.machines.map((machine) => ({ accelerator, machine })),
  );

  it.each(
    shapes.map((shape) => ({
      ...shape,
      title: `${shape.accelerator.displayName} on ${shape.machine.machineType} x${shape.machine.gpus}`,
    })),
  )('agree: $title', async ({ accelerator, machine }) => {
    const recording = await recordResources(
      () =>
        new GpuNodePool('pool', {
          cluster: fakeCluster(),
          accelerator,
          machineType: machine.machineType,
          gpusPerNode: machine.gpus,
          maxNodes: 1,
          spot: true,
          nodeLocations: ['us-central1-a'],
        }),
    );

    const { nodeConfig } = recording.one('nodePool:NodePool').inputs;
    expect(nodeConfig).toMatchObject({
      machineType: machine.machineType,
      // GKE labels the nodes with the type of their accelerator.
      guestAccelerators: [{ type: accelerator.gkeAccelerator, count: machine.gpus }],
      taints: [{ key: GPU_RESOURCE, value: GPU_TAINT_VALUE, effect: 'NO_SCHEDULE' }],
    });
    const { result } = recording;
    expect(result.nodeLabels[NodeLabels.ACCELERATOR]).toBe(accelerator.gkeAccelerator);
    expect(result.schedulableGpus).toBe(machine.gpus);
    expect(result.taint).toEqual({ key: GPU_RESOURCE, value: GPU_TAINT_VALUE, effect: 'NoSchedule' });
    expect(result.machine).toEqual(machine);
  });
});
