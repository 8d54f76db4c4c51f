import { systemClock } from '../../../picker/io/clock';
import type { Timing } from '../engine';

/** The clock and the timers of this machine. */
export const systemTiming: Timing = Object.freeze({
  ...systemClock,
  after: (ms: number, call: () => void) => {
    const timer = setTimeout(call, ms);
    return () => {
      clearTimeout(timer);
    };
  },
});
