import { type Duration } from 'cdk8s';

/** A duration in seconds, fractions included: range checks report those where whole seconds are needed. */
export function secondsOf(duration: Duration): number {
  return duration.toSeconds({ integral: false });
}
