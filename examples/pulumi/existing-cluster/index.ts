// GPUs and a model for a cluster that exists. Clients inside its VPC reach the model; the cluster itself is not changed.
import * as pulumi from '@pulumi/pulumi';
import { type App, Chart } from 'cdk8s';
import { Accelerator, InferenceGateway, ServedModel } from 'gke-inference-gateway';
import { ChartRelease } from 'gke-inference-gateway/deploy';
import { EndpointPickerImage, InferenceCluster, InferenceNetwork, StaticAddress } from 'gke-inference-gateway/gcp';

const gcp = new pulumi.Config('gcp');
const project = gcp.require('project');
const region = gcp.require('region');
const config = new pulumi.Config();
const replicas = config.requireNumber('replicas', { min: 1 });
const proxyRange = config.require('proxyRange');
const accelerator = Accelerator.NVIDIA_L4;

const network = InferenceNetwork.fromExisting('existing', {
  project,
  region,
  network: config.require('network'),
  subnetwork: config.require('subnetwork'),
  podRangeName: config.require('podRangeName'),
  serviceRangeName: config.require('serviceRangeName'),
  proxyRange,
  createProxySubnet: config.requireBoolean('createProxySubnet'),
});
const cluster = InferenceCluster.fromExisting('existing', {
  project,
  location: config.require('location'),
  clusterName: config.require('clusterName'),
  proxyRange,
  // GKE brings those of pools and routes, not those of objectives and rewrites.
  installCustomResources: 'v1',
});
cluster.addGpuPool('l4', {
  accelerator,
  nodeLocations: config.requireObject<string[]>('gpuZones'),
  // One more than the replicas, for a rollout of a single one.
  maxNodes: replicas + 1,
});
// Stays what it is when the Gateway is made anew, so that clients and DNS may keep it.
const address = new StaticAddress('llm', { project, region, internalTo: network });
// The picker's image is built here with Docker, unless the setting names one.
const image = config.get('pickerImage');
const pickerImage = image ?? new EndpointPickerImage('endpoint-picker', { project, location: region }).ref;

interface Values {
  readonly pickerImage: string;
  readonly staticAddress: string;
}

function chart(app: App, values: Values): void {
  const stack = new Chart(app, 'llm', { namespace: 'inference', disableResourceNameHashes: true });
  const qwen = new ServedModel(stack, 'qwen', {
    model: 'Qwen/Qwen3-8B',
    accelerator,
    replicas,
    maxModelLength: 16_384,
    picker: { image: values.pickerImage },
  });
  new InferenceGateway(stack, 'gateway', { staticAddress: values.staticAddress }).addRoute(qwen);
}

const release = new ChartRelease(
  'llm',
  {
    values: { pickerImage, staticAddress: address.addressName },
    chart,
    createNamespaces: true,
  },
  { provider: cluster.provider, dependsOn: [network, cluster] },
);

export const { url, curl, gatewayAddress } = release;
