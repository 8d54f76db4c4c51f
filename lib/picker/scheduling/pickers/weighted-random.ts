import type { PluginFactory } from '../plugin-factory';
import { maxNumOfEndpoints } from './max-num-of-endpoints';
import type { Picker } from '../plugin';
import { takeAny } from './random';
import { takeTop } from './take-top';

/**
 * Takes endpoints at random, each as likely as its total is large. Keys `U^(1/total)` whose largest are taken draw
 * without replacement by weight (Efraimidis and Spirakis, algorithm A-Res). Totals of zero come last, in any order.
 */
export function weightedRandomPicker(name: string, maxNumOfEndpoints: number): Picker {
  let keys = new Float64Array(64);
  return {
    type: 'weighted-random-picker',
    name,
    kind: 'picker',
    pick: (context, candidates, totals) => {
      const count = candidates.length;
      if (count > keys.length) keys = new Float64Array(2 * count);
      let weighted = 0;
      for (let i = 0; i < count; i++) {
        const total = totals[i] ?? 0;
        if (total > 0) weighted++;
        // The logarithm of the key: the same order, and small totals do not round to a key of zero.
        keys[i] = total > 0 ? Math.log(context.random()) / total : -Infinity;
      }
      if (weighted === 0) return takeAny(candidates, maxNumOfEndpoints, context.random);
      return takeTop(candidates, keys, maxNumOfEndpoints, context.random);
    },
  };
}

export const WEIGHTED_RANDOM: PluginFactory<Picker> = {
  type: 'weighted-random-picker',
  create: (name, parameters) => weightedRandomPicker(name, maxNumOfEndpoints(parameters)),
};
