import type { Call } from '../scheduling/call';
import type { Endpoint } from '../scheduling/endpoint';
import type { ProfileTrace, ScheduleOutcome, Scheduled } from '../scheduling/outcome';
import type { InferenceRequest } from '../scheduling/request';
import type { Family } from './family';
import type { Counter, Histogram } from './instruments';
import { LabelCap } from './label-cap';
import type { MetricRegistry } from './metric-registry';

const PREFIX_PLUGIN = ['approx-prefix-cache-producer', 'approx-prefix-cache-producer'] as const;
const DISAGGREGATION_PLUGIN = ['disagg-profile-handler', 'disagg-profile-handler'] as const;
/** Upstream counts prompts in characters, and takes four for a token. */
const BYTES_PER_TOKEN = 4;
/** Model names of attempts that are told apart. */
const MOST_MODELS = 1000;

/** Counts decisions and what they found. */
export class SchedulingMetrics {
  readonly #duration: Histogram;
  readonly #fineDuration: Histogram;
  readonly #attempts: Family<Counter>;
  /** Successful attempts by endpoint, then by model: the way to a counter without making a string. */
  readonly #chosen = new Map<string, Map<string, Counter>>();
  readonly #models = new LabelCap(MOST_MODELS);
  readonly #hitRatio: Histogram;
  readonly #hitBytes: Histogram;
  readonly #disaggregation: Family<Counter>;
  readonly #rewrites: Family<Counter>;
  readonly #shadows: Family<Counter>;
  readonly #pluginFaults: Family<Counter>;

  public constructor(registry: MetricRegistry) {
    this.#duration = registry.histogram('scheduler_e2e_duration_seconds').with();
    this.#fineDuration = registry.histogram('decision_duration_seconds').with();
    this.#attempts = registry.counter('scheduler_attempts_total');
    this.#hitRatio = registry.histogram('prefix_indexer_hit_ratio').with(...PREFIX_PLUGIN);
    this.#hitBytes = registry.histogram('prefix_indexer_hit_bytes').with(...PREFIX_PLUGIN);
    this.#disaggregation = registry.counter('disagg_decision_total');
    this.#rewrites = registry.counter('model_rewrite_decisions_total');
    this.#shadows = registry.counter('shadow_decisions_total');
    this.#pluginFaults = registry.counter('plugin_faults_total');
  }

  /** Shows the size of the prefix index, in blocks, whenever metrics are read. */
  public static watchPrefixIndex(registry: MetricRegistry, blocks: () => number): void {
    const gauge = registry.gauge('prefix_indexer_size').with(...PREFIX_PLUGIN);
    registry.onCollect(() => {
      gauge.set(blocks());
    });
  }

  /** A decision was made in so many milliseconds. */
  public decided(request: InferenceRequest, outcome: ScheduleOutcome, tookMs: number): void {
    this.#duration.observe(tookMs / 1000);
    this.#fineDuration.observe(tookMs / 1000);
    const [first] = outcome.kind === 'scheduled' ? outcome.endpoints : [];
    if (first === undefined) this.#attempts.with('failure', this.#models.of(request.model), '', '', '').inc();
    else this.#success(first, request.model).inc();
  }

  /** Compares what shadow profiles chose with what was done. */
  public compared(outcome: ScheduleOutcome, profiles: readonly ProfileTrace[]): void {
    const [done] = outcome.kind === 'scheduled' ? outcome.endpoints : [];
    for (const { shadow, profile, picked } of profiles) {
      if (shadow) this.#shadows.with(profile, String(picked[0] === done)).inc();
    }
  }

  public routed({ primary, request }: Call, { decisionType }: Scheduled): void {
    if (request.prompt.hashes.length > 0) {
      this.#hitRatio.observe(primary.matchedBlocks / request.prompt.hashes.length);
      // The last block may be a partial one, so that full blocks would be more than the prompt.
      const tokens = Math.min(primary.matchedBlocks * request.prompt.blockTokens, request.promptTokens);
      this.#hitBytes.observe(tokens * BYTES_PER_TOKEN);
    }
    if (decisionType === undefined) return;
    this.#disaggregation.with(...DISAGGREGATION_PLUGIN, this.#models.of(request.model), decisionType).inc();
  }

  /** A rule replaced the model name of a request. */
  public rewritten(rule: string, from: string, to: string): void {
    this.#rewrites.with(rule, this.#models.of(from), this.#models.of(to)).inc();
  }

  public pluginFault(plugin: string, kind: string): void {
    this.#pluginFaults.with(plugin, kind).inc();
  }

  /** Forgets the series of an endpoint that is gone. */
  public endpointRemoved(endpoint: Endpoint): void {
    this.#chosen.delete(endpoint.id);
    const { podName, namespace, port } = endpoint;
    this.#attempts.forgetWhere(
      ([, , pod, space, number]) => pod === podName && space === namespace && number === String(port),
    );
  }

  #success({ id, podName, namespace, port }: Endpoint, model: string): Counter {
    const known = this.#chosen.get(id)?.get(model);
    if (known !== undefined) return known;
    const label = this.#models.of(model);
    const byModel = this.#chosen.get(id) ?? new Map<string, Counter>();
    const counter = this.#attempts.with('success', label, podName, namespace, String(port));
    byModel.set(label, counter);
    this.#chosen.set(id, byModel);
    return counter;
  }
}
