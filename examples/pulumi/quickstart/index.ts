// A network, a cluster with L4 GPUs and a served model. What it costs and how to destroy it: docs/provision.md.
import * as pulumi from '@pulumi/pulumi';
import { type App, Chart } from 'cdk8s';
import { Accelerator, GatewayClass, InferenceGateway, PickerFlavor, ServedModel } from 'gke-inference-gateway';
import { ChartRelease } from 'gke-inference-gateway/deploy';
import { InferenceCluster, InferenceNetwork, ModelServerIdentity } from 'gke-inference-gateway/gcp';

const gcp = new pulumi.Config('gcp');
const [project, region, location] = [gcp.require('project'), gcp.require('region'), gcp.require('zone')];
const config = new pulumi.Config();
const replicas = config.requireNumber('replicas', { min: 1 });
const huggingFaceToken = { value: config.requireSecret('huggingFaceToken') };
const adapters = config.getObject<{ name: string; source: string }[]>('adapters') ?? [];
const [accelerator, gpuCount, namespace] = [Accelerator.NVIDIA_L4, 2, 'inference'];

const network = new InferenceNetwork('llm', { region });
// A trial should be easy to destroy; and the chart has a PodMonitoring, so GKE need not collect the same metrics.
const trial = { deletionProtection: false, autoMonitoring: false };
const cluster = new InferenceCluster('llm', { project, location, network, ...trial });
cluster.addGpuPool('l4', { accelerator, gpusPerNode: gpuCount, maxNodes: replicas + 1 });
const identity = new ModelServerIdentity('gemma', { cluster, namespace, createNamespace: true, huggingFaceToken });

const chart = (app: App): void => {
  const stack = new Chart(app, 'llm', { namespace, disableResourceNameHashes: true });
  const size = { accelerator, gpuCount, replicas, maxModelLength: 32_768 };
  const gemma = new ServedModel(stack, 'gemma', {
    ...size,
    ...identity.podSettings,
    model: 'google/gemma-3-12b-it',
    adapters,
    // The bundled picker needs an image of your own; this one is published.
    picker: { flavor: PickerFlavor.GAIE, cpu: 1, memoryGib: 4 },
  });
  new InferenceGateway(stack, 'gateway', { gatewayClass: GatewayClass.REGIONAL_EXTERNAL }).addRoute(gemma);
};
const dependsOn = [network, cluster, identity];
export const { url, curl } = new ChartRelease('llm', { chart }, { provider: cluster.provider, dependsOn });
export const { kubeconfig } = cluster;
