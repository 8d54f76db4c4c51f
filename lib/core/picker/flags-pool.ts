import { deepFreeze } from '../freeze';
import { POOL_APIS } from '../api-profile';
import type { FlagFacts } from './flags-facts';

/** Flags about the pods, what is known of them, and how to choose among them. */
export const POOL_FLAGS = deepFreeze({
  'pool-name': {
    group: 'pool',
    type: 'text',
    default: '',
    help: 'InferencePool whose pods to choose among.',
  },
  'pool-namespace': {
    group: 'pool',
    type: 'text',
    default: '',
    help: "Namespace of the pool; without it the variable NAMESPACE, then 'default'.",
  },
  'pool-group': {
    group: 'pool',
    type: 'text',
    default: POOL_APIS.v1.group,
    choices: [POOL_APIS.v1.group, POOL_APIS.v1alpha2.group],
    help: 'API group of the pool. It decides between v1 and v1alpha2.',
  },
  'objective-group': {
    group: 'pool',
    type: 'text',
    default: '',
    choices: ['inference.networking.x-k8s.io', 'llm-d.ai'],
    own: true,
    help: 'API group of InferenceObjective and InferenceModelRewrite. Without it llm-d.ai where the cluster has it, else inference.networking.x-k8s.io.',
  },
  'endpoint-selector': {
    group: 'pool',
    type: 'text',
    default: '',
    help: 'Label selector of the pods, for use without an InferencePool: app=vllm,tier!=test.',
  },
  'endpoint-target-ports': {
    group: 'pool',
    type: 'ports',
    default: [],
    help: 'Ports of the pods that --endpoint-selector finds, 1 to 8 of them.',
  },
  'endpoints-file': {
    group: 'pool',
    type: 'text',
    default: '',
    own: true,
    help: 'File with endpoints, objectives and rewrites, for use without Kubernetes. Changes are read at once.',
  },
  kubeconfig: {
    group: 'pool',
    type: 'text',
    default: '',
    help: 'Credentials for the cluster; without it those of the pod, then KUBECONFIG, then ~/.kube/config.',
  },
  'disable-endpoint-subset-filter': {
    group: 'pool',
    type: 'boolean',
    default: false,
    help: "Ignore the gateway's hint to which endpoints a request may go.",
  },
  'config-file': {
    group: 'configuration',
    type: 'text',
    default: '',
    help: 'EndpointPickerConfig, YAML or JSON.',
  },
  'config-text': {
    group: 'configuration',
    type: 'text',
    default: '',
    help: 'EndpointPickerConfig itself, instead of a file.',
  },
  plugin: {
    group: 'configuration',
    type: 'list',
    default: [],
    own: true,
    help: 'JavaScript module with plugins of your own, such as /plugins/zone.js. May be given several times.',
  },
  'allow-experimental-plugins': {
    group: 'configuration',
    type: 'boolean',
    default: false,
    help: 'Load plugins of the Alpha stage.',
    ignored: 'the bundled picker has no plugins of that stage',
  },
  'refresh-metrics-interval': {
    group: 'metrics of the pods',
    type: 'duration',
    default: 50,
    min: 1,
    help: 'Time between two readings of a busy pod, at least 50ms; idle and failing pods are read less often.',
  },
  'metrics-staleness-threshold': {
    group: 'metrics of the pods',
    type: 'duration',
    default: 2000,
    min: 1,
    help: 'Age from which the metrics of a pod are no longer believed.',
  },
  'refresh-prometheus-metrics-interval': {
    group: 'metrics of the pods',
    type: 'duration',
    default: 5000,
    min: 1,
    help: "Time between two updates of the pool's averages in /metrics.",
    ignored: 'they are those of the moment in which they are read',
  },
} as const satisfies Record<string, FlagFacts>);
