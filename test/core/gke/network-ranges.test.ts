import * as fc from 'fast-check';
import {
  checkNetworkRanges,
  DEFAULT_NETWORK_DEMAND,
  DEFAULT_NETWORK_RANGES,
  nodeCapacity,
  podBlockPrefix,
} from '../../../lib/core/gke/network-ranges';

const check = (ranges: object, demand: object = {}) =>
  checkNetworkRanges({ ...DEFAULT_NETWORK_RANGES, ...ranges }, { ...DEFAULT_NETWORK_DEMAND, ...demand }).map(
    ({ what }) => what,
  );

describe('podBlockPrefix', () => {
  // https://cloud.google.com/kubernetes-engine/docs/how-to/flexible-pod-cidr#cidr_ranges_for_clusters
  it.each([
    [8, 28],
    [9, 27],
    [16, 27],
    [17, 26],
    [32, 26],
    [33, 25],
    [64, 25],
    [65, 24],
    [110, 24],
    [128, 24],
    [129, 23],
    [256, 23],
  ])('gives %i pods a /%i', (pods, prefix) => {
    expect(podBlockPrefix(pods)).toBe(prefix);
  });

  it('always leaves twice as many addresses as pods', () => {
    fc.assert(
      fc.property(fc.integer({ min: 8, max: 256 }), (pods) => {
        const addresses = 2 ** (32 - podBlockPrefix(pods));
        expect(addresses).toBeGreaterThanOrEqual(2 * pods);
        expect(addresses).toBeLessThan(4 * pods);
      }),
    );
  });
});

describe('nodeCapacity', () => {
  it('is the smaller of what both ranges allow', () => {
    expect(nodeCapacity('10.0.0.0/20', '10.4.0.0/14', 110)).toBe(1024);
    expect(nodeCapacity('10.0.0.0/20', '10.4.0.0/14', 32)).toBe(4092);
    expect(nodeCapacity('10.0.0.0/28', '10.4.0.0/14', 110)).toBe(12);
    expect(nodeCapacity('10.0.0.0/20', '10.4.0.0/25', 110)).toBe(0);
  });
});

describe('checkNetworkRanges', () => {
  it('takes the defaults', () => {
    expect(check({})).toEqual([]);
  });

  it('finds every pair that overlaps', () => {
    expect(check({ podRange: '10.0.0.0/14', serviceRange: '10.1.0.0/20', proxyRange: '10.1.0.0/23' })).toEqual([
      "nodeRange '10.0.0.0/20' and podRange '10.0.0.0/14' overlap",
      "podRange '10.0.0.0/14' and serviceRange '10.1.0.0/20' overlap",
      "podRange '10.0.0.0/14' and proxyRange '10.1.0.0/23' overlap",
      "serviceRange '10.1.0.0/20' and proxyRange '10.1.0.0/23' overlap",
    ]);
  });

  it('wants a proxy-only subnet of 64 addresses', () => {
    expect(check({ proxyRange: '10.9.0.0/26' })).toEqual([]);
    expect(check({ proxyRange: '10.9.0.0/27' })).toEqual(["proxyRange '10.9.0.0/27' is too small"]);
  });

  it('wants room for the nodes', () => {
    expect(check({ podRange: '10.4.0.0/18' }, { maxNodes: 64 })).toEqual([]);
    expect(check({ podRange: '10.4.0.0/18' }, { maxNodes: 65 })).toEqual([
      "nodeRange '10.0.0.0/20' and podRange '10.4.0.0/18' hold 64 nodes, not 65",
    ]);
    expect(check({ podRange: '10.4.0.0/18' }, { maxNodes: 65, maxPodsPerNode: 32 })).toEqual([]);
  });

  it('looks at nothing else while a range cannot be read', () => {
    expect(check({ nodeRange: 'x', podRange: '10.4.0.0/30' }, { maxNodes: 9999 })).toEqual([
      "nodeRange 'x' is not a range of IPv4 addresses",
    ]);
  });
});
