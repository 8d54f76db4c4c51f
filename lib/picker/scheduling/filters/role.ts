import { Labels } from '../../../core/labels';
import type { Filter } from '../plugin';
import type { PluginFactory } from '../plugin-factory';
import { keep } from './keep';

/** Part of serving a request that a pod can do by itself. */
export type Stage = 'encode' | 'prefill' | 'decode';

/** Values of the role label that do a stage. `both` is the old name of `prefill-decode`. */
const ROLES: Readonly<Record<Stage, ReadonlySet<string>>> = {
  encode: new Set(['encode', 'encode-prefill', 'encode-prefill-decode']),
  prefill: new Set(['prefill', 'encode-prefill', 'prefill-decode', 'both', 'encode-prefill-decode']),
  decode: new Set(['decode', 'prefill-decode', 'both', 'encode-prefill-decode']),
};

/** Keeps pods whose role label names the stage; to decode is also the role of pods without the label. */
export function roleFilter(name: string, stage: Stage): Filter {
  const roles = ROLES[stage];
  const withoutLabel = stage === 'decode';
  return {
    type: `${stage}-filter`,
    name,
    kind: 'filter',
    filter: (_context, candidates) =>
      keep(candidates, ({ labels }) => {
        const role = labels[Labels.INFERENCE_ROLE];
        return role === undefined ? withoutLabel : roles.has(role);
      }),
  };
}

export const ENCODE: PluginFactory<Filter> = { type: 'encode-filter', create: (name) => roleFilter(name, 'encode') };
export const PREFILL: PluginFactory<Filter> = { type: 'prefill-filter', create: (name) => roleFilter(name, 'prefill') };
export const DECODE: PluginFactory<Filter> = { type: 'decode-filter', create: (name) => roleFilter(name, 'decode') };
