import { isObject, type JsonValue, listAt, type Manifest, textAt } from './manifest';

/** Flags with which model servers take the name that clients use, or else the model itself. */
const NAME_FLAGS = ['--served-model-name', '--model', '--model-path', '--model-id'];

/**
 * A model that clients of the release can ask for: the first logical model, else the name that the first model server
 * was given.
 */
export function modelNameOf(manifests: readonly Manifest[]): string | undefined {
  const logical = manifests.flatMap(logicalNames)[0];
  return logical ?? manifests.flatMap((manifest) => containersOf(manifest).flatMap(servedNames))[0];
}

function logicalNames(manifest: Manifest): readonly string[] {
  if (manifest.kind === 'InferenceModel') return texts([textAt(manifest, 'spec', 'modelName')]);
  if (manifest.kind !== 'InferenceModelRewrite') return [];
  const matches = listAt(manifest, 'spec', 'rules').flatMap((rule) => listAt(rule, 'matches'));
  return texts(matches.map((match) => textAt(match, 'model', 'value')));
}

/** Containers of a workload: of its pod template, or of the leader where pods work in groups. */
function containersOf(manifest: Manifest): readonly JsonValue[] {
  const leader = ['spec', 'leaderWorkerTemplate', 'leaderTemplate', 'spec', 'containers'];
  return [...listAt(manifest, 'spec', 'template', 'spec', 'containers'), ...listAt(manifest, ...leader)];
}

function servedNames(container: JsonValue): readonly string[] {
  if (!isObject(container)) return [];
  const words = [...listAt(container, 'command'), ...listAt(container, 'args')].flatMap((word) =>
    typeof word === 'string' ? [word] : [],
  );
  const flagged = NAME_FLAGS.flatMap((flag) => texts([valueOf(flag, words)]));
  return [...flagged, ...texts([positional(words)])];
}

/** The value of a flag written as `--flag value` or `--flag=value`. */
function valueOf(flag: string, words: readonly string[]): string | undefined {
  const joined = words.find((word) => word.startsWith(`${flag}=`));
  if (joined !== undefined) return joined.slice(flag.length + 1);
  const index = words.indexOf(flag);
  return index < 0 ? undefined : words[index + 1];
}

/** `vllm serve MODEL`. */
function positional(words: readonly string[]): string | undefined {
  const index = words.findIndex((word, at) => word === 'serve' && /(^|\/)vllm$/.test(words[at - 1] ?? ''));
  const next = index < 0 ? undefined : words[index + 1];
  return next?.startsWith('-') === true ? undefined : next;
}

function texts(values: readonly (string | undefined)[]): readonly string[] {
  return values.filter((value): value is string => value !== undefined && value !== '');
}
