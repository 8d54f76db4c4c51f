import type { Random } from '../../picker/time';
import { exponential } from '../random';

/** How the rate of new sessions changes: a factor around 1, and its highest value. */
export interface ArrivalPattern {
  readonly factor: (atMs: number) => number;
  readonly highest: number;
}

/** The same rate all the time. */
export const STEADY: ArrivalPattern = { factor: () => 1, highest: 1 };

/** Every `periodMs` a burst of `lengthMs` at `height` times the mean rate; the rate between keeps the mean at 1. */
export function bursts(periodMs: number, lengthMs: number, height: number): ArrivalPattern {
  const part = lengthMs / periodMs;
  const low = Math.max(0, (1 - height * part) / (1 - part));
  return { factor: (at) => (at % periodMs < lengthMs ? height : low), highest: Math.max(height, low) };
}

/** A wave around the mean rate: the day of a service, shortened to `periodMs`. */
export function wave(periodMs: number, amplitude: number): ArrivalPattern {
  return { factor: (at) => 1 + amplitude * Math.sin((2 * Math.PI * at) / periodMs), highest: 1 + amplitude };
}

/** Times of a Poisson process whose rate follows a pattern, ms, without end. */
export function* arrivalTimes(random: Random, perSecond: number, pattern: ArrivalPattern): Generator<number> {
  for (let at = 0; ;) {
    at += exponential(random, 1000 / (perSecond * pattern.highest));
    if (random() * pattern.highest <= pattern.factor(at)) yield at;
  }
}
