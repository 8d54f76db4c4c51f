/** Labels and annotations that the library sets or selects on, and node labels that GKE sets. */
export const Labels = Object.freeze({
  /** What a pod is: `vllm`, `endpoint-picker`. */
  NAME: 'app.kubernetes.io/name',
  /** Which one of them: the name of its Deployment. */
  INSTANCE: 'app.kubernetes.io/instance',
  /** Its role in the stack. */
  COMPONENT: 'app.kubernetes.io/component',
  PART_OF: 'app.kubernetes.io/part-of',
  MANAGED_BY: 'app.kubernetes.io/managed-by',
  /** Tells the endpoint picker which metric names a pod has. */
  ENGINE_TYPE: 'llm-d.ai/engine-type',
  /** The same for Gateway API Inference Extension 1.5 and older. */
  LEGACY_ENGINE_TYPE: 'inference.networking.k8s.io/engine-type',
  /** Implementation of an endpoint picker. */
  FLAVOR: 'gke-inference-gateway/picker-flavor',
  /** Role in disaggregated serving: `prefill`, `decode`, `prefill-decode`. */
  INFERENCE_ROLE: 'llm-d.ai/role',
});

/** Annotations of pods that the endpoint picker reads. */
export const PodAnnotations = Object.freeze({
  /** Ports, by commas, that take requests: a pod may take a data-parallel rank out of service with it. */
  ACTIVE_PORTS: 'llm-d.ai/active-ports',
  /** The same for Gateway API Inference Extension 1.5 and older. */
  LEGACY_ACTIVE_PORTS: 'inference.networking.k8s.io/active-ports',
});

/** Values of the component label. */
export const Components = Object.freeze({
  MODEL_SERVER: 'model-server',
  ENDPOINT_PICKER: 'endpoint-picker',
  GATEWAY: 'gateway',
});

/** Value of the managed-by label. */
export const MANAGED_BY = 'gke-inference-gateway';

/** Node labels of GKE. @see https://cloud.google.com/kubernetes-engine/docs/how-to/gpus */
export const NodeLabels = Object.freeze({
  ACCELERATOR: 'cloud.google.com/gke-accelerator',
  ACCELERATOR_COUNT: 'cloud.google.com/gke-accelerator-count',
  SPOT: 'cloud.google.com/gke-spot',
  COMPUTE_CLASS: 'cloud.google.com/compute-class',
  FLEX_START: 'cloud.google.com/gke-flex-start',
  ARCHITECTURE: 'kubernetes.io/arch',
  HOSTNAME: 'kubernetes.io/hostname',
  ZONE: 'topology.kubernetes.io/zone',
});

/** Resource and taint of NVIDIA GPUs; GKE's taint has the value `present`. */
export const GPU_RESOURCE = 'nvidia.com/gpu';
export const GPU_TAINT_VALUE = 'present';
