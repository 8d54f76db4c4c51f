/** Freezes a value and everything in it: a table that a caller changed would be wrong for everybody else. */
export function deepFreeze<T>(value: T): T {
  if (value === null || typeof value !== 'object' || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const child of Object.values(value)) deepFreeze(child as unknown);
  return value;
}
