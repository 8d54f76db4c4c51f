import type { Problem } from '../problem';

/** Checks a count that a user gave. */
export function checkWholeNumber(field: string, value: number, min: number, max: number): Problem | undefined {
  if (Number.isInteger(value) && value >= min && value <= max) return undefined;
  return {
    what: `${field} ${value} is out of range`,
    why: `it is a whole number from ${min} to ${max}`,
    fix: 'use a number in that range',
  };
}
