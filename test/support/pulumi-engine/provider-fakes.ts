import { createHash } from 'node:crypto';
import { type FakeOutputs, type InvokeFor, type OutputsFor, type ResourceInfo } from './resource-state';
import { at, isRecord, type JsonRecord } from './wire';

/** Addresses of RFC 5737: never anybody's. */
export const FAKE_GATEWAY_ADDRESS = '203.0.113.10';
export const FAKE_CLUSTER_ENDPOINT = '203.0.113.1';
const FAKE_PROJECT = 'fake-project';
const FAKE_PROJECT_NUMBER = '123456789012';

/** Asks the first plug-in, then the next. */
export function firstOf(...plugIns: readonly (OutputsFor | undefined)[]): OutputsFor {
  return (type, inputs, info) => {
    for (const plugIn of plugIns) {
      const answer = plugIn?.(type, inputs, info);
      if (answer !== undefined) return answer;
    }
    return undefined;
  };
}

/** Answers of providers that most programs need: Kubernetes objects, GCP resources, images. */
export const defaultOutputs: OutputsFor = (type, inputs, info) => {
  if (!info.custom) return {};
  if (type.startsWith('pulumi:providers:')) return { id: uuid(info.urn) };
  if (type.startsWith('kubernetes:')) return kubernetesObject(type, inputs, info);
  if (type === 'docker-build:index:Image') return image(inputs);
  if (type.startsWith('gcp:')) return gcpResource(type, inputs, info);
  return { id: `${info.name}-${digits(info.urn)}` };
};

/** Answers of provider functions that most programs need. */
export const defaultInvokes: InvokeFor = (token) => {
  switch (token) {
    case 'gcp:organizations/getClientConfig:getClientConfig':
      return {
        id: 'fake',
        project: FAKE_PROJECT,
        region: 'us-central1',
        zone: 'us-central1-a',
        accessToken: 'fake-token',
      };
    case 'gcp:organizations/getProject:getProject':
      return { id: FAKE_PROJECT, projectId: FAKE_PROJECT, number: FAKE_PROJECT_NUMBER, name: FAKE_PROJECT };
    default:
      return undefined;
  }
};

function kubernetesObject(type: string, inputs: JsonRecord, info: ResourceInfo): FakeOutputs {
  const metadata = isRecord(inputs['metadata']) ? inputs['metadata'] : {};
  const name = textOr(metadata['name'], `${info.name}-${digits(info.urn)}`);
  const namespace = metadata['namespace'];
  return {
    id: typeof namespace === 'string' ? `${namespace}/${name}` : name,
    knownEarly: { metadata: { ...metadata, name } },
    outputs: statusOf(type, inputs),
  };
}

function statusOf(type: string, inputs: JsonRecord): JsonRecord {
  const addresses = [{ type: 'IPAddress', value: FAKE_GATEWAY_ADDRESS }];
  if (/:gateway\.networking\.k8s\.io\/.*:Gateway$/.test(type)) {
    return { status: { addresses, conditions: [{ type: 'Programmed', status: 'True' }] } };
  }
  if (type === 'kubernetes:core/v1:Service' && at(inputs['spec'], 'type') === 'LoadBalancer') {
    return { status: { loadBalancer: { ingress: [{ ip: FAKE_GATEWAY_ADDRESS }] } } };
  }
  return {};
}

function image(inputs: JsonRecord): FakeOutputs {
  const digest = `sha256:${createHash('sha256').update(JSON.stringify(inputs)).digest('hex')}`;
  const tags = inputs['tags'];
  const tag = Array.isArray(tags) && typeof tags[0] === 'string' ? tags[0] : 'image';
  return { id: digest, outputs: { digest, ref: `${tag}@${digest}` } };
}

function gcpResource(type: string, inputs: JsonRecord, info: ResourceInfo): FakeOutputs {
  const project = textOr(inputs['project'], FAKE_PROJECT);
  const name = textOr(inputs['name'], `${info.name}-${digits(info.urn)}`);
  const id = `projects/${project}/${type.split(':').at(-1)}/${name}`;
  const own = gcpOwn(type, inputs, { project, name });
  const selfLink = `https://www.googleapis.com/compute/v1/${id}`;
  return { id, knownEarly: { name, project, ...own.knownEarly }, outputs: { selfLink, ...own.outputs } };
}

function gcpOwn(type: string, inputs: JsonRecord, { project, name }: { project: string; name: string }): FakeOutputs {
  switch (type) {
    case 'gcp:container/cluster:Cluster': {
      const masterAuth = { clusterCaCertificate: 'ZmFrZQ==', clientCertificate: '', clientKey: '' };
      return { outputs: { endpoint: FAKE_CLUSTER_ENDPOINT, masterAuth, masterVersion: '1.34.1-gke.1' } };
    }
    case 'gcp:compute/address:Address':
    case 'gcp:compute/globalAddress:GlobalAddress':
      return { outputs: { address: FAKE_GATEWAY_ADDRESS } };
    case 'gcp:serviceaccount/account:Account': {
      const email = `${textOr(inputs['accountId'], 'fake')}@${project}.iam.gserviceaccount.com`;
      return { knownEarly: { email, member: `serviceAccount:${email}` }, outputs: { uniqueId: '1234567890' } };
    }
    case 'gcp:storage/bucket:Bucket':
      return { outputs: { url: `gs://${name}` } };
    default:
      return {};
  }
}

function textOr(value: unknown, fallback: string): string {
  return typeof value === 'string' ? value : fallback;
}

/** Seven digits that depend on nothing but the text, as automatic names have. */
function digits(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 7);
}

function uuid(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
