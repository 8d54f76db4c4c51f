import { checkGkeVersion, minimumVersion, oldestGke } from '../../../lib/core/gke/versions';

describe('GKE versions', () => {
  it('follow from the pool API', () => {
    expect(oldestGke('v1')).toBe('1.34.0-gke.1626000');
    expect(minimumVersion('v1')).toBe('1.34');
    expect(minimumVersion('v1alpha2')).toBe('1.32');
  });

  it.each([
    ['1.34', 'v1'],
    ['1.35', 'v1'],
    ['1.34.0-gke.1626000', 'v1'],
    ['1.34.1', 'v1'],
    ['1.32', 'v1alpha2'],
    ['1.32.4-gke.1415000', 'v1alpha2'],
  ] as const)('%s serves %s', (version, pool) => {
    expect(checkGkeVersion('minVersion', version, pool)).toBeUndefined();
  });

  it.each([
    ['1.33', 'v1'],
    ['1.33.9-gke.9999999', 'v1'],
    ['1.34.0-gke.1000000', 'v1'],
    ['1.34.0', 'v1'],
    ['1.31', 'v1alpha2'],
    ['1.32.2', 'v1alpha2'],
  ] as const)('%s does not serve %s', (version, pool) => {
    expect(checkGkeVersion('minVersion', version, pool)?.what).toBe(
      `minVersion '${version}' is older than ${oldestGke(pool)}`,
    );
  });

  it.each(['latest', '1', 'v1.34', '1.34.x', '1.34.1-gke'])('%s is no version', (version) => {
    expect(checkGkeVersion('minVersion', version, 'v1')?.what).toBe(`minVersion '${version}' is not a GKE version`);
  });
});
