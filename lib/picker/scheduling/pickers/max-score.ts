import type { PluginFactory } from '../plugin-factory';
import { maxNumOfEndpoints } from './max-num-of-endpoints';
import type { Picker } from '../plugin';
import { takeTop } from './take-top';

/** Takes the endpoints with the highest totals; among equals chance decides. */
export function maxScorePicker(name: string, maxNumOfEndpoints: number): Picker {
  return {
    type: 'max-score-picker',
    name,
    kind: 'picker',
    pick: (context, candidates, totals) => takeTop(candidates, totals, maxNumOfEndpoints, context.random),
  };
}

export const MAX_SCORE: PluginFactory<Picker> = {
  type: 'max-score-picker',
  create: (name, parameters) => maxScorePicker(name, maxNumOfEndpoints(parameters)),
};
