import { NodeLabels, GPU_RESOURCE } from '../../core/labels';
import { type Fields, fieldsAt, labelsAt, listAt, numberAt, textAt, textsAt } from './fields';
import type { ManifestObject } from './object';
import type { ServerDeployment } from './topology';
import { vllmSettings } from './vllm-arguments';

/** The Deployment of model servers that an object is; undefined where no container starts vLLM with a model. */
export function serverDeployment(object: ManifestObject): ServerDeployment | undefined {
  const spec = fieldsAt(object.fields, 'spec');
  const template = fieldsAt(spec, 'template');
  const pod = fieldsAt(template, 'spec');
  for (const container of listAt(pod, 'containers')) {
    const settings = settingsOf(container);
    if (settings === undefined) continue;
    return {
      name: object.name,
      namespace: object.namespace,
      replicas: numberAt(spec, 'replicas') ?? 1,
      podLabels: labelsAt(fieldsAt(template, 'metadata'), 'labels'),
      settings,
      acceleratorLabel: labelsAt(pod, 'nodeSelector')[NodeLabels.ACCELERATOR],
      gpus: gpusOf(container),
      readinessPath: textAt(fieldsAt(container, 'readinessProbe', 'httpGet'), 'path') ?? '/health',
      where: object.where,
    };
  }
  return undefined;
}

function settingsOf(container: Fields): ReturnType<typeof vllmSettings> {
  const commandLine = [...textsAt(container, 'command'), ...textsAt(container, 'args')];
  const isVllm = /(^|\/)vllm/.test(textAt(container, 'image') ?? '') || /(^|\/)vllm$/.test(commandLine[0] ?? '');
  return isVllm ? vllmSettings(commandLine) : undefined;
}

function gpusOf(container: Fields): number {
  const { limits, requests } = { limits: 'limits', requests: 'requests' } as const;
  for (const kind of [limits, requests]) {
    const value = fieldsAt(container, 'resources', kind)[GPU_RESOURCE];
    if (value !== undefined) return Number(value);
  }
  return 0;
}
