import { Lazy } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import * as gmp from '../../imports/monitoring.googleapis.com';
import { Components } from '../core/labels';
import { METRICS_PATH } from '../core/metric-names';
import { type EndpointPicker } from './endpoint-picker';
import { PickerPortNames } from './endpoint-picker-pod';
import { adopt } from './metadata';
import { namespaceOf } from './namespace';
import { present } from './present';

/** Settings of an EndpointPickerMonitoring. */
export interface EndpointPickerMonitoringProps {
  readonly picker: EndpointPicker;
  /**
   * Time between two scrapes, seconds.
   * @default 15
   */
  readonly intervalSeconds?: number;
  /**
   * Namespace of the collectors: `gmp-system` on Standard clusters, `gke-gmp-system` on Autopilot.
   * @default 'gmp-system'
   */
  readonly collectorNamespace?: string;
}

const RBAC_GROUP = 'rbac.authorization.k8s.io';
const COLLECTOR = 'collector';

/**
 * Lets Managed Service for Prometheus collect the metrics of an endpoint picker. The picker has Kubernetes review its
 * readers, so this makes an account that may read them, its token, and the right of the collectors to use that token.
 */
export class EndpointPickerMonitoring extends Construct {
  public readonly resource: gmp.PodMonitoring;
  /** Token of the account that reads the metrics; absent when the picker asks for none. */
  public readonly token: k8s.KubeSecret | undefined;

  public constructor(scope: Construct, id: string, props: EndpointPickerMonitoringProps) {
    super(scope, id);
    const { picker, intervalSeconds = 15, collectorNamespace = 'gmp-system' } = props;
    this.token = picker.metricsAuth ? this.#createReader(collectorNamespace) : undefined;
    const spec = (): gmp.PodMonitoringSpec => ({
      selector: { matchLabels: { ...picker.selectorLabels } },
      endpoints: [
        present<gmp.PodMonitoringSpecEndpoints>({
          port: gmp.PodMonitoringSpecEndpointsPort.fromString(PickerPortNames.METRICS),
          path: METRICS_PATH,
          interval: `${intervalSeconds}s`,
          authorization: this.#authorization(),
        }),
      ],
    });
    this.resource = new gmp.PodMonitoring(this, 'Default', {
      spec: Lazy.any({ produce: spec }) as gmp.PodMonitoringSpec,
    });
    adopt(this.resource, Components.ENDPOINT_PICKER);
  }

  #authorization(): gmp.PodMonitoringSpecEndpointsAuthorization | undefined {
    if (this.token === undefined) return undefined;
    return { type: 'Bearer', credentials: { secret: { name: this.token.name, key: 'token' } } };
  }

  #createReader(collectorNamespace: string): k8s.KubeSecret {
    const namespace = namespaceOf(this);
    const account = new k8s.KubeServiceAccount(this, 'reader');
    const token = new k8s.KubeSecret(this, 'reader-token', {
      metadata: { annotations: { 'kubernetes.io/service-account.name': account.name } },
      type: 'kubernetes.io/service-account-token',
    });
    const clusterName = [namespace, account.name].filter((part) => part !== undefined).join('-');
    const mayRead = new k8s.KubeClusterRole(this, 'may-read-metrics', {
      metadata: { name: clusterName },
      rules: [{ nonResourceUrLs: [METRICS_PATH], verbs: ['get'] }],
    });
    const reads = new k8s.KubeClusterRoleBinding(this, 'reads-metrics', {
      metadata: { name: clusterName },
      roleRef: { apiGroup: RBAC_GROUP, kind: 'ClusterRole', name: mayRead.name },
      subjects: [present<k8s.Subject>({ kind: 'ServiceAccount', name: account.name, namespace })],
    });
    const mayUse = new k8s.KubeRole(this, 'may-use-token', {
      rules: [
        { apiGroups: [''], resources: ['secrets'], resourceNames: [token.name], verbs: ['get', 'list', 'watch'] },
      ],
    });
    const uses = new k8s.KubeRoleBinding(this, 'collector-uses-token', {
      roleRef: { apiGroup: RBAC_GROUP, kind: 'Role', name: mayUse.name },
      subjects: [{ kind: 'ServiceAccount', name: COLLECTOR, namespace: collectorNamespace }],
    });
    for (const object of [account, token, mayRead, reads, mayUse, uses]) adopt(object, Components.ENDPOINT_PICKER);
    return token;
  }
}
