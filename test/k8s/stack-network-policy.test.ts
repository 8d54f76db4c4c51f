import { StackNetworkPolicy } from 'gke-inference-gateway';
import { named, newChart, synth } from '../support/manifests';
import { servedModel } from '../support/stacks';

test('the pods are open to the load balancer, its checks, the picker and the collectors only', () => {
  const chart = newChart();
  const model = servedModel(chart);
  new StackNetworkPolicy(chart, 'network', {
    modelServer: model.server,
    picker: model.picker,
    proxyOnlySubnet: '10.9.0.0/23',
  });

  expect(named(synth(chart), 'NetworkPolicy', 'test-network-model-server').spec).toMatchInlineSnapshot(`
   {
     "ingress": [
       {
         "from": [
           {
             "ipBlock": {
               "cidr": "10.9.0.0/23",
             },
           },
           {
             "ipBlock": {
               "cidr": "130.211.0.0/22",
             },
           },
           {
             "ipBlock": {
               "cidr": "35.191.0.0/16",
             },
           },
           {
             "namespaceSelector": {
               "matchLabels": {
                 "kubernetes.io/metadata.name": "gmp-system",
               },
             },
           },
           {
             "podSelector": {
               "matchLabels": {
                 "app.kubernetes.io/component": "endpoint-picker",
                 "app.kubernetes.io/instance": "test-model-picker",
               },
             },
           },
         ],
         "ports": [
           {
             "port": 8000,
             "protocol": "TCP",
           },
         ],
       },
     ],
     "podSelector": {
       "matchLabels": {
         "app.kubernetes.io/component": "model-server",
         "app.kubernetes.io/instance": "test-model-server",
       },
     },
     "policyTypes": [
       "Ingress",
     ],
   }
  `);
});

test('the picker speaks to the load balancer on the protocol port, to checks on the health port', () => {
  const chart = newChart();
  const model = servedModel(chart);
  new StackNetworkPolicy(chart, 'network', {
    modelServer: model.server,
    picker: model.picker,
    proxyOnlySubnet: '10.9.0.0/23',
  });
  const { spec } = named(synth(chart), 'NetworkPolicy', 'test-network-endpoint-picker');

  expect(spec.podSelector).toEqual({ matchLabels: { ...model.picker.selectorLabels } });
  expect(spec.ingress.map(({ ports }: { ports: { port: number }[] }) => ports[0]!.port)).toEqual([9002, 9003, 9090]);
});
