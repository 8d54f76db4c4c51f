import { getProjectOutput } from '@pulumi/gcp/organizations';
import { IAMMember } from '@pulumi/gcp/projects';
import { ConfigFile } from '@pulumi/kubernetes/yaml/v2';
import * as pulumi from '@pulumi/pulumi';
import type { InferenceCluster } from 'gke-inference-gateway/gcp';

/** Google's manifests. A copy that you have read and keep yourself is safer than a branch of somebody else. */
const MANIFESTS =
  'https://raw.githubusercontent.com/GoogleCloudPlatform/k8s-stackdriver/master/custom-metrics-stackdriver-adapter/deploy/production/adapter_new_resource_model.yaml';
const NAME = 'custom-metrics-stackdriver-adapter';

/** Lets autoscalers read the metrics of model servers; the namespace and the account are those of the manifests. */
export function installMetricsAdapter(cluster: InferenceCluster): void {
  const { project, provider } = cluster;
  new ConfigFile('metrics-adapter', { file: MANIFESTS }, { provider, dependsOn: [...cluster.ready] });
  const { number } = getProjectOutput({ projectId: project });
  const pool = pulumi.interpolate`projects/${number}/locations/global/workloadIdentityPools/${project}.svc.id.goog`;
  new IAMMember('metrics-adapter', {
    project,
    role: 'roles/monitoring.viewer',
    member: pulumi.interpolate`principal://iam.googleapis.com/${pool}/subject/ns/custom-metrics/sa/${NAME}`,
  });
}
