import type { Release } from '../../picker/time';
import type { Timing } from '../model-server/engine';

/** Calls again and again, until released. */
export function every(timing: Timing, ms: number, call: () => void): Release {
  let release: Release;
  const again = (): Release =>
    timing.after(ms, () => {
      release = again();
      call();
    });
  release = again();
  return () => {
    release();
  };
}
