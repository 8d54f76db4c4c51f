import type { Endpoint, EndpointMetrics } from './endpoint';
import type { SchedulingContext } from './plugin';
import { NO_PREFIXES, type PrefixMatcher } from './prefix-matcher';
import { Prng } from './prng';
import { type InferenceRequest, NO_PROMPT } from './request';

/** What a decision depends on beside the request, the candidates and the configuration. */
export interface DecisionMoment {
  /** Clock time of the decision, ms. */
  readonly now: number;
  /** Whole number below 2^53 that all randomness of the decision comes from. */
  readonly seed: number;
  /** Takes the place of the endpoints' own metrics; a replay gives those of the recorded decision. */
  readonly metrics?: ((endpoint: Endpoint) => EndpointMetrics | undefined) | undefined;
  /** Takes the place of the prefix index. */
  readonly matchedBlocks?: ((endpoint: Endpoint) => number) | undefined;
}

const NOTHING: InferenceRequest = Object.freeze({
  id: '',
  incomingModel: '',
  model: '',
  priority: 0,
  fairnessId: '',
  headers: new Map(),
  promptTokens: 0,
  maxOutputTokens: undefined,
  prompt: NO_PROMPT,
  bodyBytes: 0,
  streaming: false,
  objective: Object.freeze({ ttftMs: undefined, tpotMs: undefined }),
  receivedAt: 0,
});

/** The context of one decision after another: a single object, since thousands of decisions a second need none kept. */
export class DecisionContext implements SchedulingContext {
  public request = NOTHING;
  public now = 0;
  public readonly picked = new Map<string, readonly Endpoint[]>();
  readonly #prng = new Prng();
  public readonly random = this.#prng.next;
  #moment: DecisionMoment = { now: 0, seed: 0 };
  #matched = new Int32Array(64);
  /** Whether the index was asked in this decision. */
  #asked = false;
  /** Whether any element of `#matched` may be other than zero. */
  #dirty = false;

  public constructor(
    private readonly prefixes: PrefixMatcher = NO_PREFIXES,
    private readonly stalenessMs = 2000,
  ) {}

  /** Goes on to the next decision. */
  public begin(request: InferenceRequest, moment: DecisionMoment, candidates: readonly Endpoint[]): void {
    this.request = request;
    this.now = moment.now;
    this.#moment = moment;
    this.#prng.seed(moment.seed);
    this.picked.clear();
    this.#asked = false;
    let slots = 0;
    for (const { slot } of candidates) if (slot >= slots) slots = slot + 1;
    if (slots > this.#matched.length) this.#matched = new Int32Array(2 * slots);
  }

  public metrics(endpoint: Endpoint): EndpointMetrics | undefined {
    if (this.#moment.metrics !== undefined) return this.#moment.metrics(endpoint);
    const { metrics } = endpoint;
    return metrics !== undefined && this.now - metrics.at <= this.stalenessMs ? metrics : undefined;
  }

  public matchedBlocks(endpoint: Endpoint): number {
    if (this.#moment.matchedBlocks !== undefined) return this.#moment.matchedBlocks(endpoint);
    if (!this.#asked) this.#ask();
    return this.#matched[endpoint.slot] ?? 0;
  }

  public uncachedTokens(endpoint: Endpoint): number {
    const { promptTokens, prompt } = this.request;
    return Math.max(0, promptTokens - this.matchedBlocks(endpoint) * prompt.blockTokens);
  }

  #ask(): void {
    if (this.#dirty) this.#matched.fill(0);
    this.#asked = true;
    const { prompt } = this.request;
    this.#dirty = prompt.hashes.length > 0 && this.prefixes.match(prompt, this.#matched) > 0;
  }
}
