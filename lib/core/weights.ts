import { deepFreeze } from './freeze';
import { allOf, type Problem } from './problem';

/** Something that takes a share of the traffic. */
export interface Weighted {
  readonly name: string;
  readonly weight?: number | undefined;
}

/** Bounds of a weight, whole numbers. */
export interface WeightRange {
  readonly min: number;
  readonly max: number;
}

/** Weights of an HTTPRoute's backends; zero takes a backend out. */
export const BACKEND_WEIGHTS: WeightRange = deepFreeze({ min: 0, max: 1_000_000 });
/** Weights of a logical model's targets. */
export const TARGET_WEIGHTS: WeightRange = deepFreeze({ min: 1, max: 1_000_000 });

/** Checks the shares of a split: on all or on none, in range, and not all zero. */
export function checkWeights(field: string, items: readonly Weighted[], range: WeightRange): readonly Problem[] {
  const missing = items.filter((item) => item.weight === undefined).map((item) => `'${item.name}'`);
  if (missing.length > 0 && missing.length < items.length) {
    return [
      {
        what: `${field} ${allOf(missing)} without a weight beside others with one`,
        why: 'a target without a weight gets no traffic once another has a weight',
        fix: 'give every one of them a weight, or none',
      },
    ];
  }
  return [...outOfRange(field, items, range), ...allZero(field, items)];
}

function outOfRange(field: string, items: readonly Weighted[], range: WeightRange): readonly Problem[] {
  return items
    .filter(
      ({ weight }) => weight !== undefined && !(Number.isInteger(weight) && weight >= range.min && weight <= range.max),
    )
    .map(({ name, weight }) => ({
      what: `${field} '${name}' has weight ${weight}`,
      why: `a weight is a whole number from ${range.min} to ${range.max}`,
      fix: weight === 0 ? 'leave the target out to give it no traffic' : 'use a number in that range',
    }));
}

function allZero(field: string, items: readonly Weighted[]): readonly Problem[] {
  if (items.length === 0 || !items.every((item) => item.weight === 0)) return [];
  return [
    {
      what: `every ${field} has weight 0`,
      why: 'every request would be answered with a 503',
      fix: 'give at least one of them a weight above 0',
    },
  ];
}
