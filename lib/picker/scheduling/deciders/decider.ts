import type { Endpoint } from '../endpoint';
import type { Plugin, SchedulingContext } from '../plugin';

/** Says whether a stage of a request runs on a pod of its own. */
export interface Decider extends Plugin {
  readonly kind: 'decider';
  /** `worker` is the endpoint that will decode; undefined while it is not chosen. */
  disaggregate(context: SchedulingContext, worker: Endpoint | undefined): boolean;
}

/** Whether a plugin decides on stages. */
export function isDecider(plugin: Plugin | undefined): plugin is Decider {
  return plugin !== undefined && 'kind' in plugin && plugin.kind === 'decider' && 'disaggregate' in plugin;
}
