import type { Random } from '../time';
import type { WeightedTarget } from './objects/inference-model-rewrite';

/**
 * Draws a target by its weight. Without any weight all are alike; beside others with one, a target without a weight is
 * never drawn. Undefined where there is no target.
 */
export function drawTarget(targets: readonly WeightedTarget[], random: Random): string | undefined {
  const total = targets.reduce((sum, { weight = 0 }) => sum + weight, 0);
  if (total === 0) return targets[Math.floor(random() * targets.length)]?.model;
  let left = random() * total;
  for (const { model, weight = 0 } of targets) {
    left -= weight;
    if (left < 0) return model;
  }
  return targets.findLast(({ weight = 0 }) => weight > 0)?.model;
}
