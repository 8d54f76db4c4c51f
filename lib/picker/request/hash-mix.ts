/** Changes every bit of a 32-bit number by every other one: the last step of MurmurHash3. */
export function scramble(value: number): number {
  let x = value;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}

/** Spreads the bits of a word before it goes into a lane, as MurmurHash3 does. */
export function spread(word: number): number {
  const x = Math.imul(word, 0xcc9e2d51);
  return Math.imul((x << 15) | (x >>> 17), 0x1b873593);
}

/** Takes a spread word into the first of two lanes that go their own ways. */
export function laneA(lane: number, mixed: number): number {
  const x = lane ^ mixed;
  return (Math.imul((x << 13) | (x >>> 19), 5) + 0xe6546b64) | 0;
}

/** Takes a spread word into the second lane. */
export function laneB(lane: number, mixed: number): number {
  const x = lane ^ mixed;
  return (Math.imul((x << 18) | (x >>> 14), 9) + 0x38495ab5) | 0;
}

/** A whole number below 2^53 of two lanes. */
export function number53(high: number, low: number): number {
  return (high & 0x1fffff) * 0x1_0000_0000 + (low >>> 0);
}
