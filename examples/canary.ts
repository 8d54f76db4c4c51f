// A new quantization takes a tenth of the traffic before it takes all of it: two pools behind one route.
import { App, Chart } from 'cdk8s';
import { Accelerator, InferenceGateway, ServedModel, type ServedModelProps } from 'gke-inference-gateway';

export const app = new App();
const chart = new Chart(app, 'qwen', { namespace: 'inference', disableResourceNameHashes: true });

const common: ServedModelProps = {
  model: 'Qwen/Qwen3-8B',
  servedModelName: 'qwen3-8b',
  accelerator: Accelerator.NVIDIA_L4,
  maxModelLength: 16_384,
  replicas: 3,
  autoscaling: { minReplicas: 3, maxReplicas: 10 },
  picker: { image: 'us-central1-docker.pkg.dev/acme/inference/endpoint-picker:0.1.0' },
};
const stable = new ServedModel(chart, 'stable', { ...common, gpuCount: 2 });
const canary = new ServedModel(chart, 'canary', {
  ...common,
  quantization: 'fp8',
  fp8KvCache: true,
  // The objects of a model are named after it, and the stable pool has that name.
  models: [{ modelName: 'qwen3-8b', name: 'qwen3-8b-canary' }],
});

const gateway = new InferenceGateway(chart, 'gateway');
gateway.addRoute([
  { target: stable, weight: 90 },
  { target: canary, weight: 10 },
]);
app.synth();
