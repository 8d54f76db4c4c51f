const UNIT_MS: Readonly<Record<string, number>> = Object.freeze({
  H: 3_600_000,
  M: 60_000,
  S: 1000,
  m: 1,
  u: 1e-3,
  n: 1e-6,
});

/** Longest delay of a timer of Node.js; more would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Milliseconds of a `grpc-timeout` header: up to 8 digits and a unit. Undefined when there is none or it is no such. */
export function parseGrpcTimeout(header: string | readonly string[] | undefined): number | undefined {
  if (typeof header !== 'string') return undefined;
  const match = /^(\d{1,8})([HMSmun])$/.exec(header);
  if (match === null) return undefined;
  const [, digits = '', unit = ''] = match;
  return Math.min(Number(digits) * (UNIT_MS[unit] ?? 0), LONGEST_TIMER_MS);
}
