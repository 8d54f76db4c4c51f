import { readPod } from '../../../../lib/picker/pool/objects/pod';

const READY = [
  { type: 'PodScheduled', status: 'True' },
  { type: 'Ready', status: 'True' },
];

function pod(meta: object = {}, status: object = {}): object {
  return {
    metadata: { name: 'vllm-0', namespace: 'ns', uid: 'u', labels: { app: 'vllm' }, ...meta },
    status: { podIP: '10.0.0.1', conditions: READY, ...status },
  };
}

test('a ready pod is read', () => {
  expect(readPod(pod())).toEqual({
    name: 'vllm-0',
    namespace: 'ns',
    uid: 'u',
    address: '10.0.0.1',
    labels: { app: 'vllm' },
    ready: true,
    activePorts: undefined,
    ports: undefined,
  });
});

test.each([
  ['its condition Ready is false', {}, { conditions: [{ type: 'Ready', status: 'False' }] }],
  ['its condition Ready is unknown', {}, { conditions: [{ type: 'Ready', status: 'Unknown' }] }],
  ['another condition alone is true', {}, { conditions: [{ type: 'ContainersReady', status: 'True' }] }],
  ['it has no conditions', {}, { conditions: undefined }],
  ['it is being deleted', { deletionTimestamp: '2026-01-01T00:00:00Z' }, {}],
])('a pod is not ready when %s', (_, meta, status) => {
  expect(readPod(pod(meta, status))).toMatchObject({ ready: false });
});

test('a pod without a status is read', () => {
  expect(readPod({ metadata: { name: 'p' } })).toMatchObject({ ready: false, address: undefined, labels: {} });
});

test.each([
  ['8000,8001', [8000, 8001]],
  [' 8000 , 8001 ', [8000, 8001]],
  ['8000,x,-1,8001.5,,123456', [8000]],
  ['', []],
  ['none', []],
])('active ports %j are %j', (value, ports) => {
  expect(readPod(pod({ annotations: { 'llm-d.ai/active-ports': value } }))).toMatchObject({
    activePorts: new Set(ports),
  });
});

test('the current name of the annotation wins over the old one', () => {
  const old = { 'inference.networking.k8s.io/active-ports': '1' };

  expect(readPod(pod({ annotations: old }))).toMatchObject({ activePorts: new Set([1]) });
  expect(readPod(pod({ annotations: { ...old, 'llm-d.ai/active-ports': '2' } }))).toMatchObject({
    activePorts: new Set([2]),
  });
});

test.each([
  [{}, { what: 'metadata.name is not given', why: 'it is missing', fix: 'give it a text that is not empty' }],
  [
    { metadata: { name: 7 } },
    { what: 'metadata.name is 7', why: 'it is no text', fix: 'give it a text that is not empty' },
  ],
  [
    { metadata: { name: 'p', labels: { a: 1 } } },
    { what: 'metadata.labels.a is 1', why: 'it is no text', fix: 'quote it' },
  ],
  [
    { metadata: { name: 'p' }, status: { conditions: 'x' } },
    { what: 'status.conditions is "x"', why: 'it is no list', fix: 'write its items in a list' },
  ],
  ['pod', { what: 'the object is "pod"', why: 'it is no object', fix: 'write its fields in it' }],
])('%j is a problem', (object, problem) => {
  expect(readPod(object)).toEqual(problem);
});
