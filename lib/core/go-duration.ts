/** Milliseconds of each unit, the longest first. */
const UNITS: readonly (readonly [string, number])[] = [
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
  ['us', 1e-3],
  ['µs', 1e-3],
  ['μs', 1e-3],
  ['ns', 1e-6],
];

const TERM = /^(\d+\.?\d*|\.\d+)(ms|us|µs|μs|ns|h|m|s)/;

/**
 * Milliseconds of a duration as Go writes it: `30s`, `1m30s`, `1.5h`, `50ms`, `-1s` or `0`. Undefined for anything
 * else, such as a number without unit.
 * @see https://pkg.go.dev/time#ParseDuration
 */
export function parseGoDuration(text: string): number | undefined {
  const negative = text.startsWith('-');
  let rest = negative || text.startsWith('+') ? text.slice(1) : text;
  if (rest === '0') return 0;
  if (rest === '') return undefined;
  let milliseconds = 0;
  while (rest !== '') {
    const [term, number, unit] = TERM.exec(rest) ?? [];
    if (term === undefined) return undefined;
    const [, size = 0] = UNITS.find(([name]) => name === unit) ?? [];
    milliseconds += Number(number) * size;
    rest = rest.slice(term.length);
  }
  return negative ? -milliseconds : milliseconds;
}

/** The shortest text for a number of milliseconds, in whole units: `1m30s`, `50ms`, `0s`. */
export function formatGoDuration(milliseconds: number): string {
  if (milliseconds < 0) return `-${formatGoDuration(-milliseconds)}`;
  let rest = milliseconds;
  let text = '';
  for (const unit of ['h', 'm', 's', 'ms']) {
    const [, size = 1] = UNITS.find(([name]) => name === unit) ?? [];
    const count = unit === 'ms' ? rest : Math.floor(rest / size);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * size;
  }
  return text === '' ? '0s' : text;
}
