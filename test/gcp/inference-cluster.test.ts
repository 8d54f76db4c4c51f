import { Provider as GoogleProvider } from '@pulumi/gcp/provider';
import { Accelerator } from '../../lib/core/accelerators';
import { GpuNodePool } from '../../lib/gcp/gpu-node-pool';
import { InferenceCluster } from '../../lib/gcp/inference-cluster';
import { type InferenceClusterArgs } from '../../lib/gcp/inference-cluster-args';
import { InferenceNetwork } from '../../lib/gcp/inference-network';
import { recordRefusal, recordResources, valueOf } from '../support/pulumi-mocks';

type Args = Partial<InferenceClusterArgs>;

const make = (args: Args = {}): InferenceCluster => {
  const network = new InferenceNetwork('net', { region: 'us-central1' });
  return new InferenceCluster('llm', { project: 'my-project', location: 'us-central1', network, ...args });
};
const cluster = (args: Args = {}) => recordResources(() => make(args));
const clusterInputs = async (args: Args = {}) => (await cluster(args)).one('container/cluster:Cluster').inputs;
/** Stands for a network where none may be registered: what is refused looks at its region alone. */
const NETWORK = { region: 'us-central1', ready: [] } as unknown as InferenceNetwork;
const refusal = (args: Args) =>
  recordRefusal(
    () => new InferenceCluster('llm', { project: 'my-project', location: 'us-central1', network: NETWORK, ...args }),
  );

describe('InferenceCluster', () => {
  it('makes every part below itself', async () => {
    const recording = await cluster();

    expect(recording.tree().filter((line) => !line.startsWith('net'))).toMatchInlineSnapshot(`
     [
       "- > gke-inference-gateway:index:InferenceCluster llm",
       "- > gke-inference-gateway:index:InferenceNetwork net",
       "llm > gcp:container/cluster:Cluster llm",
       "llm > gcp:container/nodePool:NodePool llm-system",
       "llm > gcp:projects/iAMMember:IAMMember llm-nodes-artifactregistry-reader",
       "llm > gcp:projects/iAMMember:IAMMember llm-nodes-container-defaultnodeserviceaccount",
       "llm > gcp:projects/service:Service llm-api-compute",
       "llm > gcp:projects/service:Service llm-api-container",
       "llm > gcp:projects/service:Service llm-api-iam",
       "llm > gcp:projects/service:Service llm-api-logging",
       "llm > gcp:projects/service:Service llm-api-monitoring",
       "llm > gcp:projects/service:Service llm-api-networkservices",
       "llm > gcp:serviceaccount/account:Account llm-nodes",
       "llm > kubernetes:yaml/v2:ConfigFile llm-crd-inferencemodelrewrites",
       "llm > kubernetes:yaml/v2:ConfigFile llm-crd-inferenceobjectives",
       "llm > pulumi:providers:kubernetes llm-kubernetes",
     ]
    `);
  });

  it('is a Standard cluster that is ready for inference', async () => {
    expect(await clusterInputs()).toMatchInlineSnapshot(`
     {
       "addonsConfig": {
         "dnsCacheConfig": {
           "enabled": true,
         },
         "gcePersistentDiskCsiDriverConfig": {
           "enabled": true,
         },
         "gcsFuseCsiDriverConfig": {
           "enabled": true,
         },
         "horizontalPodAutoscaling": {
           "disabled": false,
         },
         "httpLoadBalancing": {
           "disabled": false,
         },
       },
       "clusterAutoscaling": {
         "autoscalingProfile": "OPTIMIZE_UTILIZATION",
         "enabled": false,
       },
       "controlPlaneEndpointsConfig": {
         "dnsEndpointConfig": {
           "allowExternalTraffic": true,
         },
         "ipEndpointsConfig": {
           "enabled": true,
         },
       },
       "datapathProvider": "ADVANCED_DATAPATH",
       "deletionProtection": true,
       "enableShieldedNodes": true,
       "gatewayApiConfig": {
         "channel": "CHANNEL_STANDARD",
       },
       "initialNodeCount": 1,
       "ipAllocationPolicy": {
         "clusterSecondaryRangeName": "pods",
         "servicesSecondaryRangeName": "services",
       },
       "location": "us-central1",
       "loggingConfig": {
         "enableComponents": [
           "SYSTEM_COMPONENTS",
           "WORKLOADS",
         ],
       },
       "masterAuthorizedNetworksConfig": {
         "cidrBlocks": [],
         "gcpPublicCidrsAccessEnabled": false,
       },
       "minMasterVersion": "1.34",
       "monitoringConfig": {
         "enableComponents": [
           "SYSTEM_COMPONENTS",
           "DCGM",
           "HPA",
           "POD",
           "DEPLOYMENT",
           "STATEFULSET",
           "KUBELET",
           "CADVISOR",
         ],
         "managedPrometheus": {
           "autoMonitoringConfig": {
             "scope": "ALL",
           },
           "enabled": true,
         },
       },
       "network": "net-id",
       "networkingMode": "VPC_NATIVE",
       "nodeConfig": {
         "diskSizeGb": 30,
         "diskType": "pd-balanced",
         "machineType": "e2-medium",
         "oauthScopes": [
           "https://www.googleapis.com/auth/cloud-platform",
         ],
         "serviceAccount": "llm-nodes@my-project.iam.gserviceaccount.com",
         "shieldedInstanceConfig": {
           "enableIntegrityMonitoring": true,
           "enableSecureBoot": true,
         },
         "workloadMetadataConfig": {
           "mode": "GKE_METADATA",
         },
       },
       "nodePoolDefaults": {
         "nodeConfigDefaults": {
           "gcfsConfig": {
             "enabled": true,
           },
           "insecureKubeletReadonlyPortEnabled": "FALSE",
         },
       },
       "podAutoscaling": {
         "hpaProfile": "PERFORMANCE",
       },
       "privateClusterConfig": {
         "enablePrivateEndpoint": true,
         "enablePrivateNodes": true,
       },
       "project": "my-project",
       "releaseChannel": {
         "channel": "REGULAR",
       },
       "removeDefaultNodePool": true,
       "securityPostureConfig": {
         "mode": "BASIC",
       },
       "subnetwork": "net-nodes-id",
       "workloadIdentityConfig": {
         "workloadPool": "my-project.svc.id.goog",
       },
     }
    `);
  });

  it('waits for the proxy-only subnet, the exit to the internet, APIs and rights', async () => {
    const recording = await cluster();

    expect(recording.one('container/cluster:Cluster').dependsOn).toEqual(
      expect.arrayContaining([
        'net-proxies',
        'net-nat',
        'net-nodes',
        'llm-api-container',
        'llm-nodes-artifactregistry-reader',
      ]),
    );
    expect(recording.one('NodePool', 'llm-system').dependsOn).toEqual(
      expect.arrayContaining(['llm', 'llm-nodes-artifactregistry-reader']),
    );
    expect(recording.one('providers:kubernetes').dependsOn).toEqual(expect.arrayContaining(['llm', 'llm-system']));
  });

  it('ignores the first pool, which is gone as soon as the cluster is there', async () => {
    expect((await cluster()).one('container/cluster:Cluster').ignoreChanges).toEqual([
      'nodeConfig',
      'initialNodeCount',
    ]);
  });

  it('makes a system pool without GPUs', async () => {
    const recording = await cluster({ systemPool: { machineType: 'n2-standard-8', minNodes: 2, maxNodes: 4 } });

    const { inputs, ignoreChanges } = recording.one('NodePool', 'llm-system');
    expect(inputs).toMatchObject({
      cluster: 'llm',
      location: 'us-central1',
      autoscaling: { totalMinNodeCount: 2, totalMaxNodeCount: 4, locationPolicy: 'BALANCED' },
      networkConfig: { enablePrivateNodes: true },
      nodeConfig: { machineType: 'n2-standard-8', serviceAccount: 'llm-nodes@my-project.iam.gserviceaccount.com' },
    });
    expect(ignoreChanges).toEqual(['initialNodeCount']);
  });

  it('gives nodes an account of little power', async () => {
    const recording = await cluster();

    expect(
      recording.all('projects/iAMMember:IAMMember').map(({ inputs }) => [inputs['role'], inputs['member']]),
    ).toEqual([
      ['roles/container.defaultNodeServiceAccount', 'serviceAccount:llm-nodes@my-project.iam.gserviceaccount.com'],
      ['roles/artifactregistry.reader', 'serviceAccount:llm-nodes@my-project.iam.gserviceaccount.com'],
    ]);
  });

  it('takes an account that exists', async () => {
    const recording = await cluster({ nodeServiceAccount: 'nodes@p.iam.gserviceaccount.com' });

    expect(recording.all('serviceaccount/account:Account')).toEqual([]);
    expect(recording.one('NodePool', 'llm-system').inputs).toMatchObject({
      nodeConfig: { serviceAccount: 'nodes@p.iam.gserviceaccount.com' },
    });
  });

  it('enables APIs and leaves them on', async () => {
    const services = (await cluster()).all('projects/service:Service').filter(({ parent }) => parent === 'llm');

    expect(services.map(({ inputs }) => inputs['service'])).toEqual([
      'compute.googleapis.com',
      'container.googleapis.com',
      'iam.googleapis.com',
      'logging.googleapis.com',
      'monitoring.googleapis.com',
      'networkservices.googleapis.com',
    ]);
    expect(services.every(({ inputs }) => inputs['disableOnDestroy'] === false)).toBe(true);
    const without = await cluster({ enableApis: false });
    expect(without.all('projects/service:Service').filter(({ parent }) => parent === 'llm')).toEqual([]);
  });

  it('installs the definitions of each profile through its own provider', async () => {
    const files = async (args: Args) =>
      (await cluster(args)).all('yaml/v2:ConfigFile').map(({ inputs, provider, remote }) => {
        expect({ provider, remote }).toEqual({ provider: 'llm-kubernetes', remote: true });
        return String(inputs['file']).replace('https://raw.githubusercontent.com/', '');
      });

    expect(await files({})).toEqual([
      'kubernetes-sigs/gateway-api-inference-extension/v1.5.0/config/crd/bases/inference.networking.x-k8s.io_inferenceobjectives.yaml',
      'kubernetes-sigs/gateway-api-inference-extension/v1.5.0/config/crd/bases/inference.networking.x-k8s.io_inferencemodelrewrites.yaml',
    ]);
    expect(await files({ apiProfile: { objectives: 'llm-d.ai' } })).toEqual([
      'llm-d/llm-d-router/v0.10.0/config/crd/bases/llm-d.ai_inferenceobjectives.yaml',
      'llm-d/llm-d-router/v0.10.0/config/crd/bases/llm-d.ai_inferencemodelrewrites.yaml',
    ]);
    expect((await files({ apiProfile: 'v1alpha2' })).slice(0, 2)).toEqual([
      'kubernetes-sigs/gateway-api-inference-extension/v1.4.0/config/crd/bases/inference.networking.x-k8s.io_inferencepools.yaml',
      'kubernetes-sigs/gateway-api-inference-extension/v0.5.1/config/crd/bases/inference.networking.x-k8s.io_inferencemodels.yaml',
    ]);
    expect((await files({ customResourceUrls: { inferenceobjectives: 'https://mirror/o.yaml' } }))[0]).toBe(
      'https://mirror/o.yaml',
    );
    expect(await files({ installCustomResources: false })).toEqual([]);
  });

  it('asks for the oldest version that serves the pools', async () => {
    expect((await clusterInputs())['minMasterVersion']).toBe('1.34');
    expect((await clusterInputs({ apiProfile: 'v1alpha2' }))['minMasterVersion']).toBe('1.32');
    expect((await clusterInputs({ minVersion: '1.35.2-gke.1842000' }))['minMasterVersion']).toBe('1.35.2-gke.1842000');
  });

  it('is reached by name, with rights alone', async () => {
    const { result } = await cluster();

    const { value, secret } = await valueOf(result.kubeconfig);
    expect(secret).toBe(true);
    const config = JSON.parse(value) as { clusters: unknown; users: unknown; 'current-context': string };
    expect(config.clusters).toEqual([
      { name: 'gke_my-project_us-central1_llm', cluster: { server: 'https://gke-0123.us-central1.gke.goog' } },
    ]);
    expect(config.users).toMatchObject([
      { user: { exec: { command: 'gke-gcloud-auth-plugin', provideClusterInfo: true } } },
    ]);
    expect(config['current-context']).toBe('gke_my-project_us-central1_llm');
  });

  it('is reached by address from authorized networks only', async () => {
    const recording = await cluster({
      controlPlaneAccess: 'public-address',
      authorizedNetworks: [{ cidr: '192.0.2.0/24', name: 'office' }],
    });

    expect(recording.one('container/cluster:Cluster').inputs).toMatchObject({
      privateClusterConfig: { enablePrivateNodes: true, enablePrivateEndpoint: false },
      controlPlaneEndpointsConfig: { dnsEndpointConfig: { allowExternalTraffic: false } },
      masterAuthorizedNetworksConfig: {
        cidrBlocks: [{ cidrBlock: '192.0.2.0/24', displayName: 'office' }],
        gcpPublicCidrsAccessEnabled: false,
      },
    });
    const { value } = await valueOf(recording.result.kubeconfig);
    expect(JSON.parse(value)).toMatchObject({
      clusters: [{ cluster: { server: 'https://203.0.113.10', 'certificate-authority-data': 'Q0E=' } }],
    });
  });

  it('keeps the kubeconfig secret where it goes into the provider', async () => {
    const provider = (await cluster()).one('providers:kubernetes');

    expect(provider.secretInputs).toEqual(['kubeconfig']);
    expect(provider.inputs['clusterIdentifier']).toBe('my-project/us-central1/llm');
  });

  it('tells manifests plain data, without secrets', async () => {
    const { value, secret } = await valueOf((await cluster()).result.outputs);

    expect(secret).toBe(false);
    expect(value).toEqual({
      project: 'my-project',
      location: 'us-central1',
      region: 'us-central1',
      clusterName: 'llm',
      workloadPool: 'my-project.svc.id.goog',
      nodeServiceAccount: 'llm-nodes@my-project.iam.gserviceaccount.com',
      proxyRange: '10.9.0.0/23',
    });
  });

  it('is an Autopilot cluster when asked, with nothing that Autopilot refuses', async () => {
    const recording = await cluster({ mode: 'autopilot' });

    expect(recording.one('container/cluster:Cluster').inputs).toMatchInlineSnapshot(`
     {
       "addonsConfig": {
         "httpLoadBalancing": {
           "disabled": false,
         },
       },
       "clusterAutoscaling": {
         "autoProvisioningDefaults": {
           "oauthScopes": [
             "https://www.googleapis.com/auth/cloud-platform",
           ],
           "serviceAccount": "llm-nodes@my-project.iam.gserviceaccount.com",
         },
       },
       "controlPlaneEndpointsConfig": {
         "dnsEndpointConfig": {
           "allowExternalTraffic": true,
         },
         "ipEndpointsConfig": {
           "enabled": true,
         },
       },
       "deletionProtection": true,
       "enableAutopilot": true,
       "gatewayApiConfig": {
         "channel": "CHANNEL_STANDARD",
       },
       "ipAllocationPolicy": {
         "clusterSecondaryRangeName": "pods",
         "servicesSecondaryRangeName": "services",
       },
       "location": "us-central1",
       "masterAuthorizedNetworksConfig": {
         "cidrBlocks": [],
         "gcpPublicCidrsAccessEnabled": false,
       },
       "minMasterVersion": "1.34",
       "monitoringConfig": {
         "managedPrometheus": {
           "autoMonitoringConfig": {
             "scope": "ALL",
           },
           "enabled": true,
         },
       },
       "network": "net-id",
       "networkingMode": "VPC_NATIVE",
       "privateClusterConfig": {
         "enablePrivateEndpoint": true,
         "enablePrivateNodes": true,
       },
       "project": "my-project",
       "releaseChannel": {
         "channel": "REGULAR",
       },
       "securityPostureConfig": {
         "mode": "BASIC",
       },
       "subnetwork": "net-nodes-id",
     }
    `);
    expect(recording.all('NodePool')).toEqual([]);
  });

  it('lives in one zone when asked', async () => {
    const inputs = await clusterInputs({
      location: 'us-central1-a',
      nodeLocations: ['us-central1-a', 'us-central1-b'],
    });

    expect(inputs).toMatchObject({ location: 'us-central1-a', nodeLocations: ['us-central1-b'] });
  });

  it('makes nodes by itself within limits', async () => {
    const inputs = await clusterInputs({
      nodeAutoProvisioning: {
        maxCpus: 200,
        maxMemoryGib: 800,
        gpus: [{ accelerator: Accelerator.NVIDIA_L4, max: 8 }],
      },
    });

    expect(inputs['clusterAutoscaling']).toMatchObject({
      enabled: true,
      autoscalingProfile: 'OPTIMIZE_UTILIZATION',
      resourceLimits: [
        { resourceType: 'cpu', minimum: 0, maximum: 200 },
        { resourceType: 'memory', minimum: 0, maximum: 800 },
        { resourceType: 'nvidia-l4', minimum: 0, maximum: 8 },
      ],
      autoProvisioningDefaults: {
        serviceAccount: 'llm-nodes@my-project.iam.gserviceaccount.com',
        management: { autoRepair: true, autoUpgrade: true },
      },
    });
  });

  it('takes keys, a window, labels, and no protection', async () => {
    const window = {
      startTime: '2026-01-03T02:00:00Z',
      endTime: '2026-01-03T08:00:00Z',
      recurrence: 'FREQ=WEEKLY;BYDAY=SA,SU',
    };
    const recording = await cluster({
      databaseKey: 'projects/p/locations/l/keyRings/r/cryptoKeys/db',
      bootDiskKey: 'projects/p/locations/l/keyRings/r/cryptoKeys/disk',
      maintenanceWindow: window,
      resourceLabels: { team: 'ml' },
      deletionProtection: false,
      autoMonitoring: false,
      releaseChannel: 'RAPID',
    });

    expect(recording.one('container/cluster:Cluster').inputs).toMatchObject({
      databaseEncryption: { state: 'ENCRYPTED', keyName: 'projects/p/locations/l/keyRings/r/cryptoKeys/db' },
      maintenancePolicy: { recurringWindow: window },
      resourceLabels: { team: 'ml' },
      deletionProtection: false,
      releaseChannel: { channel: 'RAPID' },
      monitoringConfig: { managedPrometheus: { enabled: true, autoMonitoringConfig: { scope: 'NONE' } } },
    });
    expect(recording.one('NodePool', 'llm-system').inputs).toMatchObject({
      nodeConfig: { bootDiskKmsKey: 'projects/p/locations/l/keyRings/r/cryptoKeys/disk' },
    });
  });

  it('adds GPU pools below itself, after its nodes have their rights', async () => {
    const recording = await recordResources(() => {
      const pool = make().addGpuPool('l4', {
        accelerator: Accelerator.NVIDIA_L4,
        maxNodes: 2,
        nodeLocations: ['us-central1-a'],
      });
      expect(pool).toBeInstanceOf(GpuNodePool);
    });

    expect(recording.one('index:GpuNodePool')).toMatchObject({ name: 'llm-l4', parent: 'llm' });
    const pool = recording.one('NodePool', 'llm-l4');
    expect(pool).toMatchObject({ parent: 'llm-l4' });
    expect(pool.inputs).toMatchObject({ cluster: 'llm', location: 'us-central1', project: 'my-project' });
    expect(pool.dependsOn).toEqual(expect.arrayContaining(['llm', 'llm-system', 'llm-nodes-artifactregistry-reader']));
  });

  it('hands its providers to every child', async () => {
    const recording = await recordResources(() => {
      const google = new GoogleProvider('other', { project: 'my-project' });
      const network = new InferenceNetwork('net', { region: 'us-central1' }, { provider: google });
      new InferenceCluster(
        'llm',
        { project: 'my-project', location: 'us-central1', network },
        { provider: google },
      ).addGpuPool('l4', { accelerator: Accelerator.NVIDIA_L4, maxNodes: 1, nodeLocations: ['us-central1-a'] });
    });

    const google = recording.resources.filter(({ type, custom }) => type.startsWith('gcp:') && custom);
    expect(google.length).toBeGreaterThan(10);
    expect(google.filter(({ provider }) => provider !== 'other')).toEqual([]);
  });

  it('lets its user change the arguments of every child', async () => {
    const recording = await cluster({
      transform: {
        cluster: (args) => ({ ...args, enableMultiNetworking: true }),
        systemPool: (args) => ({ ...args, maxPodsPerNode: 64 }),
        serviceAccount: (args) => ({ ...args, accountId: 'nodes' }),
        role: (args) => ({ ...args, condition: { title: 't', expression: 'true' } }),
        service: (args) => ({ ...args, checkIfServiceHasUsageOnDestroy: true }),
        customResource: (args) => ({ ...args, skipAwait: true }),
        provider: (args) => ({ ...args, enableServerSideApply: true }),
      },
    });

    expect(recording.one('container/cluster:Cluster').inputs['enableMultiNetworking']).toBe(true);
    expect(recording.one('NodePool', 'llm-system').inputs['maxPodsPerNode']).toBe(64);
    expect(recording.one('serviceaccount/account:Account').inputs['accountId']).toBe('nodes');
    expect(recording.all('projects/iAMMember:IAMMember').every(({ inputs }) => 'condition' in inputs)).toBe(true);
    expect(recording.one('Service', 'llm-api-iam').inputs['checkIfServiceHasUsageOnDestroy']).toBe(true);
    expect(recording.all('ConfigFile').every(({ inputs }) => inputs['skipAwait'] === true)).toBe(true);
    expect(recording.one('providers:kubernetes').inputs['enableServerSideApply']).toBe('true');
  });

  it('refuses bad arguments, all at once, before it makes anything', async () => {
    const { error, resources } = await refusal({
      location: 'europe-west4',
      nodeLocations: ['us-central1-a', 'europe-west4-a', 'europe-west4-a'],
      minVersion: '1.33',
      controlPlaneAccess: 'public-address',
      systemPool: { minNodes: 5, maxNodes: 2 },
      nodeAutoProvisioning: { maxCpus: 0, maxMemoryGib: 10 },
      maintenanceWindow: { startTime: '02:00', endTime: '08:00', recurrence: 'weekly' },
      customResourceUrls: { inferencepool: 'https://mirror/p.yaml' },
    });

    expect(resources).toEqual([]);
    expect(error.name).toBe('InvalidArgsError');
    expect(error.message).toMatchInlineSnapshot(`
     "llm: 10 invalid settings
       - location 'europe-west4' beside a network in us-central1
           why: a cluster lives in the region of its subnet, and so does the proxy-only subnet of its load balancers
           fix: use a location in us-central1, or another network
       - nodeLocations names 'europe-west4-a' twice
           why: zones form a set
           fix: name it once
       - nodeLocations 'us-central1-a' is not a zone of europe-west4
           why: nodes live in the region of their cluster, and the cluster is in europe-west4
           fix: use zones such as 'europe-west4-a'
       - minVersion '1.33' is older than 1.34.0-gke.1626000
           why: InferencePool v1 needs GKE 1.34.0-gke.1626000 or newer
           fix: use '1.34' or newer, or apiProfile 'v1alpha2'
       - controlPlaneAccess 'public-address' without authorizedNetworks
           why: the control plane would be open to every address, or to none
           fix: name the networks ('0.0.0.0/0' for all), or use controlPlaneAccess 'dns'
       - systemPool.minNodes 5 is above maxNodes 2
           why: the pool scales between the two
           fix: raise maxNodes or lower minNodes
       - nodeAutoProvisioning.maxCpus 0 is out of range
           why: it is a whole number from 1 to 1000000
           fix: use a number in that range
       - maintenanceWindow from '02:00' to '08:00'
           why: a window is two times in RFC 3339 that are at least 4 hours apart
           fix: write them as '2026-01-03T02:00:00Z' and '2026-01-03T08:00:00Z'
       - maintenanceWindow.recurrence 'weekly'
           why: it is a rule of RFC 5545
           fix: write it as 'FREQ=WEEKLY;BYDAY=SA,SU'
       - customResourceUrls 'inferencepool' is not a definition that the library installs
           why: definitions go by their plural name
           fix: use inferencepools, inferencemodels, inferenceobjectives or inferencemodelrewrites"
    `);
  });

  it('refuses what Autopilot does not have', async () => {
    const { error, resources } = await refusal({
      mode: 'autopilot',
      location: 'us-central1-a',
      systemPool: {},
      nodeAutoProvisioning: { maxCpus: 1, maxMemoryGib: 1 },
    });

    expect(resources).toEqual([]);
    expect(error.message).toMatchInlineSnapshot(`
     "llm: 3 invalid settings
       - systemPool beside mode 'autopilot'
           why: Google manages the nodes of an Autopilot cluster
           fix: leave systemPool out, or use mode 'standard'
       - nodeAutoProvisioning beside mode 'autopilot'
           why: Google manages the nodes of an Autopilot cluster
           fix: leave nodeAutoProvisioning out, or use mode 'standard'
       - location 'us-central1-a' beside mode 'autopilot'
           why: Autopilot clusters are regional
           fix: use 'us-central1'"
    `);
  });

  it('refuses GPU pools on Autopilot', async () => {
    const { error } = await recordRefusal(() =>
      make({ mode: 'autopilot' }).addGpuPool('l4', { accelerator: Accelerator.NVIDIA_L4, maxNodes: 2 }),
    );

    expect(error.message).toMatchInlineSnapshot(`
     "llm-l4: 1 invalid setting
       - a GPU node pool in an Autopilot cluster
           why: Google makes the nodes there, for the pods that select an accelerator
           fix: leave the pool out, or use a cluster of mode 'standard'"
    `);
  });

  it('refuses a version that is none', async () => {
    const { error } = await refusal({ minVersion: 'latest' });

    expect(error.message).toMatchInlineSnapshot(`
     "llm: 1 invalid setting
       - minVersion 'latest' is not a GKE version
           why: GKE takes a minor version, a patch, or a full version
           fix: write it as '1.34' or '1.34.0-gke.1626000'"
    `);
  });
});
