import { autoscalerProblems } from './autoscaler-rules';
import { duplicates, isObject, listAt, numberAt, objectAt, own, stringAt, type JsonObject } from './json-values';
import { labelMapProblems } from './object-meta';
import { notAPort, notOneOf } from './rule-helpers';

type Rule = (document: JsonObject) => string[];

/** What the API server's Go code checks of its own kinds beyond the schema, as far as this library emits them. */
const rules: Readonly<Record<string, Rule>> = {
  Deployment: (document) => [...selectorProblems(document), ...rolloutProblems(document)],
  StatefulSet: selectorProblems,
  DaemonSet: selectorProblems,
  ReplicaSet: selectorProblems,
  Service: serviceProblems,
  HorizontalPodAutoscaler: autoscalerProblems,
  PodDisruptionBudget: disruptionBudgetProblems,
  ConfigMap: configMapProblems,
  Role: roleProblems,
  ClusterRole: roleProblems,
  RoleBinding: bindingProblems,
  ClusterRoleBinding: bindingProblems,
};

export function nativeProblems(document: JsonObject): string[] {
  return own(rules, stringAt(document, 'kind') ?? '')?.(document) ?? [];
}

function selectorProblems(document: JsonObject): string[] {
  const selector = objectAt(document, 'spec', 'selector');
  const wanted = Object.entries(objectAt(selector, 'matchLabels') ?? {});
  const labels = objectAt(document, 'spec', 'template', 'metadata', 'labels') ?? {};
  const empty = wanted.length === 0 && listAt(selector, 'matchExpressions').length === 0;
  const restart = stringAt(document, 'spec', 'template', 'spec', 'restartPolicy') ?? 'Always';
  return [
    ...(empty ? ['spec.selector: must not be empty'] : []),
    ...wanted
      .filter(([key, value]) => labels[key] !== value)
      .map(([key]) => `spec.selector: does not match the template's labels: "${key}"`),
    ...(restart === 'Always' ? [] : [`spec.template.spec.restartPolicy: must be Always, got "${restart}"`]),
    ...((numberAt(document, 'spec', 'replicas') ?? 0) < 0 ? ['spec.replicas: must not be negative'] : []),
  ];
}

function rolloutProblems(document: JsonObject): string[] {
  const strategy = objectAt(document, 'spec', 'strategy');
  const rolling = objectAt(strategy, 'rollingUpdate');
  const isZero = (key: string): boolean => rolling?.[key] === 0 || rolling?.[key] === '0%';
  return [
    ...notOneOf(strategy, 'type', ['RollingUpdate', 'Recreate'], 'spec.strategy'),
    ...(rolling && strategy?.['type'] === 'Recreate' ? ['spec.strategy.rollingUpdate: not allowed with Recreate'] : []),
    ...(isZero('maxUnavailable') && isZero('maxSurge')
      ? ['spec.strategy.rollingUpdate: maxUnavailable and maxSurge must not both be 0']
      : []),
  ];
}

function serviceProblems(document: JsonObject): string[] {
  const spec = objectAt(document, 'spec') ?? {};
  const ports = listAt(spec, 'ports');
  const names = ports.map((port) => stringAt(port, 'name') ?? '');
  const selector = objectAt(spec, 'selector');
  const needsPorts = spec['clusterIP'] !== 'None' && spec['type'] !== 'ExternalName';
  return [
    ...notOneOf(spec, 'type', ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'], 'spec'),
    ...(selector ? labelMapProblems(selector, 'spec.selector') : []),
    ...(needsPorts && ports.length === 0 ? ['spec.ports: at least one port is required'] : []),
    ...(ports.length > 1 && names.includes('') ? ['spec.ports: every port needs a name where there are several'] : []),
    ...duplicates(names).map((name) => `spec.ports: duplicate port name "${name}"`),
    ...ports.flatMap((port, index) => {
      const at = `spec.ports[${index}]`;
      const fields = isObject(port) ? port : {};
      return [
        ...notAPort(fields['port'], `${at}.port`),
        ...notAPort(fields['targetPort'], `${at}.targetPort`),
        ...notOneOf(port, 'protocol', ['TCP', 'UDP', 'SCTP'], at),
      ];
    }),
  ];
}

function disruptionBudgetProblems(document: JsonObject): string[] {
  const spec = objectAt(document, 'spec') ?? {};
  const both = spec['minAvailable'] !== undefined && spec['maxUnavailable'] !== undefined;
  return both ? ['spec: minAvailable and maxUnavailable exclude each other'] : [];
}

function configMapProblems(document: JsonObject): string[] {
  const data = objectAt(document, 'data') ?? {};
  const size = Buffer.byteLength(JSON.stringify(data));
  return [
    ...Object.keys(data)
      .filter((key) => key.length > 253 || !/^[-._a-zA-Z0-9]+$/.test(key) || key === '.' || key.startsWith('..'))
      .map((key) => `data: not a key: "${key}"`),
    ...(size > 1024 * 1024 ? [`data: at most 1 MiB, got ${size} bytes`] : []),
  ];
}

function roleProblems(document: JsonObject): string[] {
  return listAt(document, 'rules').flatMap((rule, index) => {
    const at = `rules[${index}]`;
    const names = (key: string): number => listAt(rule, key).length;
    if (names('verbs') === 0) return [`${at}.verbs: at least one verb is required`];
    if (names('nonResourceURLs') > 0) {
      return document['kind'] === 'Role' ? [`${at}.nonResourceURLs: not allowed in a namespaced role`] : [];
    }
    return ['apiGroups', 'resources'].filter((key) => names(key) === 0).map((key) => `${at}.${key}: required`);
  });
}

function bindingProblems(document: JsonObject): string[] {
  const role = objectAt(document, 'roleRef');
  return [
    ...notOneOf(role, 'apiGroup', ['rbac.authorization.k8s.io'], 'roleRef'),
    ...notOneOf(
      role,
      'kind',
      document['kind'] === 'RoleBinding' ? ['Role', 'ClusterRole'] : ['ClusterRole'],
      'roleRef',
    ),
    ...listAt(document, 'subjects').flatMap((subject, index) => {
      const account = stringAt(subject, 'kind') === 'ServiceAccount';
      const missing = account && !stringAt(subject, 'namespace');
      const group = stringAt(subject, 'apiGroup') ?? '';
      return [
        ...(missing ? [`subjects[${index}].namespace: required for a ServiceAccount`] : []),
        ...(account && group !== '' ? [`subjects[${index}].apiGroup: must be empty for a ServiceAccount`] : []),
      ];
    }),
  ];
}
