import type { Release } from '../picker/time';

/** Calls for each signal that asks this process to end, until released. */
export type Interrupts = (call: () => void) => Release;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The signals of this process: Ctrl-C, `kill`, and the end of its terminal. */
export const processInterrupts: Interrupts = (call) => {
  for (const signal of SIGNALS) process.on(signal, call);
  return () => {
    for (const signal of SIGNALS) process.off(signal, call);
  };
};
