import { join } from 'node:path';
import { changes } from './changes';
import { FAKE_CLUSTER_ENDPOINT, FAKE_GATEWAY_ADDRESS } from './provider-fakes';
import { resourceOf } from './resource-state';
import { runProgram, type RunOptions, type RunResult } from './run-program';
import { UNKNOWN } from './wire';

const program = (name: string): string => join(__dirname, 'programs', name);

const stackReferences = { 'organization/other/dev': { answer: 42 } };

function features(options: Partial<RunOptions>): Promise<RunResult> {
  return runProgram({ programDir: program('features'), mode: 'up', stackReferences, ...options });
}

describe('the stand-in of the Pulumi engine', () => {
  jest.setTimeout(60_000);
  let preview: RunResult;
  let first: RunResult;

  beforeAll(async () => {
    preview = await features({ mode: 'preview' });
    first = await features({});
  });

  it('reads configuration from both files and keeps secrets secret', () => {
    const map = resourceOf(first.resources, 'kubernetes:core/v1:ConfigMap');
    const address = resourceOf(first.resources, 'gcp:compute/address:Address');
    const secret = resourceOf(first.resources, 'kubernetes:core/v1:Secret');

    expect(map.inputs['data']).toMatchObject({ replicas: '2' });
    expect(address.inputs['region']).toBe('us-central1');
    expect(secret.inputs['stringData']).toEqual({ token: 'decrypted-secret', plain: 'plain' });
    expect(secret.secretPaths).toEqual(['stringData']);
    expect(secret.secretOutputPaths).toEqual(['stringData']);
    expect(first.stackOutputs['secret']).toBe('decrypted-secret');
    expect(first.secretStackOutputs).toEqual(['secret']);
  });

  it('answers with the outputs of fake providers, functions and other stacks', () => {
    const provider = resourceOf(first.resources, 'pulumi:providers:kubernetes');

    expect(provider.inputs['kubeconfig']).toBe(`at ${FAKE_CLUSTER_ENDPOINT}`);
    expect(provider.secretPaths).toEqual(['kubeconfig']);
    expect(first.stackOutputs).toMatchObject({
      address: FAKE_GATEWAY_ADDRESS,
      project: 'fake-project',
      reference: 42,
      existing: 'projects/p/global/networks/existing',
    });
  });

  it('keeps parents, dependencies, providers, aliases and options', () => {
    const box = resourceOf(first.resources, 'test:index:Box');
    const cluster = resourceOf(first.resources, 'gcp:container/cluster:Cluster');
    const address = resourceOf(first.resources, 'gcp:compute/address:Address');
    const map = resourceOf(first.resources, 'kubernetes:core/v1:ConfigMap');
    const secret = resourceOf(first.resources, 'kubernetes:core/v1:Secret');

    expect(address.urn).toBe('urn:pulumi:dev::features::test:index:Box$gcp:compute/address:Address::box-address');
    expect(address).toMatchObject({ parent: box.urn, options: { customTimeouts: { create: '5m' } } });
    expect(address.aliases).toEqual([
      'urn:pulumi:dev::features::test:index:Box$gcp:compute/address:Address::old-address',
    ]);
    expect(box.dependencies).toEqual([cluster.urn]);
    expect(map.propertyDependencies['data']).toEqual([address.urn]);
    expect(map.provider).toMatch(/pulumi:providers:kubernetes::k8s$/);
    expect(secret.dependencies).toEqual([map.urn]);
  });

  it('runs transforms and registers remote components', () => {
    expect(resourceOf(first.resources, 'kubernetes:core/v1:ConfigMap').inputs['immutable']).toBe(true);
    expect(resourceOf(first.resources, 'kubernetes:yaml/v2:ConfigGroup').remote).toBe(true);
  });

  it('leaves outputs of what does not exist yet unknown in a preview', () => {
    const map = resourceOf(preview.resources, 'kubernetes:core/v1:ConfigMap');

    expect(preview.resources.map((resource) => resource.urn).sort()).toEqual(
      first.resources.map((resource) => resource.urn).sort(),
    );
    expect(map.inputs['data']).toEqual({ replicas: '2', address: UNKNOWN });
    expect(map.id).toBeUndefined();
    expect(preview.stackOutputs['address']).toBe(UNKNOWN);
  });

  it('finds no changes in a second run, and only the changed one after a change', async () => {
    const previousState = first.resources;
    const secondPreview = await features({ mode: 'preview', previousState });
    const second = await features({ previousState });
    const changed = await features({ previousState, config: { replicas: '3' } });

    expect(changes(first.resources, secondPreview.resources)).toMatchObject({ creates: [], updates: [], deletes: [] });
    expect(changes(first.resources, second.resources)).toMatchObject({ creates: [], updates: [], deletes: [] });
    expect(second.stackOutputs).toEqual(first.stackOutputs);
    const map = resourceOf(first.resources, 'kubernetes:core/v1:ConfigMap');
    expect(changes(first.resources, changed.resources)).toMatchObject({
      updates: [{ urn: map.urn, paths: ['data.replicas'] }],
      creates: [],
      deletes: [],
    });
  });

  it('keeps what the program and the SDK log', () => {
    expect(first.logs).toContainEqual(expect.objectContaining({ severity: 'warning', message: 'a warning' }));
  });

  it('rejects with everything a failing program said', async () => {
    const failed = runProgram({ programDir: program('failing'), mode: 'up' });

    await expect(failed).rejects.toThrow(/replicas: -1 is below 0[^]*about to fail/);
  });

  it('resolves with the exit code where a failure is expected', async () => {
    const result = await runProgram({ programDir: program('failing'), mode: 'up', allowFailure: true });

    expect(result.exitCode).not.toBe(0);
  });

  it('kills a program that does not end', async () => {
    const hanging = runProgram({ programDir: program('hanging'), mode: 'up', timeout: 2500 });

    await expect(hanging).rejects.toThrow('the program did not end in 2500 ms');
  });
});
