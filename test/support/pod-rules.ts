import { containerProblems } from './container-rules';
import {
  childPath,
  duplicates,
  isList,
  isObject,
  listAt,
  stringAt,
  type JsonObject,
  type JsonValue,
} from './json-values';
import { isDnsLabel } from './object-meta';
import { notOneOf } from './rule-helpers';

/** What the API server's Go code checks of pod specs beyond the schema, in every template of the document. */
export function podProblems(document: JsonObject): string[] {
  return [...podSpecs(document, '')].flatMap(([spec, path]) => podSpecProblems(spec, path, claimNames(document)));
}

function* podSpecs(value: JsonValue, path: string): Generator<readonly [JsonObject, string]> {
  if (isList(value)) {
    for (const [index, item] of value.entries()) yield* podSpecs(item, childPath(path, index));
  }
  if (!isObject(value)) return;
  for (const [key, child] of Object.entries(value)) {
    const at = childPath(path, key);
    if (key === 'spec' && isObject(child) && isList(child['containers'])) yield [child, at];
    else yield* podSpecs(child, at);
  }
}

function podSpecProblems(spec: JsonObject, path: string, claims: readonly string[]): string[] {
  const volumes = listAt(spec, 'volumes');
  const volumeNames = volumes.flatMap((volume) => stringAt(volume, 'name') ?? []);
  const containers = [...entries(spec, 'containers', path), ...entries(spec, 'initContainers', path)];
  const names = containers.flatMap(([container]) => stringAt(container, 'name') ?? []);
  const context = { spec, volumes: new Set([...volumeNames, ...claims]) };
  return [
    ...(listAt(spec, 'containers').length === 0 ? [`${path}.containers: at least one container is required`] : []),
    ...duplicates(names).map((name) => `${path}: duplicate container name "${name}"`),
    ...duplicates(volumeNames).map((name) => `${path}.volumes: duplicate volume name "${name}"`),
    ...entries(spec, 'volumes', path).flatMap(([volume, at]) => volumeProblems(volume, at)),
    ...entries(spec, 'tolerations', path).flatMap(([toleration, at]) => tolerationProblems(toleration, at)),
    ...entries(spec, 'topologySpreadConstraints', path).flatMap(([constraint, at]) =>
      notOneOf(constraint, 'whenUnsatisfiable', ['DoNotSchedule', 'ScheduleAnyway'], at),
    ),
    ...notOneOf(spec, 'restartPolicy', ['Always', 'OnFailure', 'Never'], path),
    ...containers.flatMap(([container, at]) => containerProblems(container, at, context)),
  ];
}

function volumeProblems(volume: JsonObject, path: string): string[] {
  const name = stringAt(volume, 'name') ?? '';
  const sources = Object.keys(volume).filter((key) => key !== 'name');
  return [
    ...(isDnsLabel(name) ? [] : [`${path}.name: must be a DNS-1123 label of at most 63 characters, got "${name}"`]),
    ...(sources.length > 1 ? [`${path}: only one volume source is allowed, got ${sources.join(', ')}`] : []),
  ];
}

function tolerationProblems(toleration: JsonObject, path: string): string[] {
  const { key, operator, value } = toleration;
  return [
    ...notOneOf(toleration, 'effect', ['NoSchedule', 'PreferNoSchedule', 'NoExecute', ''], path),
    ...notOneOf(toleration, 'operator', ['Exists', 'Equal', 'Lt', 'Gt', ''], path),
    ...(operator === 'Exists' && value ? [`${path}.value: must be empty with operator Exists`] : []),
    ...(!key && operator !== 'Exists' ? [`${path}.operator: must be Exists when key is empty`] : []),
  ];
}

function entries(spec: JsonObject, key: string, path: string): (readonly [JsonObject, string])[] {
  return listAt(spec, key).flatMap((item, index) =>
    isObject(item) ? [[item, childPath(childPath(path, key), index)] as const] : [],
  );
}

/** Claim templates give their pods volumes that the pod template does not list. */
function claimNames(value: JsonValue): string[] {
  if (isList(value)) return value.flatMap(claimNames);
  if (!isObject(value)) return [];
  const own = listAt(value, 'volumeClaimTemplates').flatMap((claim) => stringAt(claim, 'metadata', 'name') ?? []);
  return [...own, ...Object.values(value).flatMap(claimNames)];
}
