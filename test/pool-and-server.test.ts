import * as pulumi from '@pulumi/pulumi';
import { Accelerator, ModelServer } from 'gke-inference-gateway';
import { GpuNodePool } from 'gke-inference-gateway/gcp';
import { fakeCluster } from './gcp/fake-cluster';
import { newChart, only, synth } from './support/manifests';
import { recordResources } from './support/pulumi-mocks';

interface Taint {
  readonly key: string;
  readonly value: string;
  readonly effect: string;
}

interface Toleration {
  readonly key?: string;
  readonly operator?: string;
  readonly value?: string;
  readonly effect?: string;
}

/** Taints as Compute names their effects and as Kubernetes does. */
const EFFECTS: Readonly<Record<string, string>> = { NO_SCHEDULE: 'NoSchedule' };

function tolerates(toleration: Toleration, taint: Taint): boolean {
  const effect = toleration.effect === undefined || toleration.effect === (EFFECTS[taint.effect] ?? taint.effect);
  const value = toleration.operator === 'Exists' || toleration.value === taint.value;
  return toleration.key === taint.key && effect && value;
}

const CASES = Accelerator.all.flatMap((accelerator) =>
  accelerator.gpuCounts.map((gpus) => [accelerator.displayName, gpus, accelerator] as const),
);

// Machines that are rarely sold on demand are warned of, which is not what this is about.
jest.spyOn(pulumi.log, 'warn').mockResolvedValue();

/** The cloud side and the cluster side are made by different parts of the library; they meet in the accelerator. */
test.each(CASES)('a node pool and a model server of %s x %i belong together', async (_name, gpus, accelerator) => {
  const chart = newChart();
  new ModelServer(chart, 'server', {
    model: 'acme/unknown',
    accelerator,
    gpuCount: gpus,
    ...(accelerator.computeCapability < 8 ? { dataType: 'float16' as const } : {}),
  });
  const pod = only(synth(chart), 'Deployment').spec.template.spec;
  const { result: pool, resources } = await recordResources(() => {
    const settings = { accelerator, gpusPerNode: gpus, maxNodes: 2, nodeLocations: ['us-central1-a'] };
    return new GpuNodePool('pool', { ...settings, cluster: fakeCluster() });
  });
  const { nodeConfig } = resources.find(({ type }) => type.endsWith(':NodePool'))!.inputs as {
    nodeConfig: { machineType: string; taints: Taint[]; guestAccelerators: { type: string; count: number }[] };
  };

  expect(pool.nodeLabels).toMatchObject(pod.nodeSelector as object);
  expect(nodeConfig.guestAccelerators).toEqual([
    expect.objectContaining({ type: pod.nodeSelector['cloud.google.com/gke-accelerator'] as string, count: gpus }),
  ]);
  expect(pod.containers[0].resources.limits['nvidia.com/gpu']).toBe(String(pool.schedulableGpus));
  for (const taint of nodeConfig.taints) {
    expect((pod.tolerations as Toleration[]).some((toleration) => tolerates(toleration, taint))).toBe(true);
  }
  expect(Number(pod.containers[0].resources.requests.cpu)).toBeLessThan(pool.machine.vcpus);
  expect(Number.parseInt(pod.containers[0].resources.requests.memory as string, 10)).toBeLessThan(
    pool.machine.memoryGib,
  );
  expect(nodeConfig.machineType).toBe(accelerator.machineFor(gpus)!.machineType);
});
