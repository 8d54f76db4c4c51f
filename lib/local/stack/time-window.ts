import type { Percentiles } from '../admin/state';

/** Values of the last seconds. */
export class TimeWindow {
  readonly #times: number[] = [];
  readonly #values: number[] = [];
  /** Entries before this one are over; they are dropped in bulk. */
  #first = 0;

  /** `lengthMs`: how long a value counts. */
  public constructor(private readonly lengthMs: number) {}

  public add(now: number, value: number): void {
    this.#times.push(now);
    this.#values.push(value);
    this.#expire(now);
  }

  /** The values that count at `now`, oldest first. */
  public values(now: number): readonly number[] {
    this.#expire(now);
    return this.#values.slice(this.#first);
  }

  public sum(now: number): number {
    return this.values(now).reduce((sum, value) => sum + value, 0);
  }

  #expire(now: number): void {
    while (this.#first < this.#times.length && (this.#times[this.#first] ?? 0) <= now - this.lengthMs) this.#first++;
    if (this.#first < 1024 || this.#first < this.#times.length / 2) return;
    this.#times.splice(0, this.#first);
    this.#values.splice(0, this.#first);
    this.#first = 0;
  }
}

/** Percentiles by the nearest rank. */
export function percentilesOf(values: readonly number[]): Percentiles {
  const sorted = Float64Array.from(values).sort();
  const rank = (part: number): number | undefined => sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)];
  return { p50: rank(0.5), p90: rank(0.9), p99: rank(0.99) };
}
