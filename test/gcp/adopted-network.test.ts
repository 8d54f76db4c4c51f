import { type AdoptedNetworkArgs } from '../../lib/gcp/adopted-network';
import { InferenceNetwork } from '../../lib/gcp/inference-network';
import { recordRefusal, recordResources, valueOf } from '../support/pulumi-mocks';

const existing: AdoptedNetworkArgs = {
  region: 'us-central1',
  network: 'projects/host/global/networks/shared',
  subnetwork: 'projects/host/regions/us-central1/subnetworks/gke',
  podRangeName: 'gke-pods',
  serviceRangeName: 'gke-services',
};
const adopt = (args: Partial<AdoptedNetworkArgs> = {}) =>
  recordResources(() => InferenceNetwork.fromExisting('net', { ...existing, ...args }));

describe('InferenceNetwork.fromExisting', () => {
  it('makes nothing when the network has everything', async () => {
    const recording = await adopt();

    expect(recording.tree()).toEqual(['- > gke-inference-gateway:index:AdoptedNetwork net']);
    expect((await valueOf(recording.result.networkId)).value).toBe('projects/host/global/networks/shared');
    expect((await valueOf(recording.result.podRangeName)).value).toBe('gke-pods');
    expect(recording.result.proxyRange).toBeUndefined();
    expect(recording.result.ready).toEqual([]);
  });

  it('makes the parts that are missing', async () => {
    const recording = await adopt({
      proxyRange: '10.9.0.0/24',
      podRange: '10.4.0.0/14',
      createProxySubnet: true,
      createFirewall: true,
      createNat: true,
    });

    expect(recording.tree()).toEqual([
      '- > gke-inference-gateway:index:AdoptedNetwork net',
      'net > gcp:compute/firewall:Firewall net-load-balancers',
      'net > gcp:compute/router:Router net-router',
      'net > gcp:compute/routerNat:RouterNat net-nat',
      'net > gcp:compute/subnetwork:Subnetwork net-proxies',
    ]);
    expect(recording.one('Subnetwork').inputs).toMatchObject({ network: existing.network, ipCidrRange: '10.9.0.0/24' });
    expect(recording.one('Firewall').inputs['destinationRanges']).toEqual(['10.4.0.0/14']);
    expect(recording.result.ready).toHaveLength(3);
  });

  it('gives GKE of the service project its roles in the host project, and the firewall that GKE cannot make', async () => {
    const recording = await adopt({
      project: 'host',
      proxyRange: '10.9.0.0/24',
      sharedVpc: { serviceProjectNumber: '42' },
    });

    expect(recording.one('projects/iAMMember:IAMMember').inputs).toEqual({
      project: 'host',
      role: 'roles/container.hostServiceAgentUser',
      member: 'serviceAccount:service-42@container-engine-robot.iam.gserviceaccount.com',
    });
    expect(recording.all('SubnetworkIAMMember').map(({ inputs }) => inputs['member'])).toEqual([
      'serviceAccount:service-42@container-engine-robot.iam.gserviceaccount.com',
      'serviceAccount:42@cloudservices.gserviceaccount.com',
    ]);
    expect(recording.one('Firewall').inputs).toMatchObject({ project: 'host', network: existing.network });
    expect(recording.result.ready).toHaveLength(4);
  });

  it('refuses what cannot be made, before it makes anything', async () => {
    const { error, resources } = await recordRefusal(() =>
      InferenceNetwork.fromExisting('net', {
        ...existing,
        createProxySubnet: true,
        sharedVpc: { serviceProjectNumber: '42' },
      }),
    );

    expect(resources).toEqual([]);
    expect(error.message).toMatchInlineSnapshot(`
     "net: 3 invalid settings
       - createProxySubnet without proxyRange
           why: the range of the load balancers decides it
           fix: give the range of the proxy-only subnet, a /26 or larger
       - sharedVpc without proxyRange
           why: the range of the load balancers decides it
           fix: give the range of the proxy-only subnet, a /26 or larger
       - sharedVpc without project
           why: roles and firewall rules of a Shared VPC are made in its host project
           fix: set project to the host project"
    `);
  });

  it('refuses a proxy-only subnet that is too small', async () => {
    const { error } = await recordRefusal(() =>
      InferenceNetwork.fromExisting('net', { ...existing, createProxySubnet: true, proxyRange: '10.9.0.0/28' }),
    );

    expect(error.message).toMatchInlineSnapshot(`
     "net: 1 invalid setting
       - proxyRange '10.9.0.0/28' is too small
           why: a proxy-only subnet has at least 64 addresses
           fix: use a /26 or larger; a /23 is recommended"
    `);
  });

  it('lets its user change the arguments of every child', async () => {
    const recording = await recordResources(() =>
      InferenceNetwork.fromExisting('net', {
        ...existing,
        project: 'host',
        proxyRange: '10.9.0.0/24',
        sharedVpc: { serviceProjectNumber: '42' },
        transform: {
          hostRole: (args) => ({ ...args, role: 'roles/a' }),
          subnetRole: (args) => ({ ...args, role: 'roles/b' }),
          firewall: (args) => ({ ...args, targetTags: ['gke'] }),
        },
      }),
    );

    expect(recording.one('projects/iAMMember:IAMMember').inputs['role']).toBe('roles/a');
    expect(recording.all('SubnetworkIAMMember').map(({ inputs }) => inputs['role'])).toEqual(['roles/b', 'roles/b']);
    expect(recording.one('Firewall').inputs['targetTags']).toEqual(['gke']);
  });
});
