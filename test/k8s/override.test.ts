import { ApiObject } from 'cdk8s';
import { override } from 'gke-inference-gateway';
import { newChart, only, refusal, synth } from '../support/manifests';
import { modelServer, pool, servedModel } from '../support/stacks';

test.each([
  ['a field of a schema', '/spec/template/spec/dnsPolicy', 'Default'],
  ['a quantity as plain text', '/spec/template/spec/containers/0/resources/limits/nvidia.com~1gpu', '4'],
  ['a port as a plain number', '/spec/template/spec/containers/0/readinessProbe/httpGet/port', 9000],
  ['a whole object', '/spec/template/spec/affinity', { nodeAffinity: {} }],
  ['a label with a slash', '/metadata/labels/example.com~1team', 'ml'],
])('sets %s', (_case, path, value) => {
  const chart = newChart();
  const server = modelServer(chart);
  override(server.resource, path, value);
  const keys = path
    .slice(1)
    .split('/')
    .map((key) => key.replaceAll('~1', '/'));
  const document = only(synth(chart), 'Deployment') as unknown as Record<string, unknown>;

  expect(keys.reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], document)).toEqual(value);
});

test('appends to a list', () => {
  const chart = newChart();
  const server = modelServer(chart);
  override(server.resource, '/spec/template/spec/tolerations/-', { key: 'team', operator: 'Exists' });

  expect(only(synth(chart), 'Deployment').spec.template.spec.tolerations.at(-1)).toEqual({
    key: 'team',
    operator: 'Exists',
  });
});

test('removes a field', () => {
  const chart = newChart();
  const model = servedModel(chart);
  override(model.healthCheckPolicy!.resource, '/spec/default/logConfig', undefined);

  expect(only(synth(chart), 'HealthCheckPolicy').spec.default).not.toHaveProperty('logConfig');
});

test('removing what is not there makes nothing', () => {
  const chart = newChart();
  const target = pool(chart);
  const before = JSON.stringify(only(synth(chart), 'InferencePool'));
  override(target.resource, '/spec/nothing/here', undefined);

  expect(JSON.stringify(only(synth(chart), 'InferencePool'))).toBe(before);
});

test('the last of several overrides of a field wins', () => {
  const chart = newChart();
  const target = pool(chart);
  override(target.resource, '/spec/endpointPickerRef/failureMode', 'FailOpen');
  override(target.resource, '/spec/endpointPickerRef/failureMode', 'FailClose');

  expect(only(synth(chart), 'InferencePool').spec.endpointPickerRef.failureMode).toBe('FailClose');
});

test('refuses a field that the schema lacks, as it would vanish', () => {
  const chart = newChart();
  const target = pool(chart);
  override(target.resource, '/spec/targetPortNumber', 8000);

  expect(refusal(chart)).toMatchInlineSnapshot(`
   "[test/pool/Default] override of /spec/targetPortNumber in InferencePool inference.networking.k8s.io/v1
         why: its schema has no such field, so the API server would drop the value
         fix: correct the path, or make the object yourself with ApiObject from cdk8s"
  `);
});

test('names each lost field of an object', () => {
  const chart = newChart();
  const server = modelServer(chart);
  override(server.resource, '/spec/template/spec/securityContext', { runAsUser: 1000, runAsNobody: true });

  expect(refusal(chart)).toContain('override of /spec/template/spec/securityContext/runAsNobody in Deployment apps/v1');
});

test('an object without a schema takes any field', () => {
  const chart = newChart();
  const object = new ApiObject(chart, 'raw', { apiVersion: 'example.com/v1', kind: 'Raw', spec: {} });
  override(object, '/spec/anything', true);

  expect(only(synth(chart), 'Raw').spec).toEqual({ anything: true });
});

test('a path that is no JSON pointer is refused at once', () => {
  const chart = newChart();
  const server = modelServer(chart);

  expect(() => {
    override(server.resource, 'spec.replicas', 3);
  }).toThrow("override: 'spec.replicas' is not a JSON pointer; write it as /spec/field");
});

test.each(['/metadata/name', '/metadata/namespace'])('%s is refused at once: other objects refer to it', (path) => {
  const chart = newChart();
  const server = modelServer(chart);

  expect(() => {
    override(server.resource, path, 'other');
  }).toThrow(`override: ${path} is what other objects refer to; set it with the name prop or the chart's namespace`);
});
