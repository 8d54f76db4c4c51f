import { LineCounter, parseAllDocuments } from 'yaml';
import type { Problem } from '../../core/problem';
import { type Fields, isFields } from './fields';

/** A Kubernetes object of a file of manifests. */
export interface ManifestObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  /** `default` where the manifest names none, as `kubectl apply` would take it. */
  readonly namespace: string;
  readonly fields: Fields;
  /** File and line where it starts. */
  readonly where: string;
}

/** A file and its text. */
export interface ManifestFile {
  readonly path: string;
  readonly text: string;
}

/** What a file of manifests holds. Empty documents are skipped, as kubectl skips them; a List is its items. */
export function readObjects(file: ManifestFile): {
  readonly objects: readonly ManifestObject[];
  readonly problems: readonly Problem[];
} {
  const lines = new LineCounter();
  const objects: ManifestObject[] = [];
  const problems: Problem[] = [];
  for (const document of parseAllDocuments(file.text, { lineCounter: lines })) {
    const [error] = document.errors;
    if (error !== undefined) {
      problems.push(brokenYaml(`${file.path}:${lines.linePos(error.pos[0]).line}`, error.message));
      continue;
    }
    const value: unknown = document.toJS();
    if (value === null || value === undefined) continue;
    const where = `${file.path}:${lines.linePos(document.contents?.range[0] ?? 0).line}`;
    for (const item of itemsOf(value)) {
      const object = objectOf(item, where);
      if ('what' in object) problems.push(object);
      else objects.push(object);
    }
  }
  return { objects, problems };
}

function itemsOf(value: unknown): readonly unknown[] {
  return isFields(value) && value['kind'] === 'List' && Array.isArray(value['items']) ? value['items'] : [value];
}

function objectOf(value: unknown, where: string): ManifestObject | Problem {
  const fields = isFields(value) ? value : {};
  const metadata = isFields(fields['metadata']) ? fields['metadata'] : {};
  const { apiVersion, kind } = fields;
  const { name, namespace } = metadata;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string' || typeof name !== 'string') {
    return {
      what: `${where} is no Kubernetes object`,
      why: 'apiVersion, kind and metadata.name are texts in every one',
      fix: 'give the files that cdk8s synth wrote',
    };
  }
  return { apiVersion, kind, name, namespace: typeof namespace === 'string' ? namespace : 'default', fields, where };
}

function brokenYaml(where: string, message: string): Problem {
  return { what: `${where} is not YAML`, why: message.split('\n', 1)[0] ?? message, fix: 'synthesize it again' };
}
