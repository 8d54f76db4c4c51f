/** A number that only grows. */
export class Counter {
  public value = 0;

  public inc(by = 1): void {
    this.value += by;
  }
}

/** A number that goes up and down. */
export class Gauge {
  public value = 0;

  public set(value: number): void {
    this.value = value;
  }

  public add(by: number): void {
    this.value += by;
  }
}

/** How often values fell into each of some ranges. */
export class Histogram {
  /** Observations in each bucket by itself, the infinite one last. */
  public readonly counts: Float64Array;
  public sum = 0;
  readonly #bounds: readonly number[];

  /** `bounds` are the upper ones, ascending and inclusive. */
  public constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.counts = new Float64Array(bounds.length + 1);
  }

  /** Counts a value; one that is no number is left out, since it would spoil the sum for good. */
  public observe(value: number): void {
    if (Number.isNaN(value)) return;
    const bounds = this.#bounds;
    let low = 0;
    let high = bounds.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((bounds[middle] ?? Infinity) < value) low = middle + 1;
      else high = middle;
    }
    this.counts[low] = (this.counts[low] ?? 0) + 1;
    this.sum += value;
  }

  /** Adds what another one of the same bounds has counted. */
  public merge(other: Histogram): void {
    other.counts.forEach((count, i) => {
      this.counts[i] = (this.counts[i] ?? 0) + count;
    });
    this.sum += other.sum;
  }
}

export type Instrument = Counter | Gauge | Histogram;
