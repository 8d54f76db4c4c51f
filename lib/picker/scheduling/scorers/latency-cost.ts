import type { Json } from '../../../core/picker/config';
import type { Call } from '../call';
import type { Endpoint } from '../endpoint';
import type { PluginFactory } from '../plugin-factory';
import type { SchedulingContext, Scorer } from '../plugin';
import { type CostTerms, type CostWeights, costOf, DEFAULT_WEIGHTS, noTerms } from './latency/cost';
import { PodBooks } from './latency/pod-books';
import { fromJson, toJson, type RecordedState } from './latency/pod-view';
import { foldKey, placeOf } from './latency/rendezvous';

/** How the scorer weighs. */
export interface LatencyCostSettings extends CostWeights {
  /** Costs that differ by less than this part count as equal. */
  readonly nearTie: number;
}

/**
 * Prefers the endpoint that is expected to cost the least time: this request's until its first token, and that of the
 * requests beside and after it. What it knows of the endpoints' speeds it learns from the answers that pass. The
 * cheapest endpoint gets 1, one that costs twice as much 0.5.
 */
export class LatencyCostScorer implements Scorer {
  public readonly type = 'latency-cost-scorer';
  public readonly kind = 'scorer';
  readonly #books = new PodBooks();
  readonly #terms: CostTerms = noTerms();
  readonly #settings: LatencyCostSettings;
  #restored: RecordedState | undefined;

  public constructor(
    public readonly name: string,
    settings: LatencyCostSettings,
  ) {
    this.#settings = settings;
  }

  public score(context: SchedulingContext, candidates: readonly Endpoint[], scores: Float64Array): void {
    const restored = this.#restored;
    const books = this.#books;
    const pool = restored?.pool ?? books.pool(context);
    const adapter = pool.isAdapter ? context.request.model : undefined;
    const key = tieKey(context, candidates);
    const { nearTie } = this.#settings;
    let least = Infinity;
    let i = 0;
    for (const endpoint of candidates) {
      const book = books.view(context, endpoint, adapter);
      const pod = restored?.pods[i] ?? book;
      const cost = costOf(context, endpoint, pod, pool, this.#settings, this.#terms);
      const spread = cost * (1 + nearTie * placeOf(key, book.hash));
      scores[i++] = spread;
      if (spread < least) least = spread;
    }
    for (let j = 0; j < i; j++) scores[j] = least / (scores[j] ?? 1);
  }

  public routed(call: Call, now: number): void {
    this.#books.routed(call, now);
  }

  public moved(call: Call, _from: Endpoint, now: number): void {
    this.#books.moved(call, now);
  }

  public firstToken(call: Call, now: number): void {
    this.#books.firstToken(call, now);
  }

  public finished(call: Call, now: number): void {
    this.#books.finished(call, now);
  }

  public endpointRemoved(endpoint: Endpoint): void {
    this.#books.removed(endpoint);
  }

  public capture(context: SchedulingContext, candidates: readonly Endpoint[]): Json {
    const pool = this.#books.pool(context);
    const adapter = pool.isAdapter ? context.request.model : undefined;
    return toJson(
      pool,
      candidates.map((endpoint) => this.#books.view(context, endpoint, adapter)),
    );
  }

  public restore(state: Json): void {
    this.#restored = fromJson(state);
  }

  public explain(context: SchedulingContext, endpoint: Endpoint): Readonly<Record<string, number>> {
    const terms = noTerms();
    const pool = this.#books.pool(context);
    const pod = this.#books.view(context, endpoint, pool.isAdapter ? context.request.model : undefined);
    costOf(context, endpoint, pod, pool, this.#settings, terms);
    return { ...terms };
  }
}

/**
 * Number that equal prompts share at the first block that no candidate knows: pickers that know the same common prefixes
 * then prefer the same pods for a new conversation, though neither sees what the other sends.
 */
function tieKey(context: SchedulingContext, candidates: readonly Endpoint[]): number {
  const { hashes } = context.request.prompt;
  if (hashes.length === 0) return foldKey(Math.floor(context.random() * 2 ** 32));
  let known = 0;
  for (const endpoint of candidates) {
    const matched = context.matchedBlocks(endpoint);
    if (matched > known) known = matched;
  }
  return foldKey(hashes[Math.min(known, hashes.length - 1)] ?? 0);
}

export const LATENCY_COST: PluginFactory<Scorer> = {
  type: 'latency-cost-scorer',
  create: (name, parameters) =>
    new LatencyCostScorer(name, {
      running: parameters.number('runningWeight', DEFAULT_WEIGHTS.running, { min: 0 }),
      eviction: parameters.number('evictionWeight', DEFAULT_WEIGHTS.eviction, { min: 0 }),
      decode: parameters.number('decodeWeight', DEFAULT_WEIGHTS.decode, { min: 0 }),
      nearTie: parameters.number('nearTie', 0.02, { min: 0 }),
    }),
};
