import { join } from 'node:path';
import { changes } from '../support/pulumi-engine/changes';
import { type ResourceState, resourceOf } from '../support/pulumi-engine/resource-state';
import { runProgram, type RunOptions, type RunResult } from '../support/pulumi-engine/run-program';
import { at, UNKNOWN } from '../support/pulumi-engine/wire';

const PICKER = 'kubernetes:apps/v1:Deployment';
const GATEWAY = 'kubernetes:gateway.networking.k8s.io/v1:Gateway';
const POLICY = 'kubernetes:networking.gke.io/v1:GCPBackendPolicy';

function run(options: Partial<RunOptions>): Promise<RunResult> {
  return runProgram({ programDir: join(__dirname, 'programs/chat'), mode: 'up', ...options });
}

const nameOf = (urn: string): string => urn.split('::').at(-1) ?? '';
const container = (state: ResourceState): unknown => at(state.inputs, 'spec', 'template', 'spec', 'containers', 0);
const nothing = { creates: [], updates: [], deletes: [] };

describe('ChartRelease under the language host', () => {
  jest.setTimeout(60_000);
  let preview: RunResult;
  let first: RunResult;

  beforeAll(async () => {
    preview = await run({ mode: 'preview' });
    first = await run({});
  });

  it('shows every object in a preview, unknown only where a value is', () => {
    const picker = resourceOf(preview.resources, PICKER, 'chat/picker');
    const gateway = resourceOf(preview.resources, GATEWAY);

    expect([...changes([], preview.resources).creates].sort()).toEqual(
      [...changes([], first.resources).creates].sort(),
    );
    expect(container(picker)).toEqual({ name: 'picker', image: UNKNOWN, args: ['--namespace', 'inference'] });
    // The name of the address is known before the address is.
    expect(at(gateway.inputs, 'spec', 'addresses', 0, 'value')).toMatch(/^address-[0-9a-f]{7}$/);
    expect(preview.stackOutputs).toEqual({ gatewayAddress: UNKNOWN, url: UNKNOWN, curl: UNKNOWN });
  });

  it('applies the values and tells the address', () => {
    const image = resourceOf(first.resources, 'docker-build:index:Image');
    const picker = resourceOf(first.resources, PICKER, 'chat/picker');

    expect(container(picker)).toMatchObject({ image: image.outputs['ref'] });
    expect(first.stackOutputs).toMatchObject({ gatewayAddress: '203.0.113.10', url: 'http://203.0.113.10' });
    expect(first.stackOutputs['curl']).toContain('google/gemma-3-1b-it');
  });

  it('passes the provider down and orders the objects', () => {
    const release = first.resources.find(({ type }) => type.endsWith(':ChartRelease'));
    const objects = first.resources.filter(({ parent }) => parent === release?.urn);
    const after = (name: string): readonly string[] =>
      [...(objects.find((object) => object.name === name)?.dependencies ?? [])].map(nameOf).sort();
    const always = ['address', 'nodes', 'picker', 'policy'];

    expect(new Set(objects.map(({ provider }) => nameOf(provider ?? '')))).toEqual(new Set(['cluster']));
    expect(after('chat/namespace:inference')).toEqual(always);
    expect(after('chat/config')).toEqual([...always, 'chat/namespace:inference'].sort());
    expect(after('chat/gateway')).toEqual([...always, 'chat/account', 'chat/config'].sort());
    expect(after('chat/picker')).toEqual([...always, 'chat/account', 'chat/config'].sort());
  });

  it('names the values that a field depends on, field by field', () => {
    const picker = resourceOf(first.resources, PICKER, 'chat/picker');
    const server = resourceOf(first.resources, PICKER, 'chat/server');
    const policy = resourceOf(first.resources, POLICY);

    expect(picker.propertyDependencies['spec']?.map(nameOf)).toEqual(['picker']);
    expect(server.propertyDependencies['spec']).toEqual([]);
    expect(policy.propertyDependencies['spec']?.map(nameOf)).toEqual(['policy']);
  });

  it('gives load balancers and models their time', () => {
    expect(resourceOf(first.resources, GATEWAY).options.customTimeouts).toEqual({
      create: '20m',
      update: '20m',
      delete: '20m',
    });
    expect(resourceOf(first.resources, PICKER, 'chat/picker').options.customTimeouts).toEqual({
      create: '1020s',
      update: '1020s',
    });
  });

  it('changes nothing in a second run', async () => {
    const previousState = first.resources;
    const secondPreview = await run({ mode: 'preview', previousState });
    const second = await run({ previousState });

    expect(changes(first.resources, secondPreview.resources)).toMatchObject(nothing);
    expect(changes(first.resources, second.resources)).toMatchObject(nothing);
    expect(second.stackOutputs).toEqual(first.stackOutputs);
  });

  it('updates only the objects that hold a changed value, in a preview too', async () => {
    const config = { context: './other' };
    const options = { previousState: first.resources, config };
    const next = [await run({ mode: 'preview', ...options }), await run(options)];

    for (const { resources } of next) {
      const { creates, updates, deletes } = changes(first.resources, resources);
      expect({ creates, deletes }).toEqual({ creates: [], deletes: [] });
      expect(updates.map(({ urn, paths }) => [nameOf(urn), paths])).toEqual([
        ['picker', ['context.location']],
        ['chat/picker', ['spec.template.spec.containers[0].image']],
      ]);
    }
  });

  it('sends nothing when the chart is invalid with the real values', async () => {
    const result = await runProgram({
      programDir: join(__dirname, 'programs/invalid'),
      mode: 'up',
      allowFailure: true,
    });

    expect(result.exitCode).not.toBe(0);
    expect(result.resources.filter(({ type }) => type.startsWith('kubernetes:'))).toEqual([]);
    expect(result.logs.map(({ message }) => message)).toEqual([
      'ReleaseError: chat: its chart is invalid\nValidation failed with the following errors:\n  [c/map] the address is taken',
    ]);
  });
});
