import type { Clock } from '../time';

/** The clock of this machine. */
export const systemClock: Clock = Object.freeze({
  now: () => performance.now(),
  wallTime: () => Date.now(),
});
