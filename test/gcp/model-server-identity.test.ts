import * as pulumi from '@pulumi/pulumi';
import { ModelServerIdentity } from '../../lib/gcp/model-server-identity';
import { type ModelServerIdentityArgs } from '../../lib/gcp/model-server-identity-args';
import { recordRefusal, recordResources, valueOf } from '../support/pulumi-mocks';
import { clusterData, fakeCluster } from './fake-cluster';

type Args = Partial<Omit<ModelServerIdentityArgs, 'cluster'>>;

const identity = (args: Args = {}) =>
  recordResources(() => new ModelServerIdentity('vllm', { cluster: fakeCluster(), namespace: 'inference', ...args }));
const PRINCIPAL =
  'principal://iam.googleapis.com/projects/123456789012/locations/global/workloadIdentityPools/my-project.svc.id.goog/subject/ns/inference/sa/vllm';

describe('ModelServerIdentity', () => {
  it('is a Kubernetes service account that IAM knows by itself', async () => {
    const recording = await identity();

    expect(recording.one('ServiceAccount')).toMatchObject({
      parent: 'vllm',
      provider: 'kube',
      inputs: { metadata: { name: 'vllm', namespace: 'inference' } },
    });
    expect((await valueOf(recording.result.member)).value).toBe(PRINCIPAL);
    expect(recording.calls).toEqual([
      { token: 'gcp:organizations/getProject:getProject', inputs: { projectId: 'my-project' } },
    ]);
    expect(recording.all('serviceaccount/account:Account')).toEqual([]);
  });

  it('gives model servers the settings that follow from it', async () => {
    const open = await identity({ serviceAccount: 'models' });
    const gated = await identity({ huggingFaceToken: { value: 'hf_x' } });

    expect(open.result.podSettings).toEqual({ serviceAccountName: 'models' });
    expect(gated.result.podSettings).toEqual({
      serviceAccountName: 'vllm',
      huggingFaceToken: { secretName: 'vllm-hf-token', key: 'token' },
    });
    expect(gated.one('Secret', 'vllm-hf-token').inputs).toMatchObject({ metadata: { name: 'vllm-hf-token' } });
  });

  it('does not ask for a number that is given', async () => {
    const recording = await identity({ projectNumber: '7', serviceAccount: 'models' });

    expect(recording.calls).toEqual([]);
    expect((await valueOf(recording.result.member)).value).toContain('projects/7/');
    expect((await valueOf(recording.result.member)).value).toContain('/sa/models');
  });

  it('reads the buckets and secrets that it is given', async () => {
    const recording = await identity({ buckets: ['weights'], secrets: ['api-key'] });

    expect(recording.all('BucketIAMMember').map(({ inputs }) => inputs)).toEqual([
      { bucket: 'weights', role: 'roles/storage.objectViewer', member: PRINCIPAL },
      { bucket: 'weights', role: 'roles/storage.bucketViewer', member: PRINCIPAL },
    ]);
    expect(recording.one('SecretIamMember').inputs).toEqual({
      project: 'my-project',
      secretId: 'api-key',
      role: 'roles/secretmanager.secretAccessor',
      member: PRINCIPAL,
    });
    expect(recording.result.ready).toHaveLength(4);
  });

  it('acts as a Google service account when asked', async () => {
    const recording = await identity({ identity: 'google-service-account', buckets: ['weights'] });

    const member = 'serviceAccount:vllm@my-project.iam.gserviceaccount.com';
    expect(recording.one('serviceaccount/iAMMember:IAMMember').inputs).toEqual({
      serviceAccountId: 'projects/my-project/serviceAccounts/vllm',
      role: 'roles/iam.workloadIdentityUser',
      member: 'serviceAccount:my-project.svc.id.goog[inference/vllm]',
    });
    expect(recording.one('ServiceAccount').inputs).toMatchObject({
      metadata: { annotations: { 'iam.gke.io/gcp-service-account': 'vllm@my-project.iam.gserviceaccount.com' } },
    });
    expect(recording.all('BucketIAMMember').map(({ inputs }) => inputs['member'])).toEqual([member, member]);
  });

  it('makes the namespace first when asked, and no account when not', async () => {
    const recording = await identity({ createNamespace: true, huggingFaceToken: { value: 'hf_x' } });

    expect(recording.one('Namespace').inputs).toMatchObject({ metadata: { name: 'inference' } });
    expect(recording.one('core/v1:ServiceAccount').dependsOn).toContain('vllm-namespace');
    expect(recording.one('core/v1:Secret').dependsOn).toContain('vllm-namespace');
    expect((await identity({ createServiceAccount: false })).all('core/v1:ServiceAccount')).toEqual([]);
  });

  it.each([
    ['plain text', 'hf_x'],
    ['a secret of the configuration', pulumi.secret('hf_x')],
    ['an output', pulumi.output('hf_x')],
  ])('keeps a token from %s secret', async (_, value) => {
    const recording = await identity({ huggingFaceToken: { value } });

    const secret = recording.one('core/v1:Secret');
    expect(secret.provider).toBe('kube');
    expect(secret.additionalSecretOutputs).toEqual(expect.arrayContaining(['data', 'stringData']));
    expect(secret.inputs).toMatchObject({
      metadata: { name: 'vllm-hf-token', namespace: 'inference' },
      stringData: { token: 'hf_x' },
    });
    expect(secret.secretInputs).toEqual([expect.stringMatching(/^stringData/)]);
    expect(recording.result.huggingFaceToken).toEqual({ secretName: 'vllm-hf-token', key: 'token' });
    // Nowhere else, and not in what the component itself says.
    const elsewhere = recording.resources.filter((resource) => resource !== secret);
    expect(JSON.stringify(elsewhere)).not.toContain('hf_x');
  });

  it('reads the token from Secret Manager', async () => {
    const recording = await identity({ huggingFaceToken: { secret: 'hf-token' }, projectNumber: '7' });

    expect(recording.calls).toEqual([
      {
        token: 'gcp:secretmanager/getSecretVersionAccess:getSecretVersionAccess',
        inputs: { secret: 'hf-token', version: 'latest', project: 'my-project' },
      },
    ]);
    const secret = recording.one('core/v1:Secret');
    expect(secret.inputs).toMatchObject({ stringData: { token: 'hf_from_secret_manager' } });
    expect(secret.secretInputs).toEqual([expect.stringMatching(/^stringData/)]);
  });

  it('lets its user change the arguments of every child', async () => {
    const description = 'changed';
    const recording = await identity({
      identity: 'google-service-account',
      createNamespace: true,
      buckets: ['weights'],
      secrets: ['api-key'],
      transform: {
        bucketRole: (args) => ({ ...args, role: 'roles/a' }),
        secretRole: (args) => ({ ...args, role: 'roles/b' }),
        googleServiceAccount: (args) => ({ ...args, description }),
        workloadRole: (args) => ({ ...args, role: 'roles/c' }),
        namespace: () => ({ metadata: { name: 'inference', labels: { a: 'b' } } }),
        serviceAccount: () => ({ metadata: { name: 'vllm', labels: { c: 'd' } } }),
      },
    });

    expect(recording.all('BucketIAMMember').map(({ inputs }) => inputs['role'])).toEqual(['roles/a', 'roles/a']);
    expect(recording.one('SecretIamMember').inputs['role']).toBe('roles/b');
    expect(recording.one('serviceaccount/account:Account').inputs['description']).toBe(description);
    expect(recording.one('serviceaccount/iAMMember:IAMMember').inputs['role']).toBe('roles/c');
    expect(recording.one('Namespace').inputs['metadata']).toMatchObject({ labels: { a: 'b' } });
    expect(recording.one('core/v1:ServiceAccount').inputs['metadata']).toMatchObject({ labels: { c: 'd' } });
  });

  it('refuses bad arguments before it makes anything, and never prints a token', async () => {
    const { error, resources } = await recordRefusal(
      () =>
        new ModelServerIdentity('vLLM', {
          cluster: clusterData(),
          namespace: 'in ference',
          huggingFaceToken: { value: '' },
        }),
    );

    expect(resources).toEqual([]);
    expect(error.message).toMatchInlineSnapshot(`
     "vLLM: 4 invalid settings
       - namespace 'in ference' is not a valid name
           why: Kubernetes allows lower-case letters, digits and -, and a letter or digit at both ends
           fix: use 'in-ference'
       - serviceAccount 'vLLM' is not a valid name
           why: Kubernetes allows lower-case letters, digits, - and ., and a letter or digit at both ends
           fix: use 'vllm'
       - name 'vLLM' is not a valid name
           why: Kubernetes allows lower-case letters, digits and -, and a letter or digit at both ends
           fix: use 'vllm'
       - huggingFaceToken.value is empty
           why: gated models need a token
           fix: set it with 'pulumi config set --secret huggingFaceToken', or leave huggingFaceToken out"
    `);
  });
});
