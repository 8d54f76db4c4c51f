import type { PluginFactory } from '../plugin-factory';
import { maxNumOfEndpoints } from './max-num-of-endpoints';
import type { Random } from '../../time';
import type { Endpoint } from '../endpoint';
import type { Picker } from '../plugin';

/** Takes any endpoints, each as likely as the others. */
export function randomPicker(name: string, maxNumOfEndpoints: number): Picker {
  return {
    type: 'random-picker',
    name,
    kind: 'picker',
    pick: (context, candidates) => takeAny(candidates, maxNumOfEndpoints, context.random),
  };
}

/** `count` different candidates in random order. */
export function takeAny(candidates: readonly Endpoint[], count: number, random: Random): readonly Endpoint[] {
  const taken: Endpoint[] = [];
  const wanted = Math.min(count, candidates.length);
  // The candidates that are taken stand in the way of those after them: step over each.
  const positions: number[] = [];
  while (taken.length < wanted) {
    let at = Math.floor(random() * (candidates.length - taken.length));
    for (const position of positions) if (at >= position) at++;
    positions.push(at);
    positions.sort((a, b) => a - b);
    const endpoint = candidates[at];
    if (endpoint !== undefined) taken.push(endpoint);
  }
  return taken;
}

export const RANDOM: PluginFactory<Picker> = {
  type: 'random-picker',
  create: (name, parameters) => randomPicker(name, maxNumOfEndpoints(parameters)),
};
