// A model that must stay up: private nodes, H100s with Spot capacity beside them, TLS, a limit for each client, alerts.
import { RecordSet } from '@pulumi/gcp/dns';
import { NotificationChannel } from '@pulumi/gcp/monitoring';
import { IAMMember } from '@pulumi/gcp/projects';
import * as pulumi from '@pulumi/pulumi';
import { ChartRelease } from 'gke-inference-gateway/deploy';
import {
  CloudArmorPolicy,
  InferenceCluster,
  InferenceDashboard,
  InferenceNetwork,
  ModelServerIdentity,
  PROMPT_SAFE_RULE_SETS,
  StaticAddress,
} from 'gke-inference-gateway/gcp';
import { makeCertificate } from './certificate';
import { ACCELERATOR, API_PROFILE, GPUS_PER_REPLICA, llamaChart, MIN_REPLICAS, NAMESPACE } from './chart';
import { installMetricsAdapter } from './metrics-adapter';

const gcp = new pulumi.Config('gcp');
const project = gcp.require('project');
const region = gcp.require('region');
const config = new pulumi.Config();
const maxReplicas = config.requireNumber('maxReplicas', { min: MIN_REPLICAS });
const weightsBucket = config.require('weightsBucket');
const hostname = config.require('hostname');
const dnsZone = config.require('dnsZone');

const network = new InferenceNetwork('llm', { project, region });
const cluster = new InferenceCluster('llm', {
  project,
  location: region,
  network,
  apiProfile: API_PROFILE,
  // The nodes hold the picker, which asks for 4 CPUs.
  systemPool: { machineType: 'e2-standard-8', minNodes: 2 },
  // The chart has a PodMonitoring, so GKE need not collect the same metrics.
  autoMonitoring: false,
  maintenanceWindow: {
    startTime: '2026-01-03T02:00:00Z',
    endTime: '2026-01-03T08:00:00Z',
    recurrence: 'FREQ=WEEKLY;BYDAY=SA,SU',
  },
});
// The control plane has no public address: it answers under a DNS name, to those whom IAM lets in.
new IAMMember('operators', { project, role: 'roles/container.developer', member: config.require('operators') });

// Model servers select the accelerator, which both pools have. One node on demand holds the fewest replicas and is
// always there. For more the autoscaler takes the cheaper nodes, which is Spot, and a node on demand where Spot is sold
// out. A pod on Spot has seconds to leave, so its running requests fail.
const gpus = { accelerator: ACCELERATOR, nodeLocations: config.requireObject<string[]>('gpuZones') };
cluster.addGpuPool('h100', { ...gpus, gpusPerNode: MIN_REPLICAS * GPUS_PER_REPLICA, minNodes: 1, maxNodes: 2 });
cluster.addGpuPool('h100-spot', { ...gpus, gpusPerNode: GPUS_PER_REPLICA, spot: true, maxNodes: maxReplicas });
installMetricsAdapter(cluster);

const identity = new ModelServerIdentity('llama', {
  cluster,
  namespace: NAMESPACE,
  createNamespace: true,
  buckets: [weightsBucket],
});
const address = new StaticAddress('llm', { project, region });
new RecordSet('llm', {
  ...{ project, managedZone: dnsZone, ttl: 300 },
  ...{ name: `${hostname}.`, type: 'A', rrdatas: [address.ip] },
});
const armor = new CloudArmorPolicy('llm', {
  project,
  region,
  rateLimit: { requests: 300 },
  wafRuleSets: PROMPT_SAFE_RULE_SETS,
});
const oncall = new NotificationChannel('oncall', {
  project,
  type: 'email',
  labels: { email_address: config.require('alertEmail') },
});
new InferenceDashboard('llm', {
  cluster,
  namespace: NAMESPACE,
  alerts: { p99LatencySeconds: 60 },
  notificationChannels: [oncall.id],
});

const release = new ChartRelease(
  'llm',
  {
    chart: llamaChart,
    values: {
      hostname,
      certificate: makeCertificate('llm', { project, region, hostname, dnsZone }),
      staticAddress: address.addressName,
      securityPolicy: armor.policyName,
      proxyRange: network.proxyRange,
      serviceAccountName: identity.serviceAccountName,
      weightsBucket,
      maxReplicas,
    },
  },
  { provider: cluster.provider, dependsOn: [network, cluster, identity] },
);

export const { url, curl, gatewayAddress } = release;
export const { kubeconfig } = cluster;
