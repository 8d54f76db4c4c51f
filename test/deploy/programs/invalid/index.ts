// A chart that only the value of an output makes invalid.
import { Address } from '@pulumi/gcp/compute';
import { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { ChartRelease } from 'gke-inference-gateway/deploy';

const address = new Address('address');

new ChartRelease('chat', {
  values: { address: address.address },
  chart: (app, { address: value }) => {
    const map = new k8s.KubeConfigMap(new Chart(app, 'c'), 'map', { data: { value } });
    new k8s.KubeConfigMap(map.chart, 'other');
    map.node.addValidation({ validate: () => (value.startsWith('203.') ? ['the address is taken'] : []) });
  },
});
