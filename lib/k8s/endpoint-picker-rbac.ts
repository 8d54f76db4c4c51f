import { k8s } from 'cdk8s-plus-28';
import { type Construct } from 'constructs';
import { type ObjectiveGroup, type PoolApi, POOL_APIS } from '../core/api-profile';
import { Components } from '../core/labels';
import { type PickerRight } from '../core/picker/flavor';
import { adopt } from './metadata';
import { namespaceOf } from './namespace';
import { present } from './present';

/** What the rights of a picker depend on. */
export interface PickerRights {
  readonly serviceAccount: k8s.KubeServiceAccount;
  readonly poolApi: PoolApi;
  readonly objectiveGroup: ObjectiveGroup;
  readonly leaderElection: boolean;
  /** Rights that an election takes. */
  readonly electionRights: readonly PickerRight[];
  readonly metricsAuth: boolean;
}

const READ = ['get', 'list', 'watch'];

/** Cluster role of Kubernetes itself, just what it takes to review the token and the rights of a caller. */
const AUTH_DELEGATOR = 'system:auth-delegator';

/** Objects that give a picker's account its rights, no more than its code calls. */
export function createPickerRights(
  scope: Construct,
  rights: PickerRights,
): readonly [k8s.KubeRole, k8s.KubeRoleBinding] {
  const { serviceAccount } = rights;
  const role = new k8s.KubeRole(scope, 'role', { rules: [...pickerRules(rights)] });
  const subject = present<k8s.Subject>({
    kind: 'ServiceAccount',
    name: serviceAccount.name,
    namespace: namespaceOf(scope),
  });
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: role.name };
  const binding = new k8s.KubeRoleBinding(scope, 'role-binding', { roleRef, subjects: [subject] });
  if (rights.metricsAuth) createAuthDelegation(scope, subject);
  return [adopt(role, Components.ENDPOINT_PICKER), adopt(binding, Components.ENDPOINT_PICKER)];
}

/** Rules of a picker in the namespace of its pool. */
export function pickerRules(rights: PickerRights): readonly k8s.PolicyRule[] {
  const read = (apiGroup: string, ...resources: string[]): k8s.PolicyRule => ({
    apiGroups: [apiGroup],
    resources,
    verbs: READ,
  });
  const models =
    rights.poolApi === 'v1'
      ? read(rights.objectiveGroup, 'inferenceobjectives', 'inferencemodelrewrites')
      : read(POOL_APIS.v1alpha2.group, 'inferencemodels');
  const election = rights.leaderElection ? rights.electionRights : [];
  return [
    read('', 'pods'),
    read(POOL_APIS[rights.poolApi].group, 'inferencepools'),
    models,
    ...election.map(({ apiGroup, resource, verbs }) => ({
      apiGroups: [apiGroup],
      resources: [resource],
      verbs: [...verbs],
    })),
  ];
}

/** Names of cluster-wide objects carry the namespace: two namespaces may hold the same stack. */
function createAuthDelegation(scope: Construct, subject: k8s.Subject): void {
  const binding = new k8s.KubeClusterRoleBinding(scope, 'auth-delegator', {
    metadata: { name: [subject.namespace, subject.name, 'auth'].filter((part) => part !== undefined).join('-') },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: AUTH_DELEGATOR },
    subjects: [subject],
  });
  adopt(binding, Components.ENDPOINT_PICKER);
}
