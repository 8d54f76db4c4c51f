import { celProblems } from './cel-rules';
import { isObject, stringAt, type JsonObject, type JsonValue } from './json-values';
import { nativeProblems } from './native-rules';
import { nestedLabelProblems, objectMetaProblems } from './object-meta';
import { podProblems } from './pod-rules';
import { kindKey, type KindSchema, type SchemaCatalog } from './schema-catalog';
import { valueProblems } from './schema-values';
import { withDefaults } from './structural-defaults';
import { listTypeProblems, unknownFieldProblems, walkStructure } from './structural-rules';

export { loadCrdSchemas, loadNativeSchemas, mergeCatalogs } from './schema-catalog';
export type { KindSchema, SchemaCatalog } from './schema-catalog';
export {
  crdsDirectory,
  describeWithSchemas,
  nativeSchemaFile,
  nativeVersions,
  newestNativeVersion,
} from './schema-locations';
export type { SchemaLocations } from './schema-locations';

/**
 * Why the API server would refuse to create the document; empty when it would accept it. Each problem names
 * the path and the rule. Stricter than the server in one point: an explicit null is refused everywhere but
 * under `nullable`, because a null in an emitted manifest is a value that a serializer has lost.
 */
export function checkManifest(document: unknown, catalog: SchemaCatalog): string[] {
  const sent: JsonValue = asSent(document);
  if (!isObject(sent)) return ['(document): must be an object'];
  const apiVersion = stringAt(sent, 'apiVersion');
  const kind = stringAt(sent, 'kind');
  if (apiVersion === undefined || kind === undefined) return ['(document): apiVersion and kind are required'];
  const found = catalog.kinds.get(kindKey(apiVersion, kind));
  if (found === undefined) return [`(document): no schema for ${kindKey(apiVersion, kind)}`];
  return [...new Set(kindProblems(sent, found, catalog))];
}

export function checkManifests(documents: readonly unknown[], catalog: SchemaCatalog): string[] {
  return documents.flatMap((document) =>
    checkManifest(document, catalog).map((problem) => `${documentName(document)}: ${problem}`),
  );
}

function kindProblems(sent: JsonObject, kind: KindSchema, catalog: SchemaCatalog): string[] {
  const document = withDefaults(kind.schema, sent, kind.resolve);
  const nodes = [...walkStructure(kind.schema, document, kind.resolve)];
  const values = valueProblems(kind.validator(), document);
  const structure = [
    ...values.map(({ text }) => text),
    ...nodes.flatMap((node) => [
      ...unknownFieldProblems(node),
      ...listTypeProblems(node),
      ...nestedLabelProblems(node),
    ]),
    ...objectMetaProblems(sent, catalog.objectMeta),
  ];
  // Past a wrong type the rules would fail for want of a sensible value; the API server stops here as well.
  if (values.some(({ blocksCel }) => blocksCel)) return structure;
  const rules = nodes.flatMap((node) => celProblems(node, kind.resolve));
  const native = kind.source === 'native' ? nativeProblems(sent) : [];
  return [...structure, ...rules, ...podProblems(sent), ...native];
}

function asSent(document: unknown): JsonValue {
  // An undefined document has no JSON at all, which the types of JSON.stringify do not say.
  return document === undefined ? null : (JSON.parse(JSON.stringify(document)) as JsonValue);
}

function documentName(document: unknown): string {
  const sent = asSent(document);
  return `${stringAt(sent, 'kind') ?? '?'}/${stringAt(sent, 'metadata', 'name') ?? '?'}`;
}
