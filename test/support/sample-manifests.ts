import { parse } from 'yaml';

/** Documents that the API server accepts; the tests of the checker change one thing in each. */
const samples = {
  pool: `
apiVersion: inference.networking.k8s.io/v1
kind: InferencePool
metadata: { name: llm, namespace: serving, labels: { app.kubernetes.io/name: llm } }
spec:
  selector: { matchLabels: { app: vllm } }
  targetPorts: [{ number: 8000 }, { number: 8001 }]
  endpointPickerRef: { name: llm-epp, port: { number: 9002 }, failureMode: FailOpen }
`,
  alphaPool: `
apiVersion: inference.networking.x-k8s.io/v1alpha2
kind: InferencePool
metadata: { name: llm }
spec:
  selector: { app: vllm }
  targetPortNumber: 8000
  extensionRef: { name: llm-epp }
`,
  model: `
apiVersion: inference.networking.x-k8s.io/v1alpha2
kind: InferenceModel
metadata: { name: chat }
spec:
  modelName: chat
  criticality: Critical
  poolRef: { name: llm }
  targetModels: [{ name: chat-v1, weight: 90 }, { name: chat-v2, weight: 10 }]
`,
  healthCheck: `
apiVersion: networking.gke.io/v1
kind: HealthCheckPolicy
metadata: { name: llm }
spec:
  targetRef: { group: inference.networking.k8s.io, kind: InferencePool, name: llm }
  default:
    checkIntervalSec: 10
    timeoutSec: 5
    config:
      type: HTTP
      httpHealthCheck: { portSpecification: USE_FIXED_PORT, port: 8000, requestPath: /health }
`,
  backendPolicy: `
apiVersion: networking.gke.io/v1
kind: GCPBackendPolicy
metadata: { name: llm }
spec:
  targetRef: { group: inference.networking.k8s.io, kind: InferencePool, name: llm }
  default: { timeoutSec: 300, logging: { enabled: true, sampleRate: 500000 } }
`,
  gateway: `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: inference }
spec:
  gatewayClassName: gke-l7-regional-external-managed
  listeners:
    - { name: http, protocol: HTTP, port: 80 }
    - name: https
      protocol: HTTPS
      port: 443
      tls: { certificateRefs: [{ name: cert }] }
`,
  route: `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: chat }
spec:
  parentRefs: [{ name: inference }]
  rules:
    - matches: [{ path: { type: PathPrefix, value: /v1 } }]
      timeouts: { request: 300s }
      backendRefs: [{ group: inference.networking.k8s.io, kind: InferencePool, name: llm, weight: 1 }]
`,
  podMonitoring: `
apiVersion: monitoring.googleapis.com/v1
kind: PodMonitoring
metadata: { name: vllm }
spec:
  selector: { matchLabels: { app: vllm } }
  endpoints: [{ port: metrics, interval: 15s, timeout: 10s }]
`,
  deployment: `
apiVersion: apps/v1
kind: Deployment
metadata: { name: vllm, annotations: { note: "yes" } }
spec:
  replicas: 2
  selector: { matchLabels: { app: vllm } }
  strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 25% } }
  template:
    metadata: { labels: { app: vllm } }
    spec:
      terminationGracePeriodSeconds: 130
      nodeSelector: { cloud.google.com/gke-accelerator: nvidia-l4 }
      volumes: [{ name: shm, emptyDir: { medium: Memory } }]
      containers:
        - name: vllm
          image: vllm/vllm-openai:v0.9.1
          ports: [{ name: http, containerPort: 8000 }]
          readinessProbe: { httpGet: { path: /health, port: http } }
          lifecycle: { preStop: { exec: { command: [sleep, "30"] } } }
          resources: { requests: { cpu: 500m, memory: 16Gi }, limits: { nvidia.com/gpu: "1", memory: 16Gi } }
          volumeMounts: [{ name: shm, mountPath: /dev/shm }]
`,
  autoscaler: `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: vllm }
spec:
  minReplicas: 1
  maxReplicas: 8
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: vllm }
  metrics:
    - type: Pods
      pods:
        metric: { name: "prometheus.googleapis.com|vllm:num_requests_waiting|gauge" }
        target: { type: AverageValue, averageValue: 5 }
`,
  service: `
apiVersion: v1
kind: Service
metadata: { name: llm-epp }
spec:
  selector: { app: llm-epp }
  ports: [{ name: grpc, port: 9002, targetPort: 9002 }, { name: health, port: 9003, targetPort: health }]
`,
  configMap: `
apiVersion: v1
kind: ConfigMap
metadata: { name: epp-config }
data: { config.yaml: "plugins: []" }
`,
  role: `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: epp:reader }
rules: [{ apiGroups: [inference.networking.k8s.io], resources: [inferencepools], verbs: [get, list, watch] }]
`,
  roleBinding: `
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: epp }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: epp:reader }
subjects: [{ kind: ServiceAccount, name: epp, namespace: serving }]
`,
  disruptionBudget: `
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: vllm }
spec: { minAvailable: 50%, selector: { matchLabels: { app: vllm } } }
`,
  networkPolicy: `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: epp }
spec:
  podSelector: { matchLabels: { app: llm-epp } }
  policyTypes: [Ingress]
  ingress: [{ ports: [{ port: 9002, protocol: TCP }] }]
`,
  leaderWorkerSet: `
apiVersion: leaderworkerset.x-k8s.io/v1
kind: LeaderWorkerSet
metadata: { name: big }
spec:
  replicas: 1
  leaderWorkerTemplate:
    size: 2
    workerTemplate:
      metadata: { labels: { app: big } }
      spec:
        containers:
          - name: vllm
            image: vllm/vllm-openai:v0.9.1
            resources: { limits: { nvidia.com/gpu: 8 } }
`,
  destinationRule: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: epp }
spec: { host: llm-epp, trafficPolicy: { tls: { mode: SIMPLE, insecureSkipVerify: true } } }
`,
  extensionPolicy: `
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: EnvoyExtensionPolicy
metadata: { name: epp }
spec:
  targetRefs: [{ group: gateway.networking.k8s.io, kind: HTTPRoute, name: chat }]
  extProc:
    - backendRefs: [{ name: llm-epp, port: 9002 }]
      processingMode: { request: { body: FullDuplexStreamed } }
`,
  computeClass: `
apiVersion: cloud.google.com/v1
kind: ComputeClass
metadata: { name: l4 }
spec:
  priorities: [{ machineFamily: g2, gpu: { type: nvidia-l4, count: 1 }, spot: true }]
  nodePoolAutoCreation: { enabled: true }
`,
  scaledObject: `
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: vllm }
spec:
  scaleTargetRef: { name: vllm }
  minReplicaCount: 1
  maxReplicaCount: 4
  triggers: [{ type: prometheus, metadata: { query: up, threshold: "5" } }]
`,
} as const;

export type SampleName = keyof typeof samples;

export const sampleNames = Object.keys(samples) as SampleName[];

/** The sample with the value at a path of keys (`spec/rules/0`) replaced; `undefined` removes it. */
export function sample(name: SampleName, changes: Readonly<Record<string, unknown>> = {}): unknown {
  const document: unknown = parse(samples[name]);
  for (const [path, value] of Object.entries(changes)) replaceAt(document, path.split('/'), value);
  return document;
}

function replaceAt(target: unknown, keys: readonly string[], value: unknown): void {
  const [key, ...rest] = keys;
  if (key === undefined || typeof target !== 'object' || target === null) throw new Error(`no place for ${key}`);
  const record = target as Record<string, unknown>;
  if (rest.length > 0) replaceAt((record[key] ??= {}), rest, value);
  else if (value === undefined) Reflect.deleteProperty(record, key);
  else record[key] = value;
}
