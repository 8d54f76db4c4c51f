import type { MetricFacts } from '../../core/picker/metrics/metric-facts';
import type { Instrument } from './instruments';

/** One instrument and the values of its labels. */
export interface Series<T extends Instrument = Instrument> {
  readonly labels: readonly string[];
  readonly instrument: T;
}

/** Between values in a key; no label value that a client can send has it. */
const SEPARATOR = '\u0000';

/** A metric with all its series. */
export class Family<T extends Instrument = Instrument> {
  readonly #series = new Map<string, Series<T>>();
  readonly #create: () => T;
  readonly #onDropped: () => void;
  readonly #most: number;
  /** Takes what belongs to series that were not kept. */
  readonly #overflow: T;

  public constructor(
    /** With its prefix. */
    public readonly name: string,
    public readonly facts: MetricFacts,
    options: { readonly create: () => T; readonly most: number; readonly onDropped: () => void },
  ) {
    this.#create = options.create;
    this.#most = options.most;
    this.#onDropped = options.onDropped;
    this.#overflow = options.create();
    if (facts.labels.length === 0) this.with();
  }

  public get size(): number {
    return this.#series.size;
  }

  public series(): Iterable<Series<T>> {
    return this.#series.values();
  }

  /** The instrument for the values of the labels; keep it where it is used often. */
  public with(...labels: readonly string[]): T {
    const key = labels.join(SEPARATOR);
    const known = this.#series.get(key);
    if (known !== undefined) return known.instrument;
    if (this.#series.size >= this.#most) {
      this.#onDropped();
      return this.#overflow;
    }
    const instrument = this.#create();
    this.#series.set(key, { labels, instrument });
    return instrument;
  }

  public forget(...labels: readonly string[]): void {
    this.#series.delete(labels.join(SEPARATOR));
  }

  /** Forgets all series. */
  public clear(): void {
    this.#series.clear();
  }

  /** Forgets the series that a condition on their labels' values holds for. */
  public forgetWhere(condition: (labels: readonly string[]) => boolean): void {
    for (const [key, { labels }] of this.#series) if (condition(labels)) this.#series.delete(key);
  }
}
