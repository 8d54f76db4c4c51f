// The same stack with the Go picker of the llm-d router, and with weights of one's own.
import { App, Chart } from 'cdk8s';
import { Accelerator, InferenceGateway, PickerFlavor, plugin, ServedModel } from 'gke-inference-gateway';

export const app = new App();
const chart = new Chart(app, 'llm', { namespace: 'inference', disableResourceNameHashes: true });

const llama = new ServedModel(chart, 'llama', {
  model: 'meta-llama/Llama-3.1-8B-Instruct',
  accelerator: Accelerator.NVIDIA_A100_40GB,
  replicas: 4,
  maxModelLength: 131_072,
  huggingFaceToken: { secretName: 'hf-token', key: 'token' },
  picker: {
    flavor: PickerFlavor.LLM_D_ROUTER,
    replicas: 2,
    config: {
      plugins: [
        plugin('prefix-cache-affinity-filter', { affinityThreshold: 0.8 }),
        plugin('token-load-scorer'),
        plugin('max-score-picker', { maxNumOfEndpoints: 3 }),
      ],
    },
  },
});
new InferenceGateway(chart, 'gateway').addRoute(llama);
app.synth();
