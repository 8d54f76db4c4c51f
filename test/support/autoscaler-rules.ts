import { listAt, numberAt, objectAt, own, stringAt, type JsonObject, type JsonValue } from './json-values';

const sources: Readonly<Record<string, string>> = {
  Resource: 'resource',
  ContainerResource: 'containerResource',
  Pods: 'pods',
  Object: 'object',
  External: 'external',
};

const targetFields: Readonly<Record<string, string>> = {
  Utilization: 'averageUtilization',
  AverageValue: 'averageValue',
  Value: 'value',
};

export function autoscalerProblems(document: JsonObject): string[] {
  const minimum = numberAt(document, 'spec', 'minReplicas') ?? 1;
  const maximum = numberAt(document, 'spec', 'maxReplicas') ?? 0;
  return [
    ...(minimum < 1 ? [`spec.minReplicas: must be at least 1, got ${minimum}`] : []),
    ...(maximum < 1 ? [`spec.maxReplicas: must be at least 1, got ${maximum}`] : []),
    ...(maximum < minimum ? [`spec.maxReplicas: must be at least minReplicas (${minimum}), got ${maximum}`] : []),
    ...listAt(document, 'spec', 'metrics').flatMap((metric, index) => metricProblems(metric, `spec.metrics[${index}]`)),
    ...['scaleUp', 'scaleDown'].flatMap((direction) => behaviorProblems(document, direction)),
  ];
}

function metricProblems(metric: JsonValue, path: string): string[] {
  const type = stringAt(metric, 'type') ?? '';
  const wanted = own(sources, type);
  if (wanted === undefined) return [`${path}.type: must be one of ${Object.keys(sources).join(', ')}, got "${type}"`];
  const others = Object.values(sources).filter((key) => key !== wanted && objectAt(metric, key) !== undefined);
  return [
    ...(objectAt(metric, wanted) === undefined ? [`${path}.${wanted}: required for type ${type}`] : []),
    ...others.map((key) => `${path}.${key}: not allowed for type ${type}`),
    ...targetProblems(type, objectAt(metric, wanted, 'target'), `${path}.${wanted}.target`),
  ];
}

function targetProblems(metricType: string, target: JsonObject | undefined, path: string): string[] {
  if (target === undefined) return [];
  const type = stringAt(target, 'type') ?? '';
  const field = own(targetFields, type);
  if (field === undefined)
    return [`${path}.type: must be one of ${Object.keys(targetFields).join(', ')}, got "${type}"`];
  const refused =
    (metricType === 'Pods' && type !== 'AverageValue') ||
    ((metricType === 'Object' || metricType === 'External') && type === 'Utilization') ||
    (metricType.endsWith('Resource') && type === 'Value');
  return [
    ...(refused ? [`${path}.type: ${type} is not allowed for type ${metricType}`] : []),
    ...(target[field] === undefined ? [`${path}.${field}: required for target type ${type}`] : []),
    ...(target['value'] !== undefined && target['averageValue'] !== undefined
      ? [`${path}: value and averageValue exclude each other`]
      : []),
  ];
}

function behaviorProblems(document: JsonObject, direction: string): string[] {
  const path = `spec.behavior.${direction}`;
  const scaling = objectAt(document, 'spec', 'behavior', direction);
  const window = numberAt(scaling, 'stabilizationWindowSeconds') ?? 0;
  return [
    ...(window < 0 || window > 3600
      ? [`${path}.stabilizationWindowSeconds: must be between 0 and 3600, got ${window}`]
      : []),
    ...listAt(scaling, 'policies').flatMap((policy, index) => {
      const at = `${path}.policies[${index}]`;
      const period = numberAt(policy, 'periodSeconds') ?? 0;
      const value = numberAt(policy, 'value') ?? 0;
      return [
        ...(period < 1 || period > 1800 ? [`${at}.periodSeconds: must be between 1 and 1800, got ${period}`] : []),
        ...(value < 1 ? [`${at}.value: must be at least 1, got ${value}`] : []),
      ];
    }),
  ];
}
