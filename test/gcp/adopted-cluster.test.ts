import { Accelerator } from '../../lib/core/accelerators';
import { type AdoptedClusterArgs } from '../../lib/gcp/adopted-cluster';
import { InferenceCluster } from '../../lib/gcp/inference-cluster';
import { recordRefusal, recordResources, valueOf } from '../support/pulumi-mocks';

const GET_CLUSTER = 'gcp:container/getCluster:getCluster';
const ANSWER = {
  endpoint: '203.0.113.9',
  masterAuths: [{ clusterCaCertificate: 'Q0E=' }],
  controlPlaneEndpointsConfigs: [
    { dnsEndpointConfigs: [{ endpoint: 'gke-9.us-central1.gke.goog', allowExternalTraffic: true }] },
  ],
};
const existing: AdoptedClusterArgs = { project: 'my-project', location: 'us-central1', clusterName: 'prod' };
const adopt = (args: Partial<AdoptedClusterArgs> = {}, answer: object = ANSWER) =>
  recordResources(() => InferenceCluster.fromExisting('llm', { ...existing, ...args }), {
    calls: { [GET_CLUSTER]: (inputs) => ({ ...inputs, ...answer }) },
  });

describe('InferenceCluster.fromExisting', () => {
  it('makes a provider and nothing else', async () => {
    const recording = await adopt();

    expect(recording.tree()).toEqual([
      '- > gke-inference-gateway:index:AdoptedCluster llm',
      'llm > pulumi:providers:kubernetes llm-kubernetes',
    ]);
    expect(recording.one('providers:kubernetes').secretInputs).toEqual(['kubeconfig']);
    expect(recording.calls).toEqual([
      { token: GET_CLUSTER, inputs: { name: 'prod', location: 'us-central1', project: 'my-project' } },
    ]);
  });

  it('goes in by name where that is open, else by address', async () => {
    const byName = await valueOf((await adopt()).result.kubeconfig);
    expect(byName.secret).toBe(true);
    expect(byName.value).toContain('"server":"https://gke-9.us-central1.gke.goog"');
    expect(byName.value).not.toContain('certificate-authority-data');

    const byAddress = await valueOf(
      (await adopt({}, { ...ANSWER, controlPlaneEndpointsConfigs: [] })).result.kubeconfig,
    );
    expect(byAddress.value).toContain('"server":"https://203.0.113.9","certificate-authority-data":"Q0E="');
  });

  it('installs definitions when asked', async () => {
    const recording = await adopt({ installCustomResources: 'v1' });

    expect(recording.all('ConfigFile').map(({ name, provider }) => [name, provider])).toEqual([
      ['llm-crd-inferenceobjectives', 'llm-kubernetes'],
      ['llm-crd-inferencemodelrewrites', 'llm-kubernetes'],
    ]);
  });

  it('tells what it knows', async () => {
    const { result } = await adopt({ proxyRange: '10.9.0.0/23', nodeServiceAccount: 'n@p' });

    expect((await valueOf(result.outputs)).value).toEqual({
      project: 'my-project',
      location: 'us-central1',
      region: 'us-central1',
      clusterName: 'prod',
      workloadPool: 'my-project.svc.id.goog',
      nodeServiceAccount: 'n@p',
      proxyRange: '10.9.0.0/23',
    });
    expect((await valueOf((await adopt()).result.outputs)).value).not.toHaveProperty('nodeServiceAccount');
  });

  it('takes GPU pools', async () => {
    const recording = await recordResources(
      () => {
        InferenceCluster.fromExisting('llm', { ...existing, location: 'us-central1-a' }).addGpuPool('l4', {
          accelerator: Accelerator.NVIDIA_L4,
          maxNodes: 1,
          compactPlacement: true,
        });
      },
      { calls: { [GET_CLUSTER]: () => ANSWER } },
    );

    expect(recording.one('nodePool:NodePool')).toMatchObject({
      parent: 'llm-l4',
      inputs: { cluster: 'prod', location: 'us-central1-a' },
    });
  });

  it('lets its user change the arguments of every child', async () => {
    const recording = await adopt({
      installCustomResources: 'v1',
      transform: {
        provider: (args) => ({ ...args, namespace: 'ml' }),
        customResource: (args) => ({ ...args, skipAwait: true }),
      },
    });

    expect(recording.one('providers:kubernetes').inputs['namespace']).toBe('ml');
    expect(recording.all('ConfigFile').every(({ inputs }) => inputs['skipAwait'] === true)).toBe(true);
  });

  it('refuses bad arguments before it makes anything', async () => {
    const { error, resources } = await recordRefusal(() =>
      InferenceCluster.fromExisting('llm', { ...existing, location: 'US', proxyRange: '10.9.0.0' }),
    );

    expect(resources).toEqual([]);
    expect(error.message).toMatchInlineSnapshot(`
     "llm: 2 invalid settings
       - location 'US' is neither a region nor a zone
           why: clusters and load balancers live in one
           fix: use a region such as 'us-central1' or a zone such as 'us-central1-a'
       - proxyRange '10.9.0.0' is not a range of IPv4 addresses
           why: a range is an address and the number of its leading bits
           fix: write it as 10.0.0.0/20"
    `);
  });
});
