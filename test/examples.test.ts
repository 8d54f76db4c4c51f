import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Yaml } from 'cdk8s';
import { warningsOf } from 'gke-inference-gateway';
import {
  checkManifests,
  describeWithSchemas,
  loadCrdSchemas,
  loadNativeSchemas,
  mergeCatalogs,
} from './support/manifest-schemas';
import { loadExample, synth } from './support/manifests';

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
  });
});
