import type { Call, CallOutcome } from '../scheduling/call';
import type { InferenceRequest } from '../scheduling/request';
import type { Clock } from '../time';
import type { Family } from './family';
import type { Counter, Histogram } from './instruments';
import type { MetricRegistry } from './metric-registry';
import { type RequestSeries, RequestSeriesIndex } from './request-series';

/** Codes of requests that were routed and failed; clients that leave are counted by themselves. */
const ERROR_CODES: Readonly<Partial<Record<CallOutcome, string>>> = Object.freeze({
  'server-error': 'ModelServerError',
  evicted: 'ResourceExhausted',
  'picker-error': 'Internal',
});

/** Counts requests from their decision to their end. What it needs stands in the call. */
export class RequestMetrics {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #index: RequestSeriesIndex;
  readonly #errors: Family<Counter>;
  readonly #disconnects: Family<Counter>;
  readonly #moved: Counter;
  readonly #processing: Histogram;

  public constructor(registry: MetricRegistry, clock: Pick<Clock, 'now'>, pool: string) {
    this.#clock = clock;
    this.#index = new RequestSeriesIndex(registry);
    this.#errors = registry.counter('request_error_total');
    this.#processing = registry.histogram('request_processing_duration_seconds').with();
    this.#disconnects = registry.counter('client_disconnects_total');
    this.#moved = registry.counter('endpoints_moved_total').with(pool);
  }

  /** Exempts a model name that a rule of the pool names from the limit of different names. */
  public allowModel(name: string): void {
    this.#index.allowModel(name);
  }

  /** The picker itself answered; `request` is undefined when it was not understood. */
  public rejected(request: InferenceRequest | undefined, code: string): void {
    if (request === undefined) {
      this.#errors.with('', '', '', '', code).inc();
      return;
    }
    const series = this.#index.of(request);
    series.total.inc();
    this.#errors.with(...series.labels, code).inc();
  }

  public routed({ request }: Call): void {
    const series = this.#index.of(request);
    series.total.inc();
    series.running.add(1);
    series.requestBytes.observe(request.bodyBytes);
    this.#processing.observe((this.#clock.now() - request.receivedAt) / 1000);
  }

  public firstToken({ request }: Call, now: number): void {
    const series = this.#index.of(request);
    const histogram = request.streaming ? series.firstTokenStreamed : series.firstTokenPlain;
    histogram.observe((now - request.receivedAt) / 1000);
  }

  /** The gateway says that another endpoint served than the one chosen first. */
  public moved(): void {
    this.#moved.inc();
  }

  public finished(call: Call): void {
    const series = this.#index.of(call.request);
    series.running.add(-1);
    const { outcome } = call;
    if (outcome === 'completed') this.#completed(call, series);
    else if (outcome === 'client-disconnected') this.#disconnects.with(series.labels[0] ?? '').inc();
    else if (outcome !== undefined) this.#errors.with(...series.labels, ERROR_CODES[outcome] ?? outcome).inc();
  }

  #completed({ request, firstTokenAt, finishedAt, usage }: Call, series: RequestSeries): void {
    if (finishedAt === undefined) return;
    const seconds = (finishedAt - request.receivedAt) / 1000;
    series.duration.observe(seconds);
    if (usage?.promptTokens !== undefined) series.inputTokens.observe(usage.promptTokens);
    if (usage?.cachedTokens !== undefined) series.cachedTokens.observe(usage.cachedTokens);
    const output = usage?.outputTokens;
    if (output === undefined || output === 0) return;
    series.outputTokens.observe(output);
    series.normalizedTokenTime.observe(seconds / output);
    if (!request.streaming || firstTokenAt === undefined || output < 2) return;
    series.tokenTime.observe((finishedAt - firstTokenAt) / 1000 / (output - 1));
  }
}
