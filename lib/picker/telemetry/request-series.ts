import type { InferenceRequest } from '../scheduling/request';
import type { Family } from './family';
import type { Counter, Gauge, Histogram } from './instruments';
import { LabelCap, OTHER } from './label-cap';
import type { MetricRegistry } from './metric-registry';

/** Upstream's limits of different values. */
const MOST_MODELS = 1000;
const MOST_FAIRNESS_IDS = 1000;
/**
 * Combinations of all labels. Upstream has no limit of them, but each is 3 kB of memory and 30 kB of a page that a
 * scraper wants in seconds.
 */
const MOST_REQUEST_SERIES = 2000;

/** Instruments of requests with the same labels, found at once. */
export interface RequestSeries {
  readonly labels: readonly string[];
  readonly total: Counter;
  readonly running: Gauge;
  readonly duration: Histogram;
  readonly requestBytes: Histogram;
  readonly inputTokens: Histogram;
  readonly outputTokens: Histogram;
  readonly cachedTokens: Histogram;
  readonly normalizedTokenTime: Histogram;
  readonly tokenTime: Histogram;
  readonly firstTokenPlain: Histogram;
  readonly firstTokenStreamed: Histogram;
}

type ByPriority = Map<number, RequestSeries>;

/** Finds the instruments of a request by its labels, without making a string of them. */
export class RequestSeriesIndex {
  readonly #models = new LabelCap(MOST_MODELS);
  readonly #fairnessIds = new LabelCap(MOST_FAIRNESS_IDS);
  readonly #families;
  readonly #byLabels = new Map<string, Map<string, Map<string, ByPriority>>>();
  #size = 0;
  #others: RequestSeries | undefined;

  public constructor(registry: MetricRegistry) {
    this.#families = familiesOf(registry);
  }

  /** Exempts a model name that a rule of the pool names from the limit. */
  public allowModel(name: string): void {
    this.#models.always(name);
  }

  public of({ incomingModel, model, fairnessId, priority }: InferenceRequest): RequestSeries {
    const known = this.#byLabels.get(incomingModel)?.get(model)?.get(fairnessId)?.get(priority);
    if (known !== undefined) return known;
    const labels = [this.#models.of(incomingModel), this.#models.of(model), this.#fairnessIds.of(fairnessId)] as const;
    const [incoming, target, tenant] = labels;
    // Keyed by what the labels became: names beyond the limits are not remembered.
    const byTarget = getOrAdd(this.#byLabels, incoming, () => new Map<string, Map<string, ByPriority>>());
    const byTenant = getOrAdd(byTarget, target, () => new Map<string, ByPriority>());
    const byPriority = getOrAdd(byTenant, tenant, () => new Map<number, RequestSeries>());
    return byPriority.get(priority) ?? this.#add(byPriority, priority, labels);
  }

  #add(byPriority: ByPriority, priority: number, labels: readonly string[]): RequestSeries {
    if (this.#size >= MOST_REQUEST_SERIES) return (this.#others ??= this.#create([OTHER, OTHER, OTHER, OTHER]));
    this.#size += 1;
    const series = this.#create([...labels, String(priority)]);
    byPriority.set(priority, series);
    return series;
  }

  #create(labels: readonly string[]): RequestSeries {
    const families = this.#families;
    return {
      labels,
      total: families.total.with(...labels),
      running: families.running.with(...labels),
      duration: families.duration.with(...labels),
      requestBytes: families.requestBytes.with(...labels),
      inputTokens: families.inputTokens.with(...labels),
      outputTokens: families.outputTokens.with(...labels),
      cachedTokens: families.cachedTokens.with(...labels),
      normalizedTokenTime: families.normalizedTokenTime.with(...labels),
      tokenTime: families.tokenTime.with(...labels),
      firstTokenPlain: families.firstToken.with(...labels, 'false'),
      firstTokenStreamed: families.firstToken.with(...labels, 'true'),
    };
  }
}

interface RequestFamilies {
  readonly total: Family<Counter>;
  readonly running: Family<Gauge>;
  readonly duration: Family<Histogram>;
  readonly requestBytes: Family<Histogram>;
  readonly inputTokens: Family<Histogram>;
  readonly outputTokens: Family<Histogram>;
  readonly cachedTokens: Family<Histogram>;
  readonly normalizedTokenTime: Family<Histogram>;
  readonly tokenTime: Family<Histogram>;
  readonly firstToken: Family<Histogram>;
}

function familiesOf(registry: MetricRegistry): RequestFamilies {
  return {
    total: registry.counter('request_total'),
    running: registry.gauge('request_running'),
    duration: registry.histogram('request_duration_seconds'),
    requestBytes: registry.histogram('request_size_bytes'),
    inputTokens: registry.histogram('request_input_tokens'),
    outputTokens: registry.histogram('request_output_tokens'),
    cachedTokens: registry.histogram('request_cached_tokens'),
    normalizedTokenTime: registry.histogram('request_ntpot_seconds'),
    tokenTime: registry.histogram('request_streaming_tpot_seconds'),
    firstToken: registry.histogram('request_ttft_seconds'),
  };
}

function getOrAdd<K, V>(map: Map<K, V>, key: K, create: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const value = create();
  map.set(key, value);
  return value;
}
