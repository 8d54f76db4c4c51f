import { fillUnknown } from './unknown';

/**
 * Turns values into scores in place: the smallest value gets 1, the largest 0, those between their share; all get 1
 * when they are equal. NaN stands for an unknown value.
 */
export function preferLeast(values: Float64Array, count: number): void {
  let least = Infinity;
  let most = -Infinity;
  for (let i = 0; i < count; i++) {
    const value = values[i] ?? NaN;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  for (let i = 0; i < count; i++) {
    const value = values[i] ?? NaN;
    if (!Number.isNaN(value)) values[i] = most > least ? (most - value) / (most - least) : 1;
  }
  fillUnknown(values, count, 1);
}
