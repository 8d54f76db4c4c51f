import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Yaml } from 'cdk8s';
import { type ApiProfile, warningsOf } from 'gke-inference-gateway';
import {
  checkManifests,
  describeWithSchemas,
  loadCrdSchemas,
  loadNativeSchemas,
  mergeCatalogs,
} from './support/manifest-schemas';
import { loadExample, loadExampleInProfile, synth } from './support/manifests';

const POOL_VERSIONS = {
  v1: 'inference.networking.k8s.io/v1',
  v1alpha2: 'inference.networking.x-k8s.io/v1alpha2',
} as const;

const EXAMPLES = ['quickstart', 'canary', 'multi-model', 'legacy-v1alpha2', 'upstream-picker'] as const;

describe.each(EXAMPLES)('example %s', (name) => {
  test('gives the manifests of the snapshot', () => {
    expect(Yaml.stringify(...synth(loadExample(name)))).toMatchSnapshot();
  });

  test('gives the same bytes when it is synthesized again', () => {
    const first = synth(loadExample(name));
    jest.resetModules();
    const second = synth(loadExample(name));

    expect(JSON.stringify(second)).toBe(JSON.stringify(first));
  });

  test('warns of what the snapshot says', () => {
    expect(warningsOf(loadExample(name))).toMatchSnapshot();
  });
});

test('the quickstart is at most 25 lines long', () => {
  const text = readFileSync(join(__dirname, '..', 'examples', 'quickstart.ts'), 'utf8');

  expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(25);
});

describeWithSchemas('every document is accepted by the API server', (schemas) => {
  const crds = loadCrdSchemas(schemas.crds);

  describe.each([
    ['Kubernetes 1.28', schemas.native('1.28')],
    ['the newest Kubernetes', schemas.native(schemas.newestNative)],
  ])('of %s', (_version, file) => {
    const catalog = mergeCatalogs(loadNativeSchemas(file), crds);

    test.each(EXAMPLES)('example %s', (name) => {
      expect(checkManifests(synth(loadExample(name)), catalog)).toEqual([]);
    });

    describe.each<[string, ApiProfile]>([
      ['v1', { pool: 'v1' }],
      ['v1 with objectives of the extension', { pool: 'v1', objectives: 'inference.networking.x-k8s.io' }],
      ['v1 with objectives of llm-d', { pool: 'v1', objectives: 'llm-d.ai' }],
      ['v1alpha2', { pool: 'v1alpha2' }],
    ])('in profile %s', (_profile, profile) => {
      // Upstream's picker reads v1 only, and v1alpha2 has no objectives; both contradictions have tests of their own.
      const examples = EXAMPLES.filter(
        (name) =>
          (profile.pool === 'v1' || name !== 'upstream-picker') &&
          (profile.objectives === undefined || name !== 'legacy-v1alpha2'),
      );

      test.each(examples)('example %s', (name) => {
        const manifests = synth(loadExampleInProfile(name, profile));

        expect(checkManifests(manifests, catalog)).toEqual([]);
        expect(manifests.map(({ apiVersion }) => apiVersion)).toContain(
          POOL_VERSIONS[name === 'legacy-v1alpha2' ? 'v1alpha2' : (profile.pool ?? 'v1')],
        );
      });
    });
  });
});
