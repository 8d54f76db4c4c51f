/** An observation above this many times what was expected counts as that: one hiccup says little about the speed. */
const MOST_EXCESS = 3;

/** A time that was observed, cut where it is far above the expected one. */
export function withoutHiccup(ms: number, expectedMs: number): number {
  return Math.min(ms, MOST_EXCESS * expectedMs);
}
