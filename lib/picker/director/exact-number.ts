/** A number in JSON, bit by bit: JSON itself has neither infinities nor NaN nor a negative zero. */
export type ExactNumber = number | 'Infinity' | '-Infinity' | 'NaN' | '-0';

/** What stands for a number in JSON. `JSON.stringify` writes enough digits of all others to read the same number. */
export function exact(value: number): ExactNumber {
  if (Number.isNaN(value)) return 'NaN';
  if (value === Infinity) return 'Infinity';
  if (value === -Infinity) return '-Infinity';
  return Object.is(value, -0) ? '-0' : value;
}

/** The number that stands in JSON; NaN for what is none. */
export function inexact(value: ExactNumber): number {
  return Number(value);
}

/** The same for numbers that may be unknown: JSON has null for them. */
export function exactOrNull(value: number | undefined): ExactNumber | null {
  return value === undefined ? null : exact(value);
}

/** The opposite of `exactOrNull`. */
export function inexactOrUndefined(value: ExactNumber | null): number | undefined {
  return value === null ? undefined : inexact(value);
}
