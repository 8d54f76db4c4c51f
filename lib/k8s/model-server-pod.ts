import { k8s } from 'cdk8s-plus-28';
import { GPU_RESOURCE, NodeLabels } from '../core/labels';
import { loraSyncer } from './lora-syncer';
import { type SecretKey } from './model-server-props';
import { type ModelServerSettings } from './model-server-settings';
import { present } from './present';

const PROBE_PERIOD_SECONDS = 10;

/** Name of the server's port, for monitoring and policies that refer to it. */
export const HTTP_PORT_NAME = 'http';
export const SERVER_CONTAINER = 'model-server';

/** What the pod needs beside the server's own settings. */
export interface PodContext {
  readonly labels: Readonly<Record<string, string>>;
  readonly selectorLabels: Readonly<Record<string, string>>;
  /** ConfigMap of the adapters that a sidecar loads. */
  readonly adapterConfigMap: string | undefined;
}

/** The pod template of a model server. */
export function modelServerPod(settings: ModelServerSettings, context: PodContext): k8s.PodTemplateSpec {
  const { props, cache } = settings;
  const annotations = { ...cache.podAnnotations, ...props.podAnnotations };
  return {
    metadata: {
      labels: { ...context.labels },
      ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
    },
    spec: podSpec(settings, context),
  };
}

function podSpec(settings: ModelServerSettings, context: PodContext): k8s.PodSpec {
  const { props, cache, graceSeconds } = settings;
  const syncer = loraSyncer(settings, context.adapterConfigMap);
  return present<k8s.PodSpec>({
    containers: [serverContainer(settings)],
    initContainers: syncer === undefined ? undefined : [syncer.container],
    volumes: [sharedMemory(settings), ...cache.volumes, ...(syncer === undefined ? [] : [syncer.volume])],
    nodeSelector: nodeSelector(settings),
    tolerations: tolerations(settings),
    topologySpreadConstraints: [spread(NodeLabels.ZONE, context), spread(NodeLabels.HOSTNAME, context)],
    terminationGracePeriodSeconds: graceSeconds,
    serviceAccountName: props.serviceAccountName,
    // The server never talks to Kubernetes.
    automountServiceAccountToken: false,
    // A Service named `vllm` would otherwise set VLLM_PORT and break the start.
    enableServiceLinks: false,
    priorityClassName: props.priorityClassName,
    securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
  });
}

function serverContainer(settings: ModelServerSettings): k8s.Container {
  const { plan, runtime, props, cache } = settings;
  return {
    name: SERVER_CONTAINER,
    image: settings.image,
    command: [...runtime.command],
    args: [...runtime.args(plan), ...(props.extraArgs ?? [])],
    env: environment(settings),
    ports: [{ name: HTTP_PORT_NAME, containerPort: plan.port, protocol: 'TCP' }],
    resources: resources(settings),
    volumeMounts: [{ name: SHARED_MEMORY, mountPath: '/dev/shm' }, ...cache.mounts],
    ...probes(settings),
    // Endpoints leave the load balancer while the server still answers; then it drains. No sleep action: that needs 1.30.
    lifecycle: { preStop: { exec: { command: ['sleep', String(settings.drainDelaySeconds)] } } },
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
  };
}

function probes(
  settings: ModelServerSettings,
): Pick<k8s.Container, 'startupProbe' | 'readinessProbe' | 'livenessProbe'> {
  const get = (path: string): k8s.HttpGetAction => ({ path, port: k8s.IntOrString.fromString(HTTP_PORT_NAME) });
  const { healthy } = settings.runtime.health;
  // With a key the API answers probes with a 401; only the health path stays open.
  const loaded = settings.props.apiKey === undefined ? settings.runtime.health.loaded : healthy;
  return {
    startupProbe: {
      httpGet: get(loaded),
      periodSeconds: PROBE_PERIOD_SECONDS,
      timeoutSeconds: 5,
      failureThreshold: Math.ceil(settings.startupSeconds / PROBE_PERIOD_SECONDS),
    },
    readinessProbe: { httpGet: get(healthy), periodSeconds: 5, timeoutSeconds: 2, failureThreshold: 3 },
    livenessProbe: {
      httpGet: get(healthy),
      periodSeconds: PROBE_PERIOD_SECONDS,
      timeoutSeconds: 5,
      failureThreshold: 3,
    },
  };
}

function environment(settings: ModelServerSettings): k8s.EnvVar[] {
  const { runtime, plan, cache, props } = settings;
  const values = { ...runtime.env(plan), ...cache.env, ...props.env };
  return [
    ...secretVariable('HF_TOKEN', props.huggingFaceToken),
    ...secretVariable(runtime.apiKeyVariable, props.apiKey),
    ...Object.entries(values).map(([name, value]) => ({ name, value })),
  ];
}

function secretVariable(name: string, secret: SecretKey | undefined): k8s.EnvVar[] {
  if (secret === undefined) return [];
  return [{ name, valueFrom: { secretKeyRef: { name: secret.secretName, key: secret.key } } }];
}

function resources({ cpu, memoryGib, gpuCount, cache }: ModelServerSettings): k8s.ResourceRequirements {
  const gpus = k8s.Quantity.fromString(String(gpuCount));
  const memory = k8s.Quantity.fromString(`${memoryGib}Gi`);
  const disk =
    cache.ephemeralGib > 0 ? { 'ephemeral-storage': k8s.Quantity.fromString(`${cache.ephemeralGib}Gi`) } : {};
  return {
    requests: { cpu: k8s.Quantity.fromString(String(cpu)), memory, ...disk, [GPU_RESOURCE]: gpus },
    limits: { memory, [GPU_RESOURCE]: gpus },
  };
}

const SHARED_MEMORY = 'shared-memory';

function sharedMemory({ sharedMemoryGib }: ModelServerSettings): k8s.Volume {
  const sizeLimit = k8s.Quantity.fromString(`${sharedMemoryGib}Gi`);
  return { name: SHARED_MEMORY, emptyDir: { medium: 'Memory', sizeLimit } };
}

function nodeSelector({ props }: ModelServerSettings): Record<string, string> {
  const nodes =
    props.computeClass === undefined
      ? { [NodeLabels.ACCELERATOR]: props.accelerator.gkeAccelerator }
      : { [NodeLabels.COMPUTE_CLASS]: props.computeClass };
  return {
    ...nodes,
    ...(props.spot === true ? { [NodeLabels.SPOT]: 'true' } : {}),
    ...(props.flexStart === true ? { [NodeLabels.FLEX_START]: 'true' } : {}),
    ...props.nodeSelector,
  };
}

function tolerations({ props }: ModelServerSettings): k8s.Toleration[] {
  const gpu: k8s.Toleration = { key: GPU_RESOURCE, operator: 'Exists', effect: 'NoSchedule' };
  const spot: k8s.Toleration = { key: NodeLabels.SPOT, operator: 'Equal', value: 'true', effect: 'NoSchedule' };
  const arm: k8s.Toleration = { key: NodeLabels.ARCHITECTURE, operator: 'Equal', value: 'arm64', effect: 'NoSchedule' };
  return [
    gpu,
    ...(props.spot === true ? [spot] : []),
    ...(props.accelerator.architecture === 'arm64' ? [arm] : []),
    ...(props.tolerations ?? []),
  ];
}

function spread(topologyKey: string, context: PodContext): k8s.TopologySpreadConstraint {
  return {
    topologyKey,
    maxSkew: 1,
    // GPUs are scarce: a pod in the wrong place beats a pod nowhere.
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: { ...context.selectorLabels } },
  };
}
