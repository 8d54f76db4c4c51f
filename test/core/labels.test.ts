import { Components, GPU_RESOURCE, GPU_TAINT_VALUE, Labels, MANAGED_BY, NodeLabels } from '../../lib/core/labels';

// kubernetes.io/docs/concepts/overview/working-with-objects/common-labels.
test('objects carry the labels that Kubernetes recommends', () => {
  expect([Labels.NAME, Labels.INSTANCE, Labels.COMPONENT, Labels.PART_OF, Labels.MANAGED_BY]).toEqual([
    'app.kubernetes.io/name',
    'app.kubernetes.io/instance',
    'app.kubernetes.io/component',
    'app.kubernetes.io/part-of',
    'app.kubernetes.io/managed-by',
  ]);
});

// endpoint-picker.md 3.1: core-metrics-extractor reads engineLabelKey `llm-d.ai/engine-type`, and the legacy label too.
test('pickers of either generation read the engine of a pod', () => {
  expect([Labels.ENGINE_TYPE, Labels.LEGACY_ENGINE_TYPE]).toEqual([
    'llm-d.ai/engine-type',
    'inference.networking.k8s.io/engine-type',
  ]);
});

// gke.md 5.2, from cluster-toolkit and GKE's documentation of GPUs.
test('nodes carry the labels that GKE sets', () => {
  expect(NodeLabels).toEqual({
    ACCELERATOR: 'cloud.google.com/gke-accelerator',
    ACCELERATOR_COUNT: 'cloud.google.com/gke-accelerator-count',
    SPOT: 'cloud.google.com/gke-spot',
    COMPUTE_CLASS: 'cloud.google.com/compute-class',
    FLEX_START: 'cloud.google.com/gke-flex-start',
    ARCHITECTURE: 'kubernetes.io/arch',
    HOSTNAME: 'kubernetes.io/hostname',
    ZONE: 'topology.kubernetes.io/zone',
  });
});

test("GKE's GPU nodes have the taint nvidia.com/gpu=present", () => {
  expect([GPU_RESOURCE, GPU_TAINT_VALUE]).toEqual(['nvidia.com/gpu', 'present']);
});

test('every key and value has the form of a label', () => {
  const key = /^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;
  const value = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;
  const keys: readonly string[] = [...Object.values(Labels), ...Object.values(NodeLabels)];
  const values: readonly string[] = [...Object.values(Components), MANAGED_BY];

  expect(keys.filter((text) => !key.test(text))).toEqual([]);
  expect(values.filter((text) => !value.test(text))).toEqual([]);
});

test('no two labels have the same key', () => {
  const keys = [...Object.values(Labels), ...Object.values(NodeLabels)];

  expect(new Set(keys).size).toBe(keys.length);
});
