import { LoraLabels } from '../../core/engine-metrics';
import { VLLM_METRICS } from '../../core/metric-names';
import type { MetricFacts } from '../../core/picker/metrics/metric-facts';
import { KV_BLOCK_TOKENS } from '../../core/serving-cost/engine';
import { expose } from '../../picker/telemetry/exposition';
import { Family } from '../../picker/telemetry/family';
import { Counter, Gauge, Histogram, type Instrument } from '../../picker/telemetry/instruments';
import type { Engine, EngineObserver, ServedRequest } from './engine';
import { finishReason } from './generation';

const SECONDS = [
  0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160, 640, 2560,
];
const TOKEN_SECONDS = [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80];
const TOKENS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000];

/** Labels of every series of an engine. */
const ENGINE_LABELS = ['model_name', 'engine'];

const gauge = (help: string): MetricFacts => ({ type: 'gauge', help, labels: ENGINE_LABELS });
const counter = (help: string, ...more: readonly string[]): MetricFacts => {
  return { type: 'counter', help, labels: [...ENGINE_LABELS, ...more] };
};
const histogram = (help: string, buckets: readonly number[]): MetricFacts => {
  return { type: 'histogram', help, labels: ENGINE_LABELS, buckets };
};

/** Series that are kept of a metric at most: a server has one engine and two reasons to finish. */
const MOST_SERIES = 16;

/** The metrics of a simulated server under vLLM's names. @see https://docs.vllm.ai/en/latest/usage/metrics.html */
export class ServerMetrics implements EngineObserver {
  readonly #families: Family[] = [];
  readonly #labels: readonly [string, string];
  readonly #running = this.#gauge(VLLM_METRICS.running, 'Requests in the batch.');
  readonly #waiting = this.#gauge(VLLM_METRICS.waiting, 'Requests that wait for a place in the batch.');
  readonly #kvCacheUsage = this.#gauge(VLLM_METRICS.kvCacheUsage, 'Part of the KV cache in use, 0 to 1.');
  readonly #preemptions = this.#counter('vllm:num_preemptions_total', 'Requests that lost their place in the cache.');
  readonly #queries = this.#counter('vllm:prefix_cache_queries_total', 'Prompt tokens that were looked for.');
  readonly #hits = this.#counter('vllm:prefix_cache_hits_total', 'Prompt tokens that were in the prefix cache.');
  readonly #promptTokens = this.#counter('vllm:prompt_tokens_total', 'Prompt tokens of requests that began.');
  readonly #generated = this.#counter('vllm:generation_tokens_total', 'Tokens of answers.');
  readonly #success = this.#counter('vllm:request_success_total', 'Requests that ended.', 'finished_reason');
  readonly #firstToken = this.#histogram('vllm:time_to_first_token_seconds', 'Time to first token.', SECONDS);
  readonly #tokenTime = this.#histogram(
    'vllm:request_time_per_output_token_seconds',
    'Time per output token of a request.',
    TOKEN_SECONDS,
  );
  readonly #endToEnd = this.#histogram('vllm:e2e_request_latency_seconds', 'Time of a whole request.', SECONDS);
  readonly #prompts = this.#histogram('vllm:request_prompt_tokens', 'Prompt tokens of a request.', TOKENS);
  readonly #answers = this.#histogram('vllm:request_generation_tokens', 'Tokens of an answer.', TOKENS);

  public constructor(
    private readonly limits: { readonly blocks: number; readonly prefixCaching: boolean; readonly maxLoras: number },
    modelName: string,
  ) {
    this.#labels = [modelName, '0'];
  }

  public admitted(cachedTokens: number, promptTokens: number): void {
    this.#queries.with(...this.#labels).inc(promptTokens);
    this.#hits.with(...this.#labels).inc(cachedTokens);
    this.#promptTokens.with(...this.#labels).inc(promptTokens);
  }

  public firstToken(seconds: number): void {
    this.#firstToken.with(...this.#labels).observe(seconds);
  }

  public ended(served: ServedRequest): void {
    this.#generated.with(...this.#labels).inc(served.generatedTokens);
    if (served.outcome === 'lost') return;
    const aborted = served.outcome === 'aborted';
    const reason = aborted ? 'abort' : finishReason(served.request);
    this.#success.with(...this.#labels, reason).inc();
    if (aborted) return;
    this.#endToEnd.with(...this.#labels).observe((served.endedAt - served.arrivedAt) / 1000);
    this.#prompts.with(...this.#labels).observe(served.request.promptTokens);
    this.#answers.with(...this.#labels).observe(served.generatedTokens);
    const { firstTokenAt, endedAt, generatedTokens } = served;
    if (firstTokenAt === undefined || generatedTokens < 2) return;
    this.#tokenTime.with(...this.#labels).observe((endedAt - firstTokenAt) / 1000 / (generatedTokens - 1));
  }

  /** The page of `/metrics`. `now`: seconds since 1970. */
  public page(engine: Engine, now: number): string {
    this.#running.with(...this.#labels).set(engine.running);
    this.#waiting.with(...this.#labels).set(engine.waiting);
    this.#kvCacheUsage.with(...this.#labels).set(engine.kvCacheUsage);
    this.#preemptions.with(...this.#labels).value = engine.preemptions;
    let text = '';
    for (const family of this.#families) for (const piece of expose(family, false)) text += piece;
    return text + this.#cacheInfo() + (this.limits.maxLoras === 0 ? '' : this.#loraInfo(engine, now));
  }

  #cacheInfo(): string {
    const labels = [
      `block_size="${KV_BLOCK_TOKENS}"`,
      `num_gpu_blocks="${this.limits.blocks}"`,
      `enable_prefix_caching="${this.limits.prefixCaching ? 'True' : 'False'}"`,
      `engine="${this.#labels[1]}"`,
    ];
    return infoSeries(VLLM_METRICS.cacheInfo, 'What the KV cache was started with.', labels, 1);
  }

  #loraInfo(engine: Engine, now: number): string {
    // Names that would break the list of a label are not loaded by anybody; quotes are taken out all the same.
    const list = (names: Iterable<string>): string => [...names].map((name) => name.replace(/["\\\n,]/g, '')).join(',');
    const labels = [
      `${LoraLabels.MAX}="${this.limits.maxLoras}"`,
      `${LoraLabels.RUNNING}="${list(engine.runningAdapters.keys())}"`,
      `${LoraLabels.WAITING}="${list(engine.waitingAdapters)}"`,
    ];
    return infoSeries(VLLM_METRICS.loraInfo, 'Adapters of running and waiting requests.', labels, now);
  }

  #gauge(name: string, help: string): Family<Gauge> {
    return this.#add(name, gauge(help), () => new Gauge());
  }

  #counter(name: string, help: string, ...labels: readonly string[]): Family<Counter> {
    return this.#add(name, counter(help, ...labels), () => new Counter());
  }

  #histogram(name: string, help: string, buckets: readonly number[]): Family<Histogram> {
    return this.#add(name, histogram(help, buckets), () => new Histogram(buckets));
  }

  #add<T extends Instrument>(name: string, facts: MetricFacts, create: () => T): Family<T> {
    const family = new Family<T>(name, facts, { create, most: MOST_SERIES, onDropped: () => undefined });
    this.#families.push(family);
    return family;
  }
}

function infoSeries(name: string, help: string, labels: readonly string[], value: number): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${name}{${labels.join(',')}} ${value}\n`;
}
