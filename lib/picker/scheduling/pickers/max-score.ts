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
