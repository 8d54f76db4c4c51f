import * as pulumi from '@pulumi/pulumi';
import { ApiObject, Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { ChartRelease, type ChartReleaseArgs } from '../../lib/deploy/chart-release';
import { type ReleaseValues } from '../../lib/deploy/stand-ins';
import { chatChart } from './chat-chart';
import { type Recorded, recordResources, settled } from './settled';

const ADDRESS = '203.0.113.10';

const values = {
  image: pulumi.output('r/picker@sha256:1'),
  addressName: 'address',
  securityPolicy: 'policy',
  namespace: 'inference',
  replicas: 2,
};

interface Run {
  readonly resources: readonly Recorded[];
  readonly release: ChartRelease;
}

/** Makes a release and waits for its outputs. */
async function release<V extends ReleaseValues>(
  args: ChartReleaseArgs<V>,
  opts?: pulumi.ComponentResourceOptions,
): Promise<Run> {
  const status = { addresses: [{ type: 'IPAddress', value: ADDRESS }] };
  const resources = await recordResources((type) => (type.endsWith(':Gateway') ? { status } : {}));
  const made = new ChartRelease('chat', args, opts) as unknown as ChartRelease;
  await settled(pulumi.all([made.curl, ...Object.values(made.objects).map((object) => object.urn)]));
  return { resources, release: made };
}

const only = ({ resources }: Run, type: string): Record<string, unknown> => {
  const found = resources.filter((resource) => resource.type === type);
  expect(found).toHaveLength(1);
  return found[0]?.inputs as Record<string, unknown>;
};

describe('ChartRelease', () => {
  it('makes one resource for each object, of the class of its kind', async () => {
    const { resources } = await release({ values, chart: chatChart });

    expect(resources.map(({ type, name }) => `${type} ${name}`).sort()).toMatchInlineSnapshot(`
     [
       "gke-inference-gateway:index:ChartRelease chat",
       "kubernetes:apps/v1:Deployment chat/picker",
       "kubernetes:apps/v1:Deployment chat/server",
       "kubernetes:core/v1:ConfigMap chat/config",
       "kubernetes:core/v1:Service chat/service",
       "kubernetes:core/v1:ServiceAccount chat/account",
       "kubernetes:gateway.networking.k8s.io/v1:Gateway chat/gateway",
       "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute chat/route",
       "kubernetes:inference.networking.k8s.io/v1:InferencePool chat/pool",
       "kubernetes:networking.gke.io/v1:GCPBackendPolicy chat/policy",
     ]
    `);
  });

  it('sends manifests with the values in them', async () => {
    const run = await release({ values, chart: chatChart });
    const pickers = run.resources.filter(({ name }) => name === 'chat/picker');

    expect(pickers[0]?.inputs).toMatchObject({
      metadata: { name: 'chat-picker', namespace: 'inference' },
      spec: { replicas: 2, template: { spec: { containers: [{ image: 'r/picker@sha256:1' }] } } },
    });
    expect(only(run, 'kubernetes:networking.gke.io/v1:GCPBackendPolicy')).toMatchObject({
      apiVersion: 'networking.gke.io/v1',
      kind: 'GCPBackendPolicy',
      spec: { default: { securityPolicy: 'policy' } },
    });
  });

  it('tells where clients reach it', async () => {
    const { release: made } = await release({ values, chart: chatChart });

    expect(await settled(made.gatewayAddress)).toBe(ADDRESS);
    expect(await settled(made.url)).toBe(`http://${ADDRESS}`);
    expect(await settled(made.curl)).toBe(
      `curl -sS http://${ADDRESS}/v1/chat/completions -H 'Content-Type: application/json' ` +
        `-d '{"model":"google/gemma-3-1b-it","messages":[{"role":"user","content":"Hello!"}]}'`,
    );
  });

  it('asks for the model that the user names', async () => {
    const { release: made } = await release({ values, chart: chatChart, model: 'other' });

    expect(await settled(made.curl)).toContain('"model":"other"');
  });

  it('has no address where the charts make no Gateway', async () => {
    const { release: made } = await release({
      chart: (app) => new ApiObject(new Chart(app, 'c'), 'map', { apiVersion: 'v1', kind: 'ConfigMap' }),
    });

    expect(await settled(pulumi.all([made.gatewayAddress, made.url, made.curl]))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('waits for the load balancer', async () => {
    const run = await release({ values, chart: chatChart });

    expect(only(run, 'kubernetes:gateway.networking.k8s.io/v1:Gateway')['metadata']).toEqual({
      name: 'chat-gateway',
      namespace: 'inference',
      annotations: { 'pulumi.com/waitFor': 'condition=Programmed' },
    });
  });

  it('creates the namespaces that are missing', async () => {
    const namespace = pulumi.output(Promise.resolve('later'));
    const run = await release({ values: { ...values, namespace }, chart: chatChart, createNamespaces: true });

    const made = run.resources.filter(({ type }) => type === 'kubernetes:core/v1:Namespace');
    expect(made.map(({ name }) => name)).toEqual(['chat/namespace:values.namespace']);
    expect(made[0]?.inputs).toMatchObject({ metadata: { name: 'later' } });
  });

  it('leaves namespaces alone that exist or that a chart makes', async () => {
    const { resources } = await release({
      chart: (app) => {
        new k8s.KubeConfigMap(new Chart(app, 'a', { namespace: 'default' }), 'map');
        const own = new Chart(app, 'b', { namespace: 'own' });
        new k8s.KubeNamespace(own, 'namespace', { metadata: { name: 'own' } });
        new k8s.KubeConfigMap(own, 'map');
      },
      createNamespaces: true,
    });

    expect(resources.filter(({ type }) => type.endsWith(':Namespace')).map(({ name }) => name)).toEqual([
      'chat/b/namespace',
    ]);
  });

  it('keeps secrets secret, and the address of a release with secrets public', async () => {
    const { release: made } = await release({
      values: { ...values, token: pulumi.secret('s3cret') },
      chart: (app, given) => {
        const chart = chatChart(app, given);
        new k8s.KubeSecret(chart, 'token', { stringData: { token: given.token } });
      },
    });

    expect(await pulumi.isSecret(made.url)).toBe(false);
    expect(await pulumi.isSecret(made.curl)).toBe(false);
  });

  it('refuses bad settings and bad charts before it makes a resource', async () => {
    const resources = await recordResources();
    const bad = (args: Partial<ChartReleaseArgs>): unknown =>
      new ChartRelease<ReleaseValues>('chat', { chart: () => undefined, ...args });

    expect(() => bad({ gatewayTimeout: 'soon' })).toThrow(`gatewayTimeout 'soon' is not a duration`);
    expect(() => bad({})).toThrow('the chart function made no objects');
    expect(resources).toEqual([]);
  });
});
