// A cluster older than GKE 1.34: the same stack in the v1alpha2 API, with the InferenceModel of that time.
import { App, Chart } from 'cdk8s';
import { Accelerator, InferenceGateway, ServedModel, setApiProfile } from 'gke-inference-gateway';

export const app = new App();
setApiProfile(app, 'v1alpha2');
const chart = new Chart(app, 'llm', { namespace: 'inference', disableResourceNameHashes: true });

const gemma = new ServedModel(chart, 'gemma', {
  model: 'google/gemma-3-4b-it',
  accelerator: Accelerator.NVIDIA_L4,
  maxModelLength: 32_768,
  huggingFaceToken: { secretName: 'hf-token', key: 'token' },
  adapters: [
    { name: 'gemma-code-v1', source: 'acme/gemma-3-4b-code-lora-v1' },
    { name: 'gemma-code-v2', source: 'acme/gemma-3-4b-code-lora-v2' },
  ],
  models: [
    {
      modelName: 'gemma-code',
      criticality: 'Critical',
      targets: [
        { name: 'gemma-code-v1', weight: 90 },
        { name: 'gemma-code-v2', weight: 10 },
      ],
    },
  ],
  picker: { image: 'us-central1-docker.pkg.dev/acme/inference/endpoint-picker:0.1.0' },
});
new InferenceGateway(chart, 'gateway').addRoute(gemma);
app.synth();
