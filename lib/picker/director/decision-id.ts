import type { Clock, Random } from '../time';

/** Digits `0` to `9` and `a` to `v`, whose order is that of their codes. */
const BASE = 32;
const TIME_DIGITS = 9;
const COUNT_DIGITS = 3;
const PROCESS_DIGITS = 4;
const MOST_A_MILLISECOND = BASE ** COUNT_DIGITS;

/**
 * Makes ids of 16 characters in ascending order: 9 of the wall time in ms, 3 of a count within it, 4 that are random for
 * each process. Unique in a process even when its clock is set back; two processes clash once in a million at most.
 */
export function decisionIds(clock: Pick<Clock, 'wallTime'>, random: Random): () => string {
  const replica = digits(Math.floor(random() * BASE ** PROCESS_DIGITS), PROCESS_DIGITS);
  let time = 0;
  let prefix = '';
  let count = 0;
  return () => {
    const now = Math.floor(clock.wallTime());
    count++;
    if (now > time || count >= MOST_A_MILLISECOND) {
      time = Math.max(now, time + 1);
      prefix = digits(time, TIME_DIGITS);
      count = 0;
    }
    return prefix + digits(count, COUNT_DIGITS) + replica;
  };
}

function digits(value: number, count: number): string {
  return value.toString(BASE).padStart(count, '0');
}
