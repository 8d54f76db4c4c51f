import { ApiObject, type App, Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Gateway, HttpRoute } from '../../imports/gateway.networking.k8s.io';

/** What the chart takes from the cloud. */
export interface ChatValues {
  readonly image: string;
  readonly addressName: string;
  readonly securityPolicy: string;
  readonly namespace: string;
  readonly replicas: number;
}

/** A small stack with every kind of dependency: plain L1 objects, as the constructs of lib/k8s make them. */
export function chatChart(app: App, values: ChatValues): Chart {
  const chart = new Chart(app, 'chat', { namespace: values.namespace, disableResourceNameHashes: true });
  const labels = { app: 'picker' };
  const account = new k8s.KubeServiceAccount(chart, 'account');
  const config = new k8s.KubeConfigMap(chart, 'config', { data: { 'picker.yaml': 'scorers: [queue]' } });
  new k8s.KubeDeployment(chart, 'picker', {
    spec: {
      replicas: values.replicas,
      progressDeadlineSeconds: 900,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          serviceAccountName: account.name,
          containers: [{ name: 'picker', image: values.image, args: ['--namespace', values.namespace] }],
          volumes: [{ name: 'config', configMap: { name: config.name } }],
        },
      },
    },
  });
  new k8s.KubeDeployment(chart, 'server', {
    spec: {
      selector: { matchLabels: { app: 'server' } },
      template: {
        metadata: { labels: { app: 'server' } },
        spec: { containers: [{ name: 'vllm', image: 'vllm:1', command: ['vllm', 'serve', 'google/gemma-3-1b-it'] }] },
      },
    },
  });
  new k8s.KubeService(chart, 'service', {
    spec: { selector: labels, ports: [{ port: 9002, targetPort: k8s.IntOrString.fromNumber(9002) }] },
  });
  addGateway(chart, values);
  return chart;
}

function addGateway(chart: Chart, values: ChatValues): void {
  const gateway = new Gateway(chart, 'gateway', {
    spec: {
      gatewayClassName: 'gke-l7-regional-external-managed',
      addresses: [{ type: 'NamedAddress', value: values.addressName }],
      listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }],
    },
  });
  const pool = new ApiObject(chart, 'pool', {
    apiVersion: 'inference.networking.k8s.io/v1',
    kind: 'InferencePool',
    spec: { selector: { matchLabels: { app: 'server' } }, targetPorts: [{ number: 8000 }] },
  });
  new HttpRoute(chart, 'route', {
    spec: {
      parentRefs: [{ name: gateway.name }],
      rules: [{ backendRefs: [{ group: 'inference.networking.k8s.io', kind: 'InferencePool', name: pool.name }] }],
    },
  });
  new ApiObject(chart, 'policy', {
    apiVersion: 'networking.gke.io/v1',
    kind: 'GCPBackendPolicy',
    spec: {
      default: { securityPolicy: values.securityPolicy, timeoutSec: 300 },
      targetRef: { group: 'inference.networking.k8s.io', kind: 'InferencePool', name: pool.name },
    },
  });
}
