import { join } from 'node:path';

/** Folder of the programs. */
export const EXAMPLES_DIR = join(__dirname, '..', '..', 'examples', 'pulumi');

/** What a user would set, by program; keys without a colon belong to the project. */
export const EXAMPLES = {
  quickstart: {
    'gcp:project': 'my-project',
    'gcp:region': 'us-central1',
    'gcp:zone': 'us-central1-a',
    replicas: '2',
    huggingFaceToken: 'hf_the_token',
  },
  production: {
    'gcp:project': 'my-project',
    'gcp:region': 'us-central1',
    gpuZones: '["us-central1-a","us-central1-c"]',
    maxReplicas: '6',
    weightsBucket: 'acme-models',
    hostname: 'llm.example.com',
    dnsZone: 'example-com',
    operators: 'group:llm-operators@example.com',
    alertEmail: 'llm-oncall@example.com',
  },
  'existing-cluster': {
    'gcp:project': 'my-project',
    'gcp:region': 'us-central1',
    clusterName: 'shared',
    location: 'us-central1',
    network: 'default',
    subnetwork: 'default',
    podRangeName: 'pods',
    serviceRangeName: 'services',
    proxyRange: '10.129.0.0/23',
    createProxySubnet: 'true',
    gpuZones: '["us-central1-a"]',
    replicas: '2',
    pickerImage: 'us-central1-docker.pkg.dev/my-project/inference/endpoint-picker:0.1.0',
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>;

export type ExampleName = keyof typeof EXAMPLES;
export const EXAMPLE_NAMES = Object.keys(EXAMPLES) as readonly ExampleName[];

/** Config that is set with `--secret`. */
export const SECRET_KEYS: readonly string[] = ['huggingFaceToken'];
export const TOKEN = EXAMPLES.quickstart.huggingFaceToken;

/** What Google Cloud answers besides what every program needs. */
export const DNS_AUTHORIZATION = {
  type: 'gcp:certificatemanager/dnsAuthorization:DnsAuthorization',
  outputs: {
    dnsResourceRecords: [
      { name: '_acme-challenge_0123.llm.example.com.', type: 'CNAME', data: '0123.authorize.certificatemanager.goog.' },
    ],
  },
};
export const GET_CLUSTER = {
  token: 'gcp:container/getCluster:getCluster',
  result: {
    endpoint: '203.0.113.9',
    masterAuths: [{ clusterCaCertificate: 'Q0E=' }],
    controlPlaneEndpointsConfigs: [
      { dnsEndpointConfigs: [{ endpoint: 'gke-9.us-central1.gke.goog', allowExternalTraffic: true }] },
    ],
  },
};
