import { childPath, isObject, stringAt, type JsonObject, type JsonValue } from './json-values';
import { walkStructure, unknownFieldProblems, type StructuralNode } from './structural-rules';
import { valueProblems } from './schema-values';
import type { KindSchema } from './schema-catalog';

const dnsLabel = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const dns1035Label = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const dnsSubdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const qualifiedName = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const annotationBytes = 256 * 1024;

export function isDnsLabel(text: string): boolean {
  return text.length <= 63 && dnsLabel.test(text);
}

export function isDnsSubdomain(text: string): boolean {
  return text.length <= 253 && dnsSubdomain.test(text);
}

/** What the API server checks of every object's own metadata, CRD or not. */
export function objectMetaProblems(document: JsonObject, objectMeta: KindSchema | undefined): string[] {
  const metadata = document['metadata'];
  if (!isObject(metadata)) return ['metadata: an object is required'];
  return [
    ...nameProblems(document, metadata),
    ...(objectMeta === undefined ? [] : metaStructureProblems(metadata, objectMeta)),
    ...labelProblems(metadata, 'metadata'),
  ];
}

/**
 * Labels and annotations of pod templates and the like, recognised by their fields, and the selectors and node
 * selectors whose entries are labels as well.
 */
export function nestedLabelProblems({ schema, value, path }: StructuralNode): string[] {
  if (!isObject(value)) return [];
  const isMetadata = schema.properties?.['labels'] !== undefined && schema.properties['annotations'] !== undefined;
  if (isMetadata) return labelProblems(value, path);
  const isSelector = /(^|\.)(matchLabels|nodeSelector)$/.test(path) && schema.additionalProperties !== undefined;
  return isSelector ? labelMapProblems(value, path) : [];
}

function metaStructureProblems(metadata: JsonObject, { schema, resolve, validator }: KindSchema): string[] {
  const nodes = [...walkStructure(schema, metadata, resolve, 'metadata')];
  return [
    ...valueProblems(validator(), metadata, 'metadata').map(({ text }) => text),
    ...nodes.flatMap(unknownFieldProblems),
  ];
}

function nameProblems(document: JsonObject, metadata: JsonObject): string[] {
  const { name, generateName, namespace } = metadata;
  const problems: string[] = [];
  if (name === undefined && generateName === undefined)
    problems.push('metadata.name: name or generateName is required');
  if (typeof name === 'string') {
    const refused = refusedName(document, name);
    if (refused !== undefined) problems.push(`metadata.name: ${refused}, got "${name}"`);
  }
  if (typeof namespace === 'string' && !isDnsLabel(namespace)) {
    problems.push(`metadata.namespace: must be a DNS-1123 label of at most 63 characters, got "${namespace}"`);
  }
  return problems;
}

function refusedName(document: JsonObject, name: string): string | undefined {
  const apiVersion = stringAt(document, 'apiVersion') ?? '';
  const kind = stringAt(document, 'kind');
  if (apiVersion.startsWith('rbac.authorization.k8s.io/')) {
    return name === '' || name === '.' || name === '..' || /[/%]/.test(name) ? 'must be a path segment' : undefined;
  }
  if (apiVersion === 'v1' && kind === 'Service') {
    return name.length <= 63 && dns1035Label.test(name)
      ? undefined
      : 'must be a DNS-1035 label of at most 63 characters';
  }
  if (apiVersion === 'v1' && kind === 'Namespace') {
    return isDnsLabel(name) ? undefined : 'must be a DNS-1123 label of at most 63 characters';
  }
  return isDnsSubdomain(name) ? undefined : 'must be a DNS-1123 subdomain of at most 253 characters';
}

function labelProblems(metadata: JsonObject, path: string): string[] {
  const { labels, annotations } = metadata;
  return [
    ...(isObject(labels) ? labelMapProblems(labels, `${path}.labels`) : notAMap(labels, `${path}.labels`)),
    ...(isObject(annotations)
      ? annotationProblems(annotations, `${path}.annotations`)
      : notAMap(annotations, `${path}.annotations`)),
  ];
}

export function labelMapProblems(labels: JsonObject, path: string): string[] {
  return Object.entries(labels).flatMap(([key, value]) => {
    const at = childPath(path, key);
    return [...keyProblems(key, at), ...labelValueProblems(value, at)];
  });
}

function labelValueProblems(value: JsonValue, path: string): string[] {
  if (typeof value !== 'string') return [`${path}: must be a string`];
  if (value.length > 63) return [`${path}: a label value has at most 63 characters, got ${value.length}`];
  return value === '' || qualifiedName.test(value) ? [] : [`${path}: not a label value: "${value}"`];
}

function annotationProblems(annotations: JsonObject, path: string): string[] {
  const entries = Object.entries(annotations);
  const size = entries.reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + textBytes(value), 0);
  const tooLong = size > annotationBytes ? [`${path}: at most ${annotationBytes} bytes, got ${size}`] : [];
  const wrong = entries.flatMap(([key, value]) => {
    const at = childPath(path, key);
    return [...keyProblems(key, at), ...(typeof value === 'string' ? [] : [`${at}: must be a string`])];
  });
  return [...tooLong, ...wrong];
}

function textBytes(value: JsonValue): number {
  return typeof value === 'string' ? Buffer.byteLength(value) : 0;
}

function keyProblems(key: string, path: string): string[] {
  const [name = '', prefix, ...rest] = key.split('/').reverse();
  const refused =
    rest.length > 0 ||
    name.length > 63 ||
    !qualifiedName.test(name) ||
    (prefix !== undefined && !isDnsSubdomain(prefix.toLowerCase()));
  return refused ? [`${path}: not a qualified name: "${key}"`] : [];
}

function notAMap(value: JsonValue | undefined, path: string): string[] {
  return value === undefined ? [] : [`${path}: must be a map of strings`];
}
