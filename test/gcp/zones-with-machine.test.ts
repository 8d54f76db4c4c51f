import { zonesWithMachine } from '../../lib/gcp/zones-with-machine';
import { recordResources, valueOf } from '../support/pulumi-mocks';

describe('zonesWithMachine', () => {
  it('asks each zone of the region', async () => {
    const recording = await recordResources(
      async () => {
        const zones = zonesWithMachine({ machineType: 'g2-standard-12', region: 'us-central1', project: 'p' });
        return (await valueOf(zones)).value;
      },
      {
        calls: {
          'gcp:compute/getZones:getZones': () => ({ names: ['us-central1-a', 'us-central1-b', 'us-central1-f'] }),
          'gcp:compute/getMachineTypes:getMachineTypes': ({ zone }) => ({
            machineTypes: zone === 'us-central1-f' ? [] : [{ name: 'g2-standard-12' }],
          }),
        },
      },
    );

    expect(recording.result).toEqual(['us-central1-a', 'us-central1-b']);
    expect(recording.calls[0]).toEqual({
      token: 'gcp:compute/getZones:getZones',
      inputs: { region: 'us-central1', project: 'p' },
    });
    expect(recording.calls[1]?.inputs).toEqual({
      zone: 'us-central1-a',
      filter: 'name = "g2-standard-12"',
      project: 'p',
    });
  });
});
