import type { Problem } from './problem';

/** How much a request matters when the pool is full: sheddable requests are dropped first, with a 429. */
export type Criticality = 'Critical' | 'Standard' | 'Sheddable';

/**
 * Priority of each criticality in an InferenceObjective. Below zero means sheddable; the gaps leave room for
 * priorities in between.
 */
const PRIORITIES: Readonly<Record<Criticality, number>> = { Critical: 10, Standard: 0, Sheddable: -10 };

export const DEFAULT_CRITICALITY: Criticality = 'Standard';

/** The number that an InferenceObjective carries for a criticality. */
export function priorityOf(criticality: Criticality): number {
  return PRIORITIES[criticality];
}

const INT32_MIN = -(2 ** 31);
const INT32_MAX = 2 ** 31 - 1;

/** Checks a priority that a user chose. */
export function checkPriority(priority: number): Problem | undefined {
  if (Number.isInteger(priority) && priority >= INT32_MIN && priority <= INT32_MAX) return undefined;
  return {
    what: `priority ${priority} is not a 32-bit whole number`,
    why: 'InferenceObjective carries it as an int32',
    fix: 'use a whole number; below zero means sheddable',
  };
}
