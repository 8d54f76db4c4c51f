import type { PluginFactory } from '../plugin-factory';
import type { Decider } from './decider';

/** Says yes to every request. */
export function alwaysDecider(name: string): Decider {
  return { type: 'always-disagg-pd-decider', name, kind: 'decider', disaggregate: () => true };
}

export const ALWAYS: PluginFactory<Decider> = {
  type: 'always-disagg-pd-decider',
  create: (name) => alwaysDecider(name),
};
