import { Chart, Testing } from 'cdk8s';
import { Accelerator, InferenceGateway, ServedModel, type ServedModelProps } from 'gke-inference-gateway';
import { stringify } from 'yaml';
import { readTopology } from '../../../lib/local/manifests/read-topology';
import type { ManifestFile } from '../../../lib/local/manifests/object';
import type { Topology } from '../../../lib/local/manifests/topology';

/** A manifest as the tests change it. */
export interface ChangeableManifest {
  kind: string;
  metadata: { name: string; namespace?: string };
  data?: Record<string, string>;
}

/** Manifests of a small model with two adapters behind one gateway, as `cdk8s synth` writes them. */
export function stackManifests(props: Partial<ServedModelProps> = {}): ChangeableManifest[] {
  const chart = new Chart(Testing.app(), 'llm', { namespace: 'inference', disableResourceNameHashes: true });
  const model = new ServedModel(chart, 'qwen', {
    model: 'Qwen/Qwen3-8B',
    accelerator: Accelerator.NVIDIA_L4,
    replicas: 3,
    maxModelLength: 8192,
    adapters: [
      { name: 'support', source: 'acme/support' },
      { name: 'code', source: 'acme/code' },
    ],
    ...props,
    picker: { image: 'registry.example.com/picker:1', ...props.picker },
  });
  new InferenceGateway(chart, 'gateway').addRoute(model);
  return Testing.synth(chart) as ChangeableManifest[];
}

/** A file of manifests. */
export function manifestFile(objects: readonly unknown[], path = 'stack.yaml'): ManifestFile {
  return { path, text: objects.map((object) => stringify(object)).join('---\n') };
}

/** What a local stack plays of manifests. */
export function stackTopology(objects: readonly unknown[] = stackManifests()): Topology {
  return readTopology([manifestFile(objects)]);
}
