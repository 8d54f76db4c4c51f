// Touches every part of the protocol that the stand-in speaks.
import * as gcp from '@pulumi/gcp';
import * as kubernetes from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';

const config = new pulumi.Config();
const replicas = config.requireNumber('replicas');

class Box extends pulumi.ComponentResource {
  public readonly address: gcp.compute.Address;

  public constructor(name: string, opts: pulumi.ComponentResourceOptions) {
    super('test:index:Box', name, {}, opts);
    this.address = new gcp.compute.Address(
      `${name}-address`,
      { region: config.require('region') },
      { parent: this, aliases: [{ name: 'old-address' }], customTimeouts: { create: '5m' } },
    );
    this.registerOutputs({ address: this.address.address });
  }
}

const label: pulumi.ResourceTransform = ({ type, props, opts }) =>
  type === 'kubernetes:core/v1:ConfigMap' ? { props: { ...props, immutable: true }, opts } : undefined;
pulumi.runtime.registerResourceTransform(label);

const cluster = new gcp.container.Cluster('cluster', { initialNodeCount: 1 }, { ignoreChanges: ['initialNodeCount'] });
const provider = new kubernetes.Provider('k8s', {
  kubeconfig: pulumi.secret(pulumi.interpolate`at ${cluster.endpoint}`),
});
const box = new Box('box', { dependsOn: [cluster] });
const map = new kubernetes.core.v1.ConfigMap(
  'map',
  { metadata: { namespace: 'default' }, data: { replicas: String(replicas), address: box.address.address } },
  { provider },
);
new kubernetes.core.v1.Secret(
  'secret',
  { metadata: { name: 'secret' }, stringData: { token: config.requireSecret('token'), plain: 'plain' } },
  { provider, dependsOn: [map] },
);
new kubernetes.yaml.v2.ConfigGroup(
  'group',
  { objs: [{ kind: 'ConfigMap', data: { a: map.metadata.name } }] },
  { provider },
);

void pulumi.log.warn('a warning', box);

const network = gcp.compute.Network.get('existing', 'projects/p/global/networks/existing');
const other = new pulumi.StackReference('organization/other/dev');
const client = gcp.organizations.getClientConfigOutput();

export const address = box.address.address;
export const secret = config.requireSecret('token');
export const project = client.project;
export const reference = other.getOutput('answer');
export const existing = network.id;
