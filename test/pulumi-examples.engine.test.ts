import { join } from 'node:path';
import { changes } from './support/pulumi-engine/changes';
import { defaultInvokes, defaultOutputs } from './support/pulumi-engine/provider-fakes';
import { type OutputsFor, resourceOf, type ResourceState } from './support/pulumi-engine/resource-state';
import { runProgram, type RunOptions, type RunResult } from './support/pulumi-engine/run-program';
import { UNKNOWN } from './support/pulumi-engine/wire';
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

const CLUSTER = 'gcp:container/cluster:Cluster';

/** The built-in answers, and what these programs need besides. */
const outputsFor: OutputsFor = (type, inputs, info) => {
  const own = defaultOutputs(type, inputs, info) ?? {};
  if (type === DNS_AUTHORIZATION.type) return { ...own, outputs: { ...own.outputs, ...DNS_AUTHORIZATION.outputs } };
  if (type !== CLUSTER) return own;
  const dnsEndpointConfig = { endpoint: 'gke-0123.us-central1.gke.goog', allowExternalTraffic: true };
  return { ...own, outputs: { ...own.outputs, controlPlaneEndpointsConfig: { dnsEndpointConfig } } };
};

/** As a user runs it: the program's own Pulumi.yaml and tsconfig.json, with ts-node's settings from there. */
function run(name: ExampleName, options: Partial<RunOptions> = {}): Promise<RunResult> {
  const { config = {}, ...rest } = options;
  return runProgram({
    programDir: join(EXAMPLES_DIR, name),
    mode: 'up',
    config: { ...EXAMPLES[name], ...config },
    secretConfigKeys: SECRET_KEYS.filter((key) => key in EXAMPLES[name]),
    outputsFor,
    invokeFor: (token, args) => (token === GET_CLUSTER.token ? GET_CLUSTER.result : defaultInvokes(token, args)),
    env: { PULUMI_NODEJS_TRANSPILE_ONLY: '' },
    ...rest,
  });
}

const nothing = { creates: [], updates: [], deletes: [] };

/** What a second run with another configuration would do: `Type name` with the inputs that differ. */
function difference(before: RunResult, after: RunResult): unknown {
  const { creates, updates, deletes } = changes(before.resources, after.resources);
  const short = (urn: string): string => {
    const [, , types = '', name = ''] = urn.split('::');
    return `${types.slice(types.lastIndexOf(':') + 1)} ${name}`;
  };
  const all = {
    creates: creates.map(short).sort(),
    updates: Object.fromEntries(updates.map(({ urn, paths }) => [short(urn), paths]).sort()),
    deletes: deletes.map(short).sort(),
  };
  return Object.fromEntries(Object.entries(all).filter(([, found]) => Object.keys(found).length > 0));
}

jest.setTimeout(120_000);

const firsts = new Map<ExampleName, RunResult>();

describe.each(EXAMPLE_NAMES)('the Pulumi program %s under the language host', (name) => {
  let preview: RunResult;
  let first: RunResult;

  beforeAll(async () => {
    [preview, first] = await Promise.all([run(name, { mode: 'preview' }), run(name)]);
    firsts.set(name, first);
  });

  it('shows in a preview what it will make', () => {
    const urns = ({ resources }: RunResult): readonly string[] => resources.map(({ urn }) => urn).sort();

    expect(urns(preview)).toEqual(urns(first));
    expect(preview.stackOutputs['curl']).toBe(UNKNOWN);
  });

  it('warns of nothing', () => {
    expect([...preview.logs, ...first.logs]).toEqual([]);
    expect(first.stderr).toBe('');
  });

  it('tells where the model is, and keeps the way into the cluster secret', () => {
    const { url, curl, kubeconfig } = first.stackOutputs;
    const base = name === 'production' ? 'https://llm.example.com' : 'http://203.0.113.10';

    expect(url).toBe(base);
    expect(curl).toContain(`${base}/v1/chat/completions`);
    expect(first.secretStackOutputs).toEqual(kubeconfig === undefined ? [] : ['kubeconfig']);
  });

  it('changes nothing in a second run', async () => {
    const previousState = first.resources;
    const [secondPreview, second] = await Promise.all([
      run(name, { mode: 'preview', previousState }),
      run(name, { previousState }),
    ]);

    expect(changes(first.resources, secondPreview.resources)).toMatchObject(nothing);
    expect(changes(first.resources, second.resources)).toMatchObject(nothing);
    expect(second.stackOutputs).toEqual(first.stackOutputs);
  });

  it('hands the cluster to everything in it', () => {
    const provider = resourceOf(first.resources, 'pulumi:providers:kubernetes');
    const inCluster = first.resources.filter(({ type }) => type.startsWith('kubernetes:'));

    expect(inCluster.length).toBeGreaterThan(20);
    expect(new Set(inCluster.map((state) => state.provider ?? state.providers['kubernetes']))).toEqual(
      new Set([provider.urn]),
    );
  });
});

describe('a changed setting', () => {
  const after = (name: ExampleName, config: Readonly<Record<string, unknown>>): Promise<RunResult> =>
    run(name, { previousState: firsts.get(name)!.resources, config });

  it('of the token reaches its Secret alone', async () => {
    const changed = await after('quickstart', { huggingFaceToken: 'hf_another' });
    const holders = ({ resources }: RunResult): readonly ResourceState[] =>
      resources.filter((state) => JSON.stringify([state.inputs, state.outputs]).includes(TOKEN));

    expect(difference(firsts.get('quickstart')!, changed)).toEqual({
      updates: { 'Secret gemma-hf-token': ['stringData.token'] },
    });
    expect(holders(firsts.get('quickstart')!).map(({ name, secretPaths }) => [name, secretPaths])).toEqual([
      ['gemma-hf-token', ['stringData']],
    ]);
    expect(holders(changed)).toEqual([]);
  });

  it('of the replicas reaches the Deployment and the bound of its nodes', async () => {
    const changed = await after('quickstart', { replicas: '3' });

    expect(difference(firsts.get('quickstart')!, changed)).toEqual({
      updates: {
        'Deployment llm/gemma/server': ['spec.replicas'],
        'NodePool llm-l4': ['autoscaling.totalMaxNodeCount'],
      },
    });
  });

  it('of the adapters reaches the server and its names', async () => {
    const adapters = JSON.stringify([{ name: 'support', source: 'acme/gemma-3-12b-support-lora' }]);
    const changed = await after('quickstart', { adapters });
    const { creates, updates } = difference(firsts.get('quickstart')!, changed) as {
      creates: readonly string[];
      updates: Readonly<Record<string, readonly string[]>>;
    };

    expect(creates).toEqual([
      'InferenceModelRewrite llm/gemma/models/support/rewrite',
      'InferenceObjective llm/gemma/models/support/objective',
    ]);
    expect(Object.keys(updates).sort()).toEqual([
      'ConfigMap llm/gemma/picker/config',
      'Deployment llm/gemma/picker',
      'Deployment llm/gemma/server',
    ]);
  });

  it('of the most replicas reaches the autoscaler and the Spot nodes', async () => {
    const changed = await after('production', { maxReplicas: '8' });

    expect(difference(firsts.get('production')!, changed)).toEqual({
      updates: {
        'HorizontalPodAutoscaler llm/llama/autoscaler': ['spec.maxReplicas'],
        'NodePool llm-h100-spot': ['autoscaling.totalMaxNodeCount'],
      },
    });
  });

  it('of the picker reaches the picker alone', async () => {
    const changed = await after('existing-cluster', { pickerImage: 'registry.example.com/endpoint-picker:0.2.0' });

    expect(difference(firsts.get('existing-cluster')!, changed)).toEqual({
      updates: { 'Deployment llm/qwen/picker': ['spec.template.spec.containers[0].image'] },
    });
  });
});

describe('a wrong setting', () => {
  const refusal = async (name: ExampleName, config: Readonly<Record<string, unknown>>): Promise<string> => {
    const result = await run(name, { config, allowFailure: true });
    expect(result.exitCode).not.toBe(0);
    return result.logs.map(({ message }) => message).join('\n');
  };

  it('is refused by the component that it is for', async () => {
    expect(await refusal('quickstart', { 'gcp:zone': 'europe-west4-a' })).toContain(
      "location 'europe-west4-a' beside a network in us-central1",
    );
    expect(await refusal('existing-cluster', { proxyRange: '10.129.0.0' })).toContain('10.129.0.0');
  });
});

test('the project at the root is the quickstart', async () => {
  const { 'gcp:project': project, huggingFaceToken } = EXAMPLES.quickstart;
  const root = await runProgram({
    programDir: join(__dirname, '..'),
    mode: 'up',
    config: { 'gcp:project': project, huggingFaceToken },
    secretConfigKeys: SECRET_KEYS,
    outputsFor,
  });
  const kinds = ({ resources }: RunResult): readonly string[] =>
    resources.map(({ type, name }) => `${type} ${name}`).filter((title) => !title.startsWith('pulumi:pulumi:Stack'));

  expect(kinds(root).slice().sort()).toEqual(kinds(firsts.get('quickstart')!).slice().sort());
  expect(root.stackOutputs['url']).toBe('http://203.0.113.10');
});
