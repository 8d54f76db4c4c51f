import { App, Chart } from 'cdk8s';
import { Accelerator, GatewayClass, InferenceGateway, ServedModel } from 'gke-inference-gateway';

export const app = new App();
const chart = new Chart(app, 'llm', { namespace: 'inference', disableResourceNameHashes: true });

const gemma = new ServedModel(chart, 'gemma', {
  model: 'google/gemma-3-12b-it',
  accelerator: Accelerator.NVIDIA_L4,
  gpuCount: 2,
  replicas: 2,
  maxModelLength: 32_768,
  huggingFaceToken: { secretName: 'hf-token', key: 'token' },
  adapters: [
    { name: 'gemma-customer-support', source: 'acme/gemma-3-12b-customer-support-lora' },
    { name: 'gemma-code', source: 'acme/gemma-3-12b-code-lora' },
  ],
  models: [{ modelName: 'gemma-customer-support', criticality: 'Critical' }, 'gemma-code'],
  picker: { image: 'us-central1-docker.pkg.dev/acme/inference/endpoint-picker:0.1.0' },
});
const gateway = new InferenceGateway(chart, 'gateway', { gatewayClass: GatewayClass.REGIONAL_EXTERNAL });
gateway.addRoute(gemma, { name: 'llm-route' });
app.synth();
