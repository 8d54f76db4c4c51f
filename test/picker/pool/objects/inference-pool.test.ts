import { readInferencePool } from '../../../../lib/picker/pool/objects/inference-pool';

const META = { name: 'pool', namespace: 'ns', uid: 'u', creationTimestamp: '2026-01-01T00:00:00Z' };

function v1(spec: object = {}): object {
  return {
    metadata: META,
    spec: {
      selector: { matchLabels: { app: 'vllm' } },
      targetPorts: [{ number: 8000 }, { number: 8001 }],
      endpointPickerRef: { name: 'epp', port: { number: 9002 } },
      ...spec,
    },
  };
}

function v1alpha2(spec: object = {}): object {
  return {
    metadata: META,
    spec: { selector: { app: 'vllm' }, targetPortNumber: 8000, extensionRef: { name: 'epp' }, ...spec },
  };
}

test('a pool of v1 is read', () => {
  expect(readInferencePool(v1({ appProtocol: 'kubernetes.io/h2c' }), 'v1')).toMatchObject({
    meta: { name: 'pool', namespace: 'ns', createdAt: 1767225600000, deleting: false },
    spec: { selector: { app: 'vllm' }, targetPorts: [8000, 8001] },
    appProtocol: 'kubernetes.io/h2c',
    picker: { name: 'epp', port: 9002, failureMode: 'FailClose' },
  });
});

test('a pool of v1 without picker and protocol is read', () => {
  expect(readInferencePool(v1({ endpointPickerRef: undefined }), 'v1')).toMatchObject({
    appProtocol: 'http',
    picker: undefined,
  });
});

test('a pool of v1alpha2 is read', () => {
  expect(readInferencePool(v1alpha2(), 'v1alpha2')).toMatchObject({
    spec: { selector: { app: 'vllm' }, targetPorts: [8000] },
    appProtocol: 'http',
    picker: { name: 'epp', port: 9002, failureMode: 'FailClose' },
  });
});

test('the port and the failure mode of a picker of v1alpha2 are read', () => {
  const pool = v1alpha2({ extensionRef: { name: 'epp', portNumber: 7, failureMode: 'FailOpen' } });

  expect(readInferencePool(pool, 'v1alpha2')).toMatchObject({ picker: { port: 7, failureMode: 'FailOpen' } });
});

test.each([
  [
    { selector: {} },
    'spec.selector.matchLabels is not given',
    'it selects every pod of the namespace',
    'name at least one label',
  ],
  [{ targetPorts: [] }, 'spec.targetPorts is []', 'it has 0 ports', 'name 1 to 8 ports'],
  [
    { targetPorts: [{ number: 0 }] },
    'spec.targetPorts[0].number is 0',
    'it is out of range',
    'use a whole number from 1 to 65535',
  ],
  [
    { targetPorts: [{ number: 1 }, { number: 1 }] },
    'spec.targetPorts is [{"number":1},{"number":1}]',
    'it names a port twice',
    'name each port once',
  ],
  [
    { appProtocol: 'grpc' },
    'spec.appProtocol is "grpc"',
    'it is none of the texts that it takes',
    'use http or kubernetes.io/h2c',
  ],
])('a pool of v1 with %j is a problem', (spec, what, why, fix) => {
  expect(readInferencePool(v1(spec), 'v1')).toEqual({ what, why, fix });
});

test('a pool of v1alpha2 without a port is a problem', () => {
  expect(readInferencePool(v1alpha2({ targetPortNumber: undefined }), 'v1alpha2')).toEqual({
    what: 'spec.targetPortNumber is not given',
    why: 'it is missing',
    fix: 'use a whole number from 1 to 65535',
  });
});
