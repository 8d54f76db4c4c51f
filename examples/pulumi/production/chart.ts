import { type App, Chart, Duration } from 'cdk8s';
import {
  Accelerator,
  type ApiProfile,
  GatewayClass,
  GatewayTls,
  InferenceGateway,
  ModelCache,
  PickerFlavor,
  ServedModel,
  setApiProfile,
  StackNetworkPolicy,
} from 'gke-inference-gateway';

/** The llm-d router reads objectives in its own group; cluster and chart must agree on it. */
export const API_PROFILE: ApiProfile = { objectives: 'llm-d.ai' };
export const ACCELERATOR = Accelerator.NVIDIA_H100_80GB;
export const NAMESPACE = 'inference';
export const GPUS_PER_REPLICA = 4;
export const MIN_REPLICAS = 2;

/** What the manifests take from the cloud. */
export interface LlamaValues {
  readonly hostname: string;
  readonly certificate: string;
  readonly staticAddress: string;
  readonly securityPolicy: string;
  readonly proxyRange: string;
  readonly serviceAccountName: string;
  readonly weightsBucket: string;
  readonly maxReplicas: number;
}

/** Llama 3.3 70B behind HTTPS, reachable by the load balancer alone, scaled with its load. */
export function llamaChart(app: App, values: LlamaValues): void {
  setApiProfile(app, API_PROFILE);
  const stack = new Chart(app, 'llm', { namespace: NAMESPACE, disableResourceNameHashes: true });
  const llama = new ServedModel(stack, 'llama', {
    model: 'meta-llama/Llama-3.3-70B-Instruct',
    accelerator: ACCELERATOR,
    gpuCount: GPUS_PER_REPLICA,
    maxModelLength: 131_072,
    maxSequences: 256,
    // No download at the start of a pod, and no token in the cluster.
    cache: ModelCache.gcsFuse({ bucket: values.weightsBucket, folder: 'Llama-3.3-70B-Instruct' }),
    serviceAccountName: values.serviceAccountName,
    models: [{ modelName: 'meta-llama/Llama-3.3-70B-Instruct', criticality: 'Critical' }],
    picker: { flavor: PickerFlavor.LLM_D_ROUTER, cpu: 4, memoryGib: 8 },
    backend: { securityPolicy: values.securityPolicy },
    autoscaling: { minReplicas: MIN_REPLICAS, maxReplicas: values.maxReplicas },
  });
  new StackNetworkPolicy(stack, 'network-policy', {
    modelServer: llama.server,
    picker: llama.picker,
    proxyOnlySubnet: values.proxyRange,
  });
  const gateway = new InferenceGateway(stack, 'gateway', {
    gatewayClass: GatewayClass.REGIONAL_EXTERNAL,
    hostname: values.hostname,
    tls: GatewayTls.googleManaged(values.certificate),
    redirectHttp: true,
    staticAddress: values.staticAddress,
  });
  gateway.addRoute(llama, { timeout: Duration.minutes(15) });
}
