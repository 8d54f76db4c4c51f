import { childPath, duplicates, isObject, listAt, numberAt, objectAt, stringAt, type JsonObject } from './json-values';
import { isDnsLabel } from './object-meta';
import { isPortName, notAPort, notOneOf, quantityNumber } from './rule-helpers';

export interface PodContext {
  readonly spec: JsonObject;
  readonly volumes: ReadonlySet<string>;
}

const probes = ['livenessProbe', 'readinessProbe', 'startupProbe'];
const probeHandlers = ['exec', 'httpGet', 'tcpSocket', 'grpc'];
const lifecycleHandlers = ['exec', 'httpGet', 'tcpSocket', 'sleep'];
const standardResources = new Set(['cpu', 'memory', 'ephemeral-storage', 'storage']);
/** What the API server fills in. */
const defaultGracePeriodSeconds = 30;

export function containerProblems(container: JsonObject, path: string, context: PodContext): string[] {
  const name = stringAt(container, 'name') ?? '';
  return [
    ...(isDnsLabel(name) ? [] : [`${path}.name: must be a DNS-1123 label of at most 63 characters, got "${name}"`]),
    ...(stringAt(container, 'image') ? [] : [`${path}.image: required`]),
    ...notOneOf(container, 'imagePullPolicy', ['Always', 'IfNotPresent', 'Never'], path),
    ...portProblems(container, path),
    ...envProblems(container, path),
    ...mountProblems(container, path, context.volumes),
    ...probes.flatMap((probe) => probeProblems(container, probe, path)),
    ...lifecycleProblems(container, path, context.spec),
    ...resourceProblems(container, path),
    ...initContainerProblems(container, path),
  ];
}

function portProblems(container: JsonObject, path: string): string[] {
  const ports = listAt(container, 'ports');
  const names = ports.flatMap((port) => stringAt(port, 'name') ?? []);
  return [
    ...duplicates(names).map((name) => `${path}.ports: duplicate port name "${name}"`),
    ...names.filter((name) => !isPortName(name)).map((name) => `${path}.ports: not a port name: "${name}"`),
    ...ports.flatMap((port, index) => {
      const at = `${path}.ports[${index}]`;
      return [
        ...notAPort(numberAt(port, 'containerPort'), `${at}.containerPort`),
        ...notOneOf(port, 'protocol', ['TCP', 'UDP', 'SCTP'], at),
      ];
    }),
  ];
}

function envProblems(container: JsonObject, path: string): string[] {
  return listAt(container, 'env').flatMap((variable, index) => {
    const at = `${path}.env[${index}]`;
    const name = stringAt(variable, 'name') ?? '';
    const from = objectAt(variable, 'valueFrom');
    return [
      ...(/^[-._a-zA-Z][-._a-zA-Z0-9]*$/.test(name) ? [] : [`${at}.name: not an environment variable name: "${name}"`]),
      ...(from && stringAt(variable, 'value') ? [`${at}: value and valueFrom exclude each other`] : []),
      ...(from && Object.keys(from).length !== 1 ? [`${at}.valueFrom: exactly one source is required`] : []),
    ];
  });
}

function mountProblems(container: JsonObject, path: string, volumes: ReadonlySet<string>): string[] {
  const mounts = listAt(container, 'volumeMounts');
  const paths = mounts.flatMap((mount) => stringAt(mount, 'mountPath') ?? []);
  const names = mounts.flatMap((mount) => stringAt(mount, 'name') ?? []);
  return [
    ...duplicates(paths).map((twice) => `${path}.volumeMounts: duplicate mountPath "${twice}"`),
    ...names.filter((name) => !volumes.has(name)).map((name) => `${path}.volumeMounts: no volume "${name}"`),
  ];
}

function probeProblems(container: JsonObject, key: string, path: string): string[] {
  const probe = objectAt(container, key);
  if (probe === undefined) return [];
  const at = childPath(path, key);
  const successes = numberAt(probe, 'successThreshold') ?? 1;
  return [
    ...handlerProblems(probe, probeHandlers, at),
    ...(key !== 'readinessProbe' && successes !== 1 ? [`${at}.successThreshold: must be 1, got ${successes}`] : []),
  ];
}

function lifecycleProblems(container: JsonObject, path: string, spec: JsonObject): string[] {
  return ['postStart', 'preStop'].flatMap((hook) => {
    const handler = objectAt(container, 'lifecycle', hook);
    if (handler === undefined) return [];
    const at = `${path}.lifecycle.${hook}`;
    const grace = numberAt(spec, 'terminationGracePeriodSeconds') ?? defaultGracePeriodSeconds;
    const sleep = numberAt(handler, 'sleep', 'seconds') ?? 0;
    return [
      ...handlerProblems(handler, lifecycleHandlers, at),
      ...(sleep < 0 || sleep > grace
        ? [`${at}.sleep.seconds: must be within terminationGracePeriodSeconds (${grace}), got ${sleep}`]
        : []),
    ];
  });
}

function handlerProblems(owner: JsonObject, handlers: readonly string[], path: string): string[] {
  const used = handlers.filter((handler) => owner[handler] !== undefined);
  const counted =
    used.length === 1 ? [] : [`${path}: exactly one handler is required, got ${used.join(', ') || 'none'}`];
  const ports = used.flatMap((handler) => {
    const action = owner[handler];
    return isObject(action) ? notAPort(action['port'], `${path}.${handler}.port`) : [];
  });
  return [...counted, ...ports];
}

function resourceProblems(container: JsonObject, path: string): string[] {
  const requests = objectAt(container, 'resources', 'requests') ?? {};
  const limits = objectAt(container, 'resources', 'limits') ?? {};
  return [...new Set([...Object.keys(requests), ...Object.keys(limits)])].flatMap((name) => {
    const at = childPath(`${path}.resources`, name);
    const limit = quantityNumber(limits[name]);
    const request = name in requests ? quantityNumber(requests[name]) : limit;
    if (standardResources.has(name)) return request > limit ? [`${at}: the request exceeds the limit`] : [];
    return countedResourceProblems(name, request, limit, at);
  });
}

/** Devices and huge pages cannot be overcommitted. */
function countedResourceProblems(name: string, request: number, limit: number, path: string): string[] {
  if (!name.includes('/') && !name.startsWith('hugepages-')) return [`${path}: not a resource name`];
  if (Number.isNaN(limit)) return [`${path}: a limit is required`];
  const whole = Number.isInteger(limit) && Number.isInteger(request);
  return [
    ...(request === limit ? [] : [`${path}: the request must equal the limit`]),
    ...(whole ? [] : [`${path}: must be a whole number`]),
  ];
}

function initContainerProblems(container: JsonObject, path: string): string[] {
  const isSidecar = container['restartPolicy'] === 'Always';
  if (!/\.initContainers\[\d+\]$/.test(path) || isSidecar) return [];
  return [...probes, 'lifecycle']
    .filter((key) => container[key] !== undefined)
    .map((key) => `${path}.${key}: not allowed for an init container without restartPolicy Always`);
}
