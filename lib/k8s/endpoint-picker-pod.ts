import { k8s } from 'cdk8s-plus-28';
import { NodeLabels } from '../core/labels';
import { type HealthServices, type PickerFlavor } from '../core/picker/flavor';
import { GRACE_AFTER_DRAIN_SECONDS } from '../core/picker/lifecycle';
import { PickerPorts } from '../core/ports';
import { type EndpointPickerOptions } from './endpoint-picker-props';
import { present } from './present';

export const CONFIG_FILE = 'endpoint-picker-config.yaml';
const CONFIG_MOUNT = '/config';
const CONFIG_VOLUME = 'config';

/** Path of the configuration file in the container. */
export const CONFIG_PATH = `${CONFIG_MOUNT}/${CONFIG_FILE}`;

/** Names of the picker's ports. */
export const PickerPortNames = { EXT_PROC: 'grpc-ext-proc', HEALTH: 'grpc-health', METRICS: 'http-metrics' } as const;

/** How long a pod stays on a node that stopped answering; Kubernetes' own 5 minutes are long without a picker. */
const LOST_NODE_SECONDS = 30;

/** Everything that the pod of a picker is made of. */
export interface PickerPod {
  readonly options: EndpointPickerOptions;
  readonly flavor: PickerFlavor;
  readonly image: string;
  readonly args: readonly string[];
  readonly health: HealthServices;
  readonly labels: Readonly<Record<string, string>>;
  readonly selectorLabels: Readonly<Record<string, string>>;
  readonly serviceAccountName: string;
  readonly configMapName: string;
  /** Changes with the configuration, so that a change rolls the pods. */
  readonly configFingerprint: string;
  readonly drainSeconds: number;
}

/** The pod template of an endpoint picker. */
export function pickerPod(pod: PickerPod): k8s.PodTemplateSpec {
  return {
    metadata: {
      labels: { ...pod.labels },
      annotations: { 'gke-inference-gateway/config-fingerprint': pod.configFingerprint },
    },
    spec: present<k8s.PodSpec>({
      serviceAccountName: pod.serviceAccountName,
      automountServiceAccountToken: true,
      terminationGracePeriodSeconds: pod.drainSeconds + GRACE_AFTER_DRAIN_SECONDS,
      priorityClassName: pod.options.priorityClassName,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      topologySpreadConstraints: [NodeLabels.HOSTNAME, NodeLabels.ZONE].map((key) => spread(key, pod.selectorLabels)),
      tolerations: ['not-ready', 'unreachable'].map((state) => leaveSoon(`node.kubernetes.io/${state}`)),
      containers: [container(pod)],
      volumes: [{ name: CONFIG_VOLUME, configMap: { name: pod.configMapName } }],
    }),
  };
}

function container(pod: PickerPod): k8s.Container {
  const field = (name: string, fieldPath: string): k8s.EnvVar => ({ name, valueFrom: { fieldRef: { fieldPath } } });
  return {
    name: 'endpoint-picker',
    image: pod.image,
    args: [...pod.args, ...(pod.options.extraArgs ?? [])],
    env: [
      field('NAMESPACE', 'metadata.namespace'),
      field('POD_NAME', 'metadata.name'),
      ...Object.entries(pod.options.env ?? {}).map(([name, value]) => ({ name, value })),
    ],
    ports: [
      { name: PickerPortNames.EXT_PROC, containerPort: PickerPorts.EXT_PROC, protocol: 'TCP' },
      { name: PickerPortNames.HEALTH, containerPort: PickerPorts.HEALTH, protocol: 'TCP' },
      { name: PickerPortNames.METRICS, containerPort: PickerPorts.METRICS, protocol: 'TCP' },
    ],
    readinessProbe: { grpc: { port: PickerPorts.HEALTH, service: pod.health.readiness }, periodSeconds: 2 },
    livenessProbe: {
      grpc: { port: PickerPorts.HEALTH, service: pod.health.liveness },
      initialDelaySeconds: 5,
      periodSeconds: 10,
    },
    resources: resources(pod),
    volumeMounts: [{ name: CONFIG_VOLUME, mountPath: CONFIG_MOUNT, readOnly: true }],
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
  };
}

function resources({ options, flavor }: PickerPod): k8s.ResourceRequirements {
  const gib = (size: number): k8s.Quantity => k8s.Quantity.fromString(`${size}Gi`);
  return {
    requests: {
      cpu: k8s.Quantity.fromString(String(options.cpu ?? flavor.resources.cpu)),
      memory: gib(options.memoryGib ?? flavor.resources.memoryGib),
    },
    limits: { memory: gib(options.memoryGib ?? flavor.resources.memoryLimitGib) },
  };
}

function spread(topologyKey: string, selectorLabels: Readonly<Record<string, string>>): k8s.TopologySpreadConstraint {
  return {
    topologyKey,
    maxSkew: 1,
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: { ...selectorLabels } },
  };
}

function leaveSoon(key: string): k8s.Toleration {
  return { key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: LOST_NODE_SECONDS };
}
