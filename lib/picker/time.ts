/** Time as the picker sees it. Nothing outside `io/` and `main.ts` asks the machine for it. */
export interface Clock {
  /** Monotonic milliseconds from an arbitrary start, with fractions. */
  now(): number;
  /** Milliseconds since 1970, for records that people read. */
  wallTime(): number;
}

/** Numbers in [0, 1), as `Math.random` gives them. */
export type Random = () => number;

/** Ends what it was returned by; a second call does nothing. */
export type Release = () => void;
