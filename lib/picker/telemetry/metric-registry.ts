import { fullName, metricFacts, type MetricName, type MetricOfType } from '../../core/picker/metrics/metric-table';
import { expose } from './exposition';
import { Family } from './family';
import { Counter, Gauge, Histogram, type Instrument } from './instruments';

/** Series of one metric that are kept at most: labels have values of clients, and memory has an end. */
export const MOST_SERIES = 10_000;

/** Holds the metrics that are in use, and shows them. */
export class MetricRegistry {
  readonly #families = new Map<MetricName, Family>();
  readonly #collectors: (() => void)[] = [];
  readonly #most: number;

  public constructor(most: number = MOST_SERIES) {
    this.#most = most;
  }

  public counter(metric: MetricOfType<'counter'>): Family<Counter> {
    return this.#add(metric, () => new Counter());
  }

  public gauge(metric: MetricOfType<'gauge'>): Family<Gauge> {
    return this.#add(metric, () => new Gauge());
  }

  public histogram(metric: MetricOfType<'histogram'>): Family<Histogram> {
    const { buckets = [] } = metricFacts(metric);
    return this.#add(metric, () => new Histogram(buckets));
  }

  /** Has a function called before metrics are shown, to set gauges that nobody needs in between. */
  public onCollect(collect: () => void): void {
    this.#collectors.push(collect);
  }

  /**
   * All metrics in Prometheus' text format, in pieces, so that others may run in between. `legacy` adds the older names.
   */
  public *pages(legacy: boolean): Generator<string> {
    for (const collect of this.#collectors) collect();
    for (const family of this.#families.values()) yield* expose(family, legacy);
  }

  #add<T extends Instrument>(metric: MetricName, create: () => T): Family<T> {
    if (this.#families.has(metric)) throw new Error(`metric ${metric} is in use already`);
    const family = new Family(fullName(metric), metricFacts(metric), {
      create,
      most: this.#most,
      onDropped: this.#dropped,
    });
    this.#families.set(metric, family);
    return family;
  }

  #lost: Counter | undefined;

  readonly #dropped = (): void => {
    this.#lost ??= this.counter('dropped_series_total').with();
    this.#lost.inc();
  };
}
