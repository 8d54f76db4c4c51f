import { Labels } from '../../core/labels';
import type { Problem } from '../../core/problem';
import { type Fields, fieldsAt, labelsAt, listAt, numberAt, textAt, textsAt } from './fields';
import type { ManifestObject } from './object';
import type { LocalPicker } from './topology';

/** Finds the picker behind a Service: the Deployment whose pods it selects, and the configuration that they mount. */
export function pickerBehind(
  service: ManifestObject,
  objects: readonly ManifestObject[],
): { readonly picker: LocalPicker | undefined; readonly problems: readonly Problem[] } {
  const selector = labelsAt(fieldsAt(service.fields, 'spec'), 'selector');
  const deployment = objects.find(
    (object) =>
      object.kind === 'Deployment' && object.namespace === service.namespace && selects(selector, podLabelsOf(object)),
  );
  if (deployment === undefined) {
    return { picker: undefined, problems: [noPods(service, selector)] };
  }
  const spec = fieldsAt(deployment.fields, 'spec');
  const pod = fieldsAt(spec, 'template', 'spec');
  const [container = {}] = listAt(pod, 'containers');
  const args = textsAt(container, 'args').map((argument) => argument.replaceAll('$(NAMESPACE)', service.namespace));
  const config = configOf(args, { deployment, pod, container }, objects);
  if ('what' in config) return { picker: undefined, problems: [config] };
  const picker: LocalPicker = {
    name: deployment.name,
    namespace: deployment.namespace,
    flavor: podLabelsOf(deployment)[Labels.FLAVOR] ?? 'unknown',
    replicas: numberAt(spec, 'replicas') ?? 1,
    args,
    ...config,
  };
  return { picker, problems: [] };
}

/** Whether every label of a selector is among the labels of a pod. An empty selector selects nothing here. */
export function selects(selector: Readonly<Record<string, string>>, labels: Readonly<Record<string, string>>): boolean {
  const wanted = Object.entries(selector);
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value);
}

/** Labels of the pods of a Deployment. */
export function podLabelsOf(object: ManifestObject): Readonly<Record<string, string>> {
  return labelsAt(fieldsAt(object.fields, 'spec', 'template', 'metadata'), 'labels');
}

interface PickerPodParts {
  readonly deployment: ManifestObject;
  readonly pod: Fields;
  readonly container: Fields;
}

function configOf(
  args: readonly string[],
  parts: PickerPodParts,
  objects: readonly ManifestObject[],
): Pick<LocalPicker, 'configText' | 'configWhere'> | Problem {
  const inline = flagValue(args, '--config-text');
  if (inline !== undefined) return { configText: inline, configWhere: `${parts.deployment.where} --config-text` };
  const file = flagValue(args, '--config-file');
  if (file === undefined) return { configText: undefined, configWhere: undefined };
  const mount = listAt(parts.container, 'volumeMounts').find((entry) => file.startsWith(`${mountPath(entry)}/`));
  const volume = listAt(parts.pod, 'volumes').find((entry) => textAt(entry, 'name') === textAt(mount ?? {}, 'name'));
  const mapName = textAt(fieldsAt(volume ?? {}, 'configMap'), 'name');
  const map = objects.find(
    ({ kind, name, namespace }) => kind === 'ConfigMap' && name === mapName && namespace === parts.deployment.namespace,
  );
  const key = file.slice(mountPath(mount ?? {}).length + 1);
  const text = map === undefined ? undefined : textAt(fieldsAt(map.fields, 'data'), key);
  if (map === undefined || text === undefined) return missingConfig(file, mapName, map, parts.deployment);
  return { configText: text, configWhere: `ConfigMap ${map.name}, ${key}` };
}

function mountPath(mount: Fields): string {
  return (textAt(mount, 'mountPath') ?? '').replace(/\/+$/, '');
}

function flagValue(args: readonly string[], flag: string): string | undefined {
  const i = args.findIndex((argument) => argument === flag || argument.startsWith(`${flag}=`));
  const found = args[i];
  if (found === undefined) return undefined;
  return found === flag ? args[i + 1] : found.slice(flag.length + 1);
}

function noPods(service: ManifestObject, selector: Readonly<Record<string, string>>): Problem {
  const labels = Object.entries(selector).map(([key, value]) => `${key}=${value}`);
  return {
    what: `Service ${service.namespace}/${service.name} (${service.where}) selects ${labels.join(',') || 'nothing'}`,
    why: 'no Deployment in the manifests has pods with these labels, so there is no endpoint picker to start',
    fix: 'give the file with the endpoint picker too',
  };
}

function missingConfig(
  file: string,
  mapName: string | undefined,
  map: ManifestObject | undefined,
  deployment: ManifestObject,
): Problem {
  const picker = `picker ${deployment.namespace}/${deployment.name} (${deployment.where})`;
  if (mapName === undefined) {
    return {
      what: `${picker} reads ${file}`,
      why: 'no ConfigMap is mounted there',
      fix: 'mount one, or drop the flag',
    };
  }
  return {
    what: `${picker} reads ${file} from ConfigMap ${mapName}`,
    why: map === undefined ? 'no ConfigMap of that name is in the manifests' : 'the ConfigMap has no such key',
    fix: 'give the file with the ConfigMap too, or synthesize again',
  };
}
