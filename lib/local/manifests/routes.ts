import { type Fields, fieldsAt, listAt, numberAt, textAt, textsAt } from './fields';
import type { ManifestObject } from './object';
import type {
  LocalBackend,
  LocalGateway,
  LocalListener,
  LocalMatch,
  LocalRoute,
  LocalRule,
  LocalValueMatch,
} from './topology';

/** A Gateway with the routes among `objects` that name it as their parent. */
export function gatewayOf(object: ManifestObject, objects: readonly ManifestObject[]): LocalGateway {
  const listeners = listAt(fieldsAt(object.fields, 'spec'), 'listeners').map(listenerOf);
  const routes = objects
    .filter(({ kind }) => kind === 'HTTPRoute')
    .flatMap((route) => attach(route, object, listeners));
  return { name: object.name, namespace: object.namespace, listeners, routes };
}

function listenerOf(listener: Fields): LocalListener {
  return {
    name: textAt(listener, 'name') ?? '',
    port: numberAt(listener, 'port') ?? 80,
    protocol: textAt(listener, 'protocol') ?? 'HTTP',
    hostname: textAt(listener, 'hostname'),
  };
}

function attach(
  route: ManifestObject,
  gateway: ManifestObject,
  listeners: readonly LocalListener[],
): readonly LocalRoute[] {
  const spec = fieldsAt(route.fields, 'spec');
  const parents = listAt(spec, 'parentRefs').filter(
    (ref) =>
      (textAt(ref, 'kind') ?? 'Gateway') === 'Gateway' &&
      textAt(ref, 'name') === gateway.name &&
      (textAt(ref, 'namespace') ?? route.namespace) === gateway.namespace,
  );
  if (parents.length === 0) return [];
  const attached = listeners.filter((listener) => parents.some((ref) => names(ref, listener)));
  return [
    {
      name: route.name,
      namespace: route.namespace,
      listeners: attached.map(({ name }) => name),
      hostnames: textsAt(spec, 'hostnames'),
      rules: rulesOf(spec).map((rule) => ruleOf(rule, route)),
    },
  ];
}

/** A reference without section and port is to every listener. */
function names(parent: Fields, listener: LocalListener): boolean {
  const section = textAt(parent, 'sectionName');
  const port = numberAt(parent, 'port');
  return (section === undefined || section === listener.name) && (port === undefined || port === listener.port);
}

function rulesOf(spec: Fields): readonly Fields[] {
  return listAt(spec, 'rules');
}

function ruleOf(rule: Fields, route: ManifestObject): LocalRule {
  const filters = listAt(rule, 'filters');
  const redirect = filters.find((filter) => textAt(filter, 'type') === 'RequestRedirect');
  const settings = fieldsAt(redirect ?? {}, 'requestRedirect');
  return {
    matches: listAt(rule, 'matches').map(matchOf),
    backends: listAt(rule, 'backendRefs').map((ref) => backendOf(ref, route)),
    setHeaders: filters
      .filter((filter) => textAt(filter, 'type') === 'RequestHeaderModifier')
      .flatMap((filter) => ['set', 'add'].flatMap((kind) => listAt(fieldsAt(filter, 'requestHeaderModifier'), kind)))
      .map((header) => [(textAt(header, 'name') ?? '').toLowerCase(), textAt(header, 'value') ?? ''] as const),
    redirect:
      redirect === undefined
        ? undefined
        : { scheme: textAt(settings, 'scheme'), status: numberAt(settings, 'statusCode') ?? 302 },
  };
}

function backendOf(ref: Fields, route: ManifestObject): LocalBackend {
  return {
    kind: textAt(ref, 'kind') === 'InferencePool' ? 'InferencePool' : 'Service',
    name: textAt(ref, 'name') ?? '',
    namespace: textAt(ref, 'namespace') ?? route.namespace,
    weight: numberAt(ref, 'weight') ?? 1,
  };
}

const PATH_KINDS: Readonly<Record<string, LocalMatch['path']['kind']>> = {
  Exact: 'exact',
  PathPrefix: 'prefix',
  RegularExpression: 'regex',
};

function matchOf(match: Fields): LocalMatch {
  const path = fieldsAt(match, 'path');
  return {
    path: { kind: PATH_KINDS[textAt(path, 'type') ?? 'PathPrefix'] ?? 'prefix', value: textAt(path, 'value') ?? '/' },
    method: textAt(match, 'method'),
    headers: listAt(match, 'headers').map((header) => {
      const { name, ...rest } = valueMatch(header);
      return { name: name.toLowerCase(), ...rest };
    }),
    queryParams: listAt(match, 'queryParams').map(valueMatch),
  };
}

function valueMatch(match: Fields): LocalValueMatch {
  return {
    name: textAt(match, 'name') ?? '',
    kind: textAt(match, 'type') === 'RegularExpression' ? 'regex' : 'exact',
    value: textAt(match, 'value') ?? '',
  };
}
