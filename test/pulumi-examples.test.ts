import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import { parse, stringify } from 'yaml';
import {
  checkManifests,
  describeWithSchemas,
  loadCrdSchemas,
  loadNativeSchemas,
  mergeCatalogs,
} from './support/manifest-schemas';
import { loadExample, type Manifest, only, synth } from './support/manifests';
import {
  DNS_AUTHORIZATION,
  EXAMPLE_NAMES,
  type ExampleName,
  EXAMPLES,
  EXAMPLES_DIR,
  GET_CLUSTER,
  SECRET_KEYS,
  TOKEN,
} from './support/pulumi-examples';
import { type RecordedResource, recordRefusal, recordResources, type Recording, valueOf } from './support/pulumi-mocks';

const ROOT = join(__dirname, '..');

interface Exports {
  readonly url: pulumi.Output<string | undefined>;
  readonly curl: pulumi.Output<string | undefined>;
  readonly kubeconfig?: pulumi.Output<string>;
}

/** The exact program that a user runs, loaded as the language host does. */
function load(name: ExampleName, config: Readonly<Record<string, string>>): Exports {
  const full = Object.entries(config).map(([key, value]) => [key.includes(':') ? key : `project:${key}`, value]);
  pulumi.runtime.setAllConfig(
    Object.fromEntries(full) as Record<string, string>,
    SECRET_KEYS.map((key) => `project:${key}`),
  );
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the program runs when it is loaded, once
  return require(join(EXAMPLES_DIR, name, 'index.ts')) as Exports;
}

function run(name: ExampleName): Promise<Recording<Exports>> {
  return recordResources(() => load(name, EXAMPLES[name]), {
    outputs: {
      [DNS_AUTHORIZATION.type]: () => DNS_AUTHORIZATION.outputs,
      'kubernetes:gateway.networking.k8s.io/v1:Gateway': () => ({ status: { addresses: [{ value: '203.0.113.7' }] } }),
    },
    calls: { [GET_CLUSTER.token]: (inputs) => ({ ...inputs, ...GET_CLUSTER.result }) },
  });
}

const runs = new Map<ExampleName, Promise<Recording<Exports>>>();
function recorded(name: ExampleName): Promise<Recording<Exports>> {
  const known = runs.get(name) ?? run(name);
  runs.set(name, known);
  return known;
}

/** Inputs with their secrets blacked out. */
function redacted(value: unknown, secrets: ReadonlySet<string>, path = ''): unknown {
  if (secrets.has(path)) return '[secret]';
  if (typeof value !== 'object' || value === null) return value;
  const inner = (key: string | number, item: unknown): unknown =>
    redacted(item, secrets, path === '' ? String(key) : `${path}.${key}`);
  if (Array.isArray(value)) return value.map((item, index) => inner(index, item));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inner(key, item)]));
}

/** What the snapshot shows of a resource: JSON in a text as data, so that a change in it can be read. */
function shown(resource: RecordedResource): object {
  const inputs = redacted(resource.inputs, new Set(resource.secretInputs)) as Record<string, unknown>;
  const { dashboardJson } = inputs;
  const readable = typeof dashboardJson === 'string' ? { dashboardJson: JSON.parse(dashboardJson) as unknown } : {};
  const { provider } = resource;
  return {
    ...(provider === undefined ? {} : { provider }),
    ...(Object.keys(inputs).length === 0 ? {} : { inputs: { ...inputs, ...readable } }),
  };
}

/** Every resource with its parent, type and name, sorted: what does not wait is registered in any order. */
function graph(resources: readonly RecordedResource[]): string {
  const title = ({ parent, parentType, type, name }: RecordedResource): string =>
    parent === undefined || parentType === undefined ? `${type} ${name}` : `${parentType} ${parent} > ${type} ${name}`;
  const entries = resources.map((resource) => [title(resource), shown(resource)] as const);
  expect(new Set(entries.map(([key]) => key)).size).toBe(entries.length);
  return stringify(Object.fromEntries(entries), { sortMapEntries: true, lineWidth: 0, aliasDuplicateObjects: false });
}

function manifestsOf(resources: readonly RecordedResource[]): readonly Manifest[] {
  return resources
    .filter(({ type, inputs }) => type.startsWith('kubernetes:') && typeof inputs['kind'] === 'string')
    .map(({ inputs }) => inputs as unknown as Manifest);
}

interface Taint {
  readonly key: string;
  readonly value: string;
}

jest.setTimeout(60_000);

/** First of all, since a program that ran is not run again when it is asked for. */
test.each([
  ['quickstart', 'huggingFaceToken', 'pulumi config set --secret project:huggingFaceToken <value>'],
  ['quickstart', 'gcp:zone', 'pulumi config set gcp:zone <value>'],
  ['production', 'hostname', 'pulumi config set project:hostname <value>'],
  ['existing-cluster', 'clusterName', 'pulumi config set project:clusterName <value>'],
] as const)('%s without %s names the command that sets it', async (name, key, command) => {
  const config = Object.entries(EXAMPLES[name]).filter(([known]) => known !== key);
  const { error } = await recordRefusal(() => load(name, Object.fromEntries(config)));

  expect(error.message).toContain(command);
});

describe.each(EXAMPLE_NAMES)('the Pulumi program %s', (name) => {
  test('makes the resources of the snapshot', async () => {
    expect(graph((await recorded(name)).resources)).toMatchSnapshot();
  });

  test('shows no secret', async () => {
    const { resources, result } = await recorded(name);
    const shownTexts = JSON.stringify(resources.map(shown));
    const all = JSON.stringify(resources.map(({ inputs }) => inputs));

    expect(all.includes(TOKEN)).toBe(name === 'quickstart');
    expect(shownTexts).not.toContain(TOKEN);
    // Names the control plane and how to log in.
    expect(all).toContain('gke-gcloud-auth-plugin');
    expect(shownTexts).not.toContain('gke-gcloud-auth-plugin');
    expect(result.kubeconfig === undefined || (await valueOf(result.kubeconfig)).secret).toBe(true);
    expect((await valueOf(result.curl)).secret).toBe(false);
  });

  test('makes nodes and workloads inside of components only', async () => {
    const { resources } = await recorded(name);
    const top = resources.filter(({ parent, custom }) => parent === undefined && custom).map(({ type }) => type);

    expect(top.filter((type) => type.startsWith('gcp:container') || type.startsWith('kubernetes:apps'))).toEqual([]);
  });

  test('puts the model where its GPUs are', async () => {
    const recording = await recorded(name);
    const deployment = recording.all('Deployment').find(({ name: path }) => path.includes('server'))!;
    const pod = (deployment.inputs as unknown as Manifest).spec.template.spec as {
      nodeSelector: Record<string, string>;
      tolerations: { key: string; operator: string }[];
      containers: { resources: { limits: Record<string, string> } }[];
    };
    const pools = recording.all('GpuNodePool').map(({ name: pool }) => recording.one('NodePool', pool).inputs);
    const gpus = Number(pod.containers[0]!.resources.limits['nvidia.com/gpu']);

    expect(pools.length).toBeGreaterThan(0);
    for (const { nodeConfig } of pools as { nodeConfig: Record<string, unknown> }[]) {
      const accelerators = nodeConfig['guestAccelerators'] as { type: string; count: number }[];
      expect(pod.nodeSelector).toEqual({ 'cloud.google.com/gke-accelerator': accelerators[0]!.type });
      expect(accelerators[0]!.count % gpus).toBe(0);
      for (const taint of nodeConfig['taints'] as Taint[]) {
        expect(pod.tolerations).toContainEqual(expect.objectContaining({ key: taint.key, operator: 'Exists' }));
      }
    }
  });

  test('keeps the load balancer before everything that it needs', async () => {
    const recording = await recorded(name);
    const gateway = recording.one('Gateway');
    const proxies = recording.all('Subnetwork').filter(({ inputs }) => inputs['purpose'] === 'REGIONAL_MANAGED_PROXY');

    expect(proxies).toHaveLength(1);
    expect(gateway.dependsOn).toEqual(expect.arrayContaining(proxies.map((subnet) => subnet.name)));
    expect(gateway.dependsOn).toEqual(expect.arrayContaining(recording.all('NodePool').map((pool) => pool.name)));
  });

  test('tells where the model is', async () => {
    const { result } = await recorded(name);

    expect((await valueOf(result.url)).value).toBe(
      name === 'production' ? 'https://llm.example.com' : 'http://203.0.113.7',
    );
    expect((await valueOf(result.curl)).value).toMatchSnapshot();
  });
});

test('no program collects metrics twice', async () => {
  for (const name of ['quickstart', 'production'] as const) {
    const recording = await recorded(name);
    const { monitoringConfig } = recording.one('container/cluster:Cluster').inputs;

    expect(monitoringConfig).toMatchObject({ managedPrometheus: { autoMonitoringConfig: { scope: 'NONE' } } });
    expect(recording.all('PodMonitoring')).toHaveLength(2);
  }
});

test('the quickstart is at most 40 lines long', () => {
  const text = readFileSync(join(EXAMPLES_DIR, 'quickstart', 'index.ts'), 'utf8');

  expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(40);
});

test('the picker of the quickstart fits beside the system pods of one node', async () => {
  const recording = await recorded('quickstart');
  const picker = recording.all('Deployment').find(({ name }) => name.includes('picker'))!.inputs as unknown as Manifest;

  // An e2-standard-4 leaves 3.92 of its CPUs to pods.
  expect(recording.one('NodePool', 'llm-system').inputs).toMatchObject({
    nodeConfig: { machineType: 'e2-standard-4' },
  });
  expect(picker.spec.template.spec.containers[0].resources.requests).toEqual({ cpu: '1', memory: '4Gi' });
});

test('the quickstart serves what the quickstart of the manifests does', async () => {
  const manifests = synth(loadExample('quickstart'));
  const own = manifestsOf((await recorded('quickstart')).resources);
  const server = (all: readonly Manifest[]): Manifest =>
    all.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'llm-gemma-server')!;
  const facts = (all: readonly Manifest[]) => {
    const { replicas, template } = server(all).spec;
    const [container] = template.spec.containers;
    return {
      ...{ replicas, image: container.image, resources: container.resources, nodeSelector: template.spec.nodeSelector },
      args: (container.args as string[]).filter((arg) => !arg.includes('lora')),
      pool: only(all, 'InferencePool').spec.selector,
      gateway: only(all, 'Gateway').spec,
    };
  };

  expect(facts(own)).toEqual(facts(manifests));
});

describe('the project files', () => {
  const read = (...path: string[]): Record<string, unknown> =>
    parse(readFileSync(join(...path), 'utf8')) as Record<string, unknown>;

  test('at the root is that of the quickstart', () => {
    const own = read(EXAMPLES_DIR, 'quickstart', 'Pulumi.yaml');
    const root = read(ROOT, 'Pulumi.yaml');

    expect(root['config']).toEqual(own['config']);
    expect(join(ROOT, root['main'] as string)).toBe(join(EXAMPLES_DIR, 'quickstart', own['main'] as string));
  });

  test.each(EXAMPLE_NAMES)('of %s declare every setting with a type that Pulumi knows', (name) => {
    const file = read(EXAMPLES_DIR, name, 'Pulumi.yaml');
    const config = file['config'] as Record<string, unknown>;
    const program = readFileSync(join(EXAMPLES_DIR, name, 'index.ts'), 'utf8');
    const declared = Object.entries(config).filter(([key]) => !key.includes(':'));
    const asked = [...program.matchAll(/config\s*\.\s*require\w*(?:<[^>]*>)?\('(\w+)'/g)].map((match) => match[1]);

    // Pulumi would run the entry of the repository's package.json.
    expect(file['main']).toBe('index.ts');
    expect(declared.map(([key]) => key).sort()).toEqual([...new Set(asked)].sort());
    for (const [, declaration] of declared) {
      expect(declaration).toMatchObject({
        type: expect.stringMatching(/^(string|integer|boolean|array)$/) as unknown,
        description: expect.any(String) as unknown,
      });
    }
    // Pulumi refuses types and defaults for settings of another project.
    for (const [key, value] of Object.entries(config)) {
      if (key.includes(':')) expect(typeof value).toBe('string');
    }
  });

  test('the sample of settings holds no secret and only settings that the program asks for', () => {
    const text = readFileSync(join(ROOT, 'Pulumi.dev.yaml'), 'utf8');
    const { config } = parse(text) as { config: Record<string, unknown> };

    expect(text).not.toMatch(/secure|hf_\w/);
    expect(Object.keys(config).sort()).toEqual([
      'gcp:project',
      'gcp:region',
      'gcp:zone',
      'gke-inference-gateway:replicas',
    ]);
  });
});

describeWithSchemas('every object of the programs is accepted by the API server', (schemas) => {
  const crds = loadCrdSchemas(schemas.crds);
  const catalog = mergeCatalogs(loadNativeSchemas(schemas.native(schemas.newestNative)), crds);

  test.each(EXAMPLE_NAMES)('of %s', async (name) => {
    const manifests = manifestsOf((await recorded(name)).resources);

    expect(manifests.length).toBeGreaterThan(20);
    expect(checkManifests(manifests, catalog)).toEqual([]);
  });
});
