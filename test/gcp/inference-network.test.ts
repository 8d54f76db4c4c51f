import { InferenceNetwork, type InferenceNetworkArgs } from '../../lib/gcp/inference-network';
import { recordRefusal, recordResources, valueOf } from '../support/pulumi-mocks';

const network = (args: Partial<InferenceNetworkArgs> = {}) =>
  recordResources(() => new InferenceNetwork('net', { region: 'us-central1', ...args }));

describe('InferenceNetwork', () => {
  it('makes every part below itself, the APIs first', async () => {
    const recording = await network();

    expect(recording.tree()).toMatchInlineSnapshot(`
     [
       "- > gke-inference-gateway:index:InferenceNetwork net",
       "net > gcp:compute/firewall:Firewall net-load-balancers",
       "net > gcp:compute/network:Network net",
       "net > gcp:compute/router:Router net-router",
       "net > gcp:compute/routerNat:RouterNat net-nat",
       "net > gcp:compute/subnetwork:Subnetwork net-nodes",
       "net > gcp:compute/subnetwork:Subnetwork net-proxies",
       "net > gcp:projects/service:Service net-api-compute",
     ]
    `);
    expect(recording.one('compute/network:Network').dependsOn).toEqual(['net-api-compute']);
  });

  it('gives nodes, pods and Services ranges of their own, and private access to Google', async () => {
    const { inputs } = (await network()).one('Subnetwork', 'net-nodes');

    expect(inputs).toEqual({
      network: 'net-id',
      region: 'us-central1',
      ipCidrRange: '10.0.0.0/20',
      privateIpGoogleAccess: true,
      secondaryIpRanges: [
        { rangeName: 'pods', ipCidrRange: '10.4.0.0/14' },
        { rangeName: 'services', ipCidrRange: '10.8.0.0/20' },
      ],
    });
  });

  it('makes the proxy-only subnet that regional Gateways need', async () => {
    const { inputs } = (await network({ proxyRange: '10.20.0.0/24' })).one('Subnetwork', 'net-proxies');

    expect(inputs).toMatchObject({ ipCidrRange: '10.20.0.0/24', purpose: 'REGIONAL_MANAGED_PROXY', role: 'ACTIVE' });
  });

  it('lets health checks and proxies reach pods on model and picker ports, and nothing else', async () => {
    const { inputs } = (await network({ modelPorts: [8000, 8001] })).one('Firewall');

    expect(inputs).toMatchObject({
      direction: 'INGRESS',
      sourceRanges: ['130.211.0.0/22', '35.191.0.0/16', '10.9.0.0/23'],
      destinationRanges: ['10.4.0.0/14'],
      allows: [{ protocol: 'tcp', ports: ['8000', '8001', '9002', '9003'] }],
    });
  });

  it('translates addresses of its own subnet only', async () => {
    const recording = await network();

    expect(recording.one('RouterNat').inputs).toMatchObject({
      router: 'net-router',
      sourceSubnetworkIpRangesToNat: 'LIST_OF_SUBNETWORKS',
      subnetworks: [{ name: 'net-nodes-id', sourceIpRangesToNats: ['ALL_IP_RANGES'] }],
    });
    expect((await network({ nat: false })).all('RouterNat')).toEqual([]);
  });

  it('hands every child to the project that was asked for', async () => {
    const recording = await network({ project: 'host' });

    const custom = recording.resources.filter((resource) => resource.custom);
    expect(custom.map((resource) => resource.inputs['project'])).toEqual(custom.map(() => 'host'));
  });

  it('says what a cluster must wait for', async () => {
    const { result } = await network();

    const names = await Promise.all(result.ready.map(async (resource) => (await valueOf(resource.urn)).value));
    expect(names.map((urn) => urn.split('::').at(-1))).toEqual([
      'net-nodes',
      'net-proxies',
      'net-load-balancers',
      'net-nat',
    ]);
  });

  it('leaves APIs alone when told to', async () => {
    expect((await network({ enableApis: false })).all('projects/service:Service')).toEqual([]);
  });

  it('keeps APIs on when it is destroyed', async () => {
    expect((await network()).one('projects/service:Service').inputs).toEqual({
      service: 'compute.googleapis.com',
      disableOnDestroy: false,
    });
  });

  it('lets its user change the arguments of every child', async () => {
    const recording = await network({
      transform: {
        network: (args) => ({ ...args, description: 'a' }),
        subnet: (args) => ({ ...args, description: 'b' }),
        proxySubnet: (args) => ({ ...args, description: 'c' }),
        router: (args) => ({ ...args, description: 'd' }),
        nat: (args) => ({ ...args, minPortsPerVm: 128 }),
        firewall: (args) => ({ ...args, priority: 900 }),
        service: (args) => ({ ...args, disableDependentServices: false }),
      },
    });

    expect(recording.one('compute/network:Network').inputs['description']).toBe('a');
    expect(recording.one('Subnetwork', 'net-nodes').inputs['description']).toBe('b');
    expect(recording.one('Subnetwork', 'net-proxies').inputs['description']).toBe('c');
    expect(recording.one('router:Router').inputs['description']).toBe('d');
    expect(recording.one('RouterNat').inputs['minPortsPerVm']).toBe(128);
    expect(recording.one('Firewall').inputs['priority']).toBe(900);
    expect(recording.one('Service').inputs['disableDependentServices']).toBe(false);
  });

  it('refuses bad arguments, all at once, before it makes anything', async () => {
    const { error, resources } = await recordRefusal(
      () =>
        new InferenceNetwork('net', {
          region: 'us-central1-a',
          proxyRange: '10.0.0.0/27',
          maxNodes: 5000,
          mtu: 100,
          modelPorts: [0],
        }),
    );

    expect(resources).toEqual([]);
    expect(error.message).toMatchInlineSnapshot(`
     "net: 6 invalid settings
       - region 'us-central1-a' is a zone
           why: subnets and regional load balancers span a region
           fix: use 'us-central1'
       - proxyRange '10.0.0.0/27' is too small
           why: a proxy-only subnet has at least 64 addresses
           fix: use a /26 or larger; a /23 is recommended
       - nodeRange '10.0.0.0/20' and proxyRange '10.0.0.0/27' overlap
           why: ranges of one network must be disjoint
           fix: move proxyRange behind nodeRange
       - nodeRange '10.0.0.0/20' and podRange '10.4.0.0/14' hold 1024 nodes, not 5000
           why: a node takes one address and, for 110 pods, a /24 of the pod range
           fix: use larger ranges, or lower maxNodes or maxPodsPerNode
       - mtu 100 is out of range
           why: it is a whole number from 1300 to 8896
           fix: use a number in that range
       - modelPorts 0 is out of range
           why: it is a whole number from 1 to 65535
           fix: use a number in that range"
    `);
  });

  it('refuses what is not a range', async () => {
    const { error } = await recordRefusal(
      () => new InferenceNetwork('net', { region: 'us-central1', nodeRange: '10.0.0.1/20', podRange: 'pods' }),
    );

    expect(error.message).toMatchInlineSnapshot(`
     "net: 2 invalid settings
       - nodeRange '10.0.0.1/20' does not start at its first address
           why: a /20 holds 4096 addresses and starts at a multiple of that
           fix: use '10.0.0.0/20'
       - podRange 'pods' is not a range of IPv4 addresses
           why: a range is an address and the number of its leading bits
           fix: write it as 10.0.0.0/20"
    `);
  });
});
