import { InferenceNetwork } from '../../lib/gcp/inference-network';
import { StaticAddress } from '../../lib/gcp/static-address';
import { recordRefusal, recordResources, valueOf } from '../support/pulumi-mocks';

describe('StaticAddress', () => {
  it('is a public address for an external Gateway', async () => {
    const recording = await recordResources(() => new StaticAddress('ip', { project: 'p', region: 'us-central1' }));

    expect(recording.one('compute/address:Address')).toMatchObject({
      parent: 'ip',
      inputs: { project: 'p', region: 'us-central1', addressType: 'EXTERNAL', networkTier: 'PREMIUM' },
    });
    expect((await valueOf(recording.result.addressName)).value).toBe('ip');
    expect((await valueOf(recording.result.ip)).value).toBe('198.51.100.7');
  });

  it('is an address of the subnet that listeners share, for an internal Gateway', async () => {
    const recording = await recordResources(() => {
      const network = new InferenceNetwork('net', { region: 'us-central1' });
      return new StaticAddress('ip', { region: 'us-central1', internalTo: network });
    });

    expect(recording.one('compute/address:Address').inputs).toEqual({
      region: 'us-central1',
      addressType: 'INTERNAL',
      purpose: 'SHARED_LOADBALANCER_VIP',
      subnetwork: 'net-nodes-id',
    });
  });

  it('lets its user change the arguments', async () => {
    const recording = await recordResources(
      () =>
        new StaticAddress('ip', {
          region: 'us-central1',
          transform: { address: (args) => ({ ...args, networkTier: 'STANDARD' }) },
        }),
    );

    expect(recording.one('compute/address:Address').inputs['networkTier']).toBe('STANDARD');
  });

  it('refuses a zone before it makes anything', async () => {
    const { error, resources } = await recordRefusal(() => new StaticAddress('ip', { region: 'us-central1-a' }));

    expect(resources).toEqual([]);
    expect(error.message).toMatchInlineSnapshot(`
     "ip: 1 invalid setting
       - region 'us-central1-a' is a zone
           why: subnets and regional load balancers span a region
           fix: use 'us-central1'"
    `);
  });
});
