import { checkLocation, checkRegion, checkZones, isZone, regionOf } from '../../../lib/core/gke/locations';

describe('locations', () => {
  it.each([
    ['us-central1', false, 'us-central1'],
    ['northamerica-northeast1', false, 'northamerica-northeast1'],
    ['us-central1-a', true, 'us-central1'],
    ['europe-west4-b', true, 'europe-west4'],
    ['us-central1-ai1a', true, 'us-central1'],
    ['asia-southeast1-c', true, 'asia-southeast1'],
  ])('knows that %s is a zone: %s', (location, zone, region) => {
    expect(isZone(location)).toBe(zone);
    expect(regionOf(location)).toBe(region);
    expect(checkLocation('location', location)).toBeUndefined();
  });

  it.each(['', 'US-central1', 'us', 'us-central', 'us-central1-', 'us-central1-ab', 'us_central1'])(
    'refuses %j',
    (location) => {
      expect(checkLocation('location', location)).toMatchObject({
        what: `location '${location}' is neither a region nor a zone`,
      });
    },
  );

  it('wants a region for what spans one', () => {
    expect(checkRegion('us-central1')).toBeUndefined();
    expect(checkRegion('us-central1-a')?.fix).toBe("use 'us-central1'");
    expect(checkRegion('x')?.what).toBe("region 'x' is neither a region nor a zone");
  });

  it('wants zones of the same region, once each', () => {
    expect(checkZones('nodeLocations', ['us-central1-a', 'us-central1-b'], 'us-central1')).toEqual([]);
    expect(checkZones('nodeLocations', ['us-central1-b'], 'us-central1-a')).toEqual([]);
    expect(checkZones('nodeLocations', [], 'us-central1').map(({ what }) => what)).toEqual(['nodeLocations is empty']);
    expect(
      checkZones('nodeLocations', ['us-central1', 'us-east1-b', 'us-east1-b'], 'us-central1').map(({ what }) => what),
    ).toEqual([
      "nodeLocations names 'us-east1-b' twice",
      "nodeLocations 'us-central1' is not a zone of us-central1",
      "nodeLocations 'us-east1-b' is not a zone of us-central1",
      "nodeLocations 'us-east1-b' is not a zone of us-central1",
    ]);
  });
});
