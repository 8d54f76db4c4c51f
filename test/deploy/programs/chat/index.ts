// From nothing to a served model, except for the cluster: what ChartRelease needs of the cloud.
import * as docker from '@pulumi/docker-build';
import { Address, SecurityPolicy } from '@pulumi/gcp/compute';
import * as kubernetes from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';
import { ChartRelease } from 'gke-inference-gateway/deploy';
import { chatChart } from '../../chat-chart';

const config = new pulumi.Config();
const image = new docker.Image('picker', {
  push: true,
  context: { location: config.get('context') ?? '.' },
  tags: ['europe-docker.pkg.dev/p/r/picker'],
});
const address = new Address('address', { region: 'us-central1' });
const policy = new SecurityPolicy('policy', { description: config.get('description') ?? 'limits' });
const provider = new kubernetes.Provider('cluster', { kubeconfig: 'fake' });
const nodes = new kubernetes.core.v1.ConfigMap('nodes', {}, { provider });

const release = new ChartRelease(
  'chat',
  {
    values: {
      image: image.ref,
      addressName: address.name,
      securityPolicy: policy.name,
      namespace: 'inference',
      replicas: config.getNumber('replicas') ?? 1,
    },
    chart: chatChart,
    createNamespaces: true,
  },
  { provider, dependsOn: [nodes] },
);

export const { gatewayAddress, url, curl } = release;
