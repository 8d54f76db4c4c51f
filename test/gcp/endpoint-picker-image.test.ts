import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { EndpointPickerImage, type EndpointPickerImageArgs } from '../../lib/gcp/endpoint-picker-image';
import { bundledPickerContext, checkBuildContext, portablePath } from '../../lib/gcp/picker-context';
import { recordRefusal, recordResources, valueOf } from '../support/pulumi-mocks';

const folder = mkdtempSync(join(tmpdir(), 'picker-'));
beforeAll(() => {
  writeFileSync(join(folder, 'Dockerfile'), 'FROM scratch\n');
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const image = (args: Partial<EndpointPickerImageArgs> = {}) =>
  recordResources(
    () =>
      new EndpointPickerImage('picker', { project: 'my-project', location: 'us-central1', context: folder, ...args }),
  );

describe('EndpointPickerImage', () => {
  it('makes a repository, then builds and pushes to it', async () => {
    const recording = await image();

    expect(recording.tree()).toEqual([
      '- > gke-inference-gateway:index:EndpointPickerImage picker',
      'picker > docker-build:index:Image picker',
      'picker > gcp:artifactregistry/repository:Repository picker-repository',
      'picker > gcp:projects/service:Service picker-api-artifactregistry',
    ]);
    expect(recording.one('Repository')).toMatchObject({
      dependsOn: ['picker-api-artifactregistry'],
      inputs: { project: 'my-project', location: 'us-central1', repositoryId: 'picker', format: 'DOCKER' },
    });
    expect(recording.one('docker-build:index:Image')).toMatchObject({
      dependsOn: ['picker-repository'],
      inputs: {
        tags: ['us-central1-docker.pkg.dev/my-project/picker/endpoint-picker:latest'],
        context: { location: portablePath(folder) },
        platforms: ['linux/amd64'],
        push: true,
        buildOnPreview: false,
      },
    });
  });

  it('is known by its digest', async () => {
    const { result } = await image();

    expect((await valueOf(result.ref)).value).toBe(
      `us-central1-docker.pkg.dev/my-project/picker/endpoint-picker@sha256:${'0'.repeat(64)}`,
    );
  });

  it('pushes to a repository that exists, under other names', async () => {
    const recording = await image({
      createRepository: false,
      repositoryId: 'shared',
      imageName: 'epp',
      tag: 'v2',
      platforms: ['linux/arm64'],
      buildArgs: { SCORERS: './scorers' },
    });

    expect(recording.all('Repository')).toEqual([]);
    expect(recording.one('docker-build:index:Image').inputs).toMatchObject({
      tags: ['us-central1-docker.pkg.dev/my-project/shared/epp:v2'],
      platforms: ['linux/arm64'],
      buildArgs: { SCORERS: './scorers' },
    });
  });

  it('lets others pull, and keeps a registry token secret', async () => {
    const recording = await image({ readers: ['serviceAccount:n@p'], registryToken: 'ya29.x' });

    expect(recording.one('RepositoryIamMember').inputs).toEqual({
      project: 'my-project',
      location: 'us-central1',
      repository: 'picker',
      role: 'roles/artifactregistry.reader',
      member: 'serviceAccount:n@p',
    });
    const { inputs, secretInputs } = recording.one('docker-build:index:Image');
    expect(inputs['registries']).toEqual([
      { address: 'us-central1-docker.pkg.dev', username: 'oauth2accesstoken', password: 'ya29.x' },
    ]);
    expect(secretInputs).toEqual([expect.stringMatching(/^registries/)]);
  });

  it('lets its user change the arguments of every child', async () => {
    const recording = await image({
      readers: ['allUsers'],
      transform: {
        repository: (args) => ({ ...args, description: 'a' }),
        image: (args) => ({ ...args, noCache: true }),
        reader: (args) => ({ ...args, role: 'roles/b' }),
        service: (args) => ({ ...args, disableDependentServices: true }),
      },
    });

    expect(recording.one('Repository').inputs['description']).toBe('a');
    expect(recording.one('docker-build:index:Image').inputs['noCache']).toBe(true);
    expect(recording.one('RepositoryIamMember').inputs['role']).toBe('roles/b');
    expect(recording.one('Service').inputs['disableDependentServices']).toBe(true);
  });

  it('refuses bad arguments before it makes anything', async () => {
    const { error, resources } = await recordRefusal(
      () => new EndpointPickerImage('Picker', { project: 'p', location: 'us-central1-a', context: './no-such-folder' }),
    );

    expect(resources).toEqual([]);
    expect(error.message).toMatchInlineSnapshot(`
     "Picker: 3 invalid settings
       - location 'us-central1-a' is a zone
           why: repositories live in a region
           fix: use 'us-central1'
       - repositoryId 'Picker' is not valid
           why: it has at most 63 lower-case letters, digits and -, and starts with a letter
           fix: use an id such as 'inference'
       - context './no-such-folder' has no Dockerfile
           why: the image is built from it
           fix: give a folder with a Dockerfile"
    `);
  });

  it('says what to do in a clone that was not built', () => {
    expect(checkBuildContext(join(folder, 'build/picker-image'), true)).toMatchObject({
      why: 'the bundled picker is made when the package is built',
      fix: 'run `npm run build` in the clone of gke-inference-gateway, or install the package',
    });
    expect(checkBuildContext(folder, true)).toBeUndefined();
  });
});

describe('the folder of the bundled picker', () => {
  it('is in the build of the package, from sources and compiled', () => {
    const root = resolve(__dirname, '../..');

    expect(bundledPickerContext()).toBe(join(root, 'build/picker-image'));
    const compiled = join(folder, 'build/lib/gcp');
    mkdirSync(compiled, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{"name":"gke-inference-gateway"}');
    expect(bundledPickerContext(compiled)).toBe(join(folder, 'build/picker-image'));
  });

  it('is written as seen from the working folder, so that it is the same everywhere', () => {
    expect(portablePath(join(process.cwd(), 'node_modules/x'))).toBe('./node_modules/x');
    expect(portablePath(resolve(process.cwd(), '../x'))).toBe('../x');
    expect(portablePath('./own')).toBe('./own');
  });
});
