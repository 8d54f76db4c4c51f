import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import { CUSTOM_RESOURCES, customResourcesFor } from '../../../lib/core/gke/custom-resources';

describe('custom resources', () => {
  it('come from the releases that the typed classes were generated from', () => {
    const config = parse(readFileSync(resolve(__dirname, '../../../cdk8s.yaml'), 'utf8')) as { imports: string[] };

    for (const { url } of CUSTOM_RESOURCES) expect(config.imports).toContain(url);
  });

  it('never bring both groups of objectives', () => {
    for (const pool of ['v1', 'v1alpha2'] as const) {
      for (const objectives of [undefined, 'llm-d.ai', 'inference.networking.x-k8s.io'] as const) {
        const profile = objectives === undefined ? { pool } : { pool, objectives };
        const groups = customResourcesFor(profile)
          .filter(({ name }) => name === 'inferenceobjectives')
          .map(({ group }) => group);
        expect(groups).toEqual([objectives ?? 'inference.networking.x-k8s.io']);
      }
    }
  });

  it('leave to GKE what GKE installs', () => {
    expect(customResourcesFor({ pool: 'v1' }).map(({ name }) => name)).toEqual([
      'inferenceobjectives',
      'inferencemodelrewrites',
    ]);
  });

  it('go by names that are unique in a profile, for they become logical names', () => {
    for (const pool of ['v1', 'v1alpha2'] as const) {
      const names = customResourcesFor({ pool, objectives: 'llm-d.ai' }).map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
    }
  });
});
