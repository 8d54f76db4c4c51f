import { named, newChart, synth } from '../support/manifests';
import { servedModel } from '../support/stacks';

test('the metrics of the model server are collected from its port', () => {
  const chart = newChart();
  servedModel(chart, { monitoring: { intervalSeconds: 5 } });
  const manifests = synth(chart);
  const server = named(manifests, 'Deployment', 'test-model-server').spec;

  expect(named(manifests, 'PodMonitoring', 'test-model-server-monitoring').spec).toEqual({
    selector: server.selector,
    endpoints: [{ port: server.template.spec.containers[0].ports[0].name, path: '/metrics', interval: '5s' }],
  });
});

test('the collectors may use the token of an account that may read the metrics of the picker', () => {
  const chart = newChart();
  servedModel(chart, { monitoring: { collectorNamespace: 'gke-gmp-system' } });
  const manifests = synth(chart);
  const prefix = 'test-model-picker-monitoring';
  const token = named(manifests, 'Secret', `${prefix}-reader-token`);
  const role = named(manifests, 'Role', `${prefix}-may-use-token`);

  expect(token.metadata.annotations).toEqual({ 'kubernetes.io/service-account.name': `${prefix}-reader` });
  expect(named(manifests, 'PodMonitoring', prefix).spec.endpoints[0].authorization).toEqual({
    type: 'Bearer',
    credentials: { secret: { name: token.metadata.name, key: 'token' } },
  });
  expect(role['rules']).toEqual([
    { apiGroups: [''], resources: ['secrets'], resourceNames: [token.metadata.name], verbs: ['get', 'list', 'watch'] },
  ]);
  expect(named(manifests, 'RoleBinding', `${prefix}-collector-uses-token`)['subjects']).toEqual([
    { kind: 'ServiceAccount', name: 'collector', namespace: 'gke-gmp-system' },
  ]);
  expect(named(manifests, 'ClusterRole', `inference-${prefix}-reader`)['rules']).toEqual([
    { nonResourceURLs: ['/metrics'], verbs: ['get'] },
  ]);
});

test('a picker that asks for no token is read without one', () => {
  const chart = newChart();
  servedModel(chart, { monitoring: {}, picker: { metricsAuth: false } });
  const manifests = synth(chart);

  expect(named(manifests, 'PodMonitoring', 'test-model-picker-monitoring').spec.endpoints[0]).not.toHaveProperty(
    'authorization',
  );
  expect(manifests.map(({ kind }) => kind)).not.toContain('Secret');
});

test('it can be turned off', () => {
  const chart = newChart();
  servedModel(chart, { monitoring: false });

  expect(synth(chart).map(({ kind }) => kind)).not.toContain('PodMonitoring');
});
