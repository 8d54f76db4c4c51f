// Two base models behind one HTTPS gateway, each under its host name; the gateway lives in a namespace of its own.
import { App, Chart, Duration } from 'cdk8s';
import {
  Accelerator,
  GatewayClass,
  GatewayTls,
  InferenceGateway,
  ModelCache,
  ServedModel,
} from 'gke-inference-gateway';

export const app = new App();
const models = new Chart(app, 'models', { namespace: 'inference', disableResourceNameHashes: true });
const edge = new Chart(app, 'edge', { namespace: 'gateways', disableResourceNameHashes: true });
const picker = { image: 'us-central1-docker.pkg.dev/acme/inference/endpoint-picker:0.1.0' };

const gemma = new ServedModel(models, 'gemma', {
  model: 'google/gemma-3-27b-it',
  accelerator: Accelerator.NVIDIA_H100_80GB,
  replicas: 2,
  spot: true,
  maxModelLength: 65_536,
  // The weights are in a bucket already, so neither a download nor a token is needed.
  cache: ModelCache.gcsFuse({ bucket: 'acme-models', folder: 'gemma-3-27b-it' }),
  serviceAccountName: 'model-reader',
  picker,
});
const llama = new ServedModel(models, 'llama', {
  model: 'meta-llama/Llama-3.3-70B-Instruct',
  accelerator: Accelerator.NVIDIA_H100_80GB,
  gpuCount: 4,
  flexStart: true,
  huggingFaceToken: { secretName: 'hf-token', key: 'token' },
  maxModelLength: 131_072,
  models: [{ modelName: 'meta-llama/Llama-3.3-70B-Instruct', criticality: 'Sheddable' }],
  picker,
});

const gateway = new InferenceGateway(edge, 'gateway', {
  gatewayClass: GatewayClass.REGIONAL_EXTERNAL,
  tls: GatewayTls.googleManaged('llm-example-com'),
  redirectHttp: true,
  staticAddress: 'llm-gateway',
});
gateway.addRoute(gemma, { hostnames: ['gemma.llm.example.com'], timeout: Duration.minutes(10) });
gateway.addRoute(llama, { hostnames: ['llama.llm.example.com'], timeout: Duration.minutes(30) });
app.synth();
