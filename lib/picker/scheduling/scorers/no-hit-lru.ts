import type { Json } from '../../../core/picker/config';
import type { Call } from '../call';
import type { Endpoint } from '../endpoint';
import type { Scorer, SchedulingContext } from '../plugin';
import type { PluginFactory } from '../plugin-factory';
import type { InferenceRequest } from '../request';

/** Score of every endpoint when some endpoint has the prompt's head: then this scorer has no say. */
const HIT = 0.5;
const PREFILL_PROFILE = 'prefill';
/** Position of an endpoint that got no cold request yet. */
const NEVER = -1;

/**
 * Spreads requests whose prompt no endpoint knows: prefers endpoints that got no such request yet, then those whose last
 * one is longest ago. With `n` candidates the one of rank `r` gets `1 - r / (n - 1)`.
 */
export class NoHitLruScorer implements Scorer {
  public readonly type = 'no-hit-lru-scorer';
  public readonly kind = 'scorer';
  /** Endpoints of cold requests, the longest ago first. */
  readonly #used = new Set<Endpoint>();
  /** Requests that no endpoint had the head of, until they are routed. */
  readonly #cold = new WeakSet<InferenceRequest>();
  /** Positions in the order of the candidates that a replay brought. */
  #restored: readonly number[] | undefined;

  public constructor(
    public readonly name: string,
    private readonly lruSize: number,
  ) {}

  public score(context: SchedulingContext, candidates: readonly Endpoint[], scores: Float64Array): void {
    const count = candidates.length;
    if (candidates.some((endpoint) => context.matchedBlocks(endpoint) > 0)) {
      scores.fill(HIT, 0, count);
      return;
    }
    this.#cold.add(context.request);
    const positions = this.#restored ?? this.#positions(candidates);
    let unused = 0;
    for (const position of positions) if (position === NEVER) unused++;
    let rankOfUnused = 0;
    for (let i = 0; i < count; i++) {
      const position = positions[i] ?? NEVER;
      const rank = position === NEVER ? rankOfUnused++ : unused + position;
      scores[i] = count === 1 ? 1 : Math.max(0, 1 - rank / (count - 1));
    }
  }

  public routed(call: Call): void {
    if (!this.#cold.has(call.request)) return;
    for (const { profile, endpoint } of call.targets) {
      if (profile === call.primary.profile || profile === PREFILL_PROFILE) this.#use(endpoint);
    }
  }

  public moved(call: Call): void {
    if (this.#cold.has(call.request)) this.#use(call.primary.endpoint);
  }

  public endpointRemoved(endpoint: Endpoint): void {
    this.#used.delete(endpoint);
  }

  public capture(_context: SchedulingContext, candidates: readonly Endpoint[]): Json {
    return this.#positions(candidates);
  }

  public restore(state: Json): void {
    this.#restored = Array.isArray(state) ? state.map(Number) : undefined;
  }

  public explain(_context: SchedulingContext, endpoint: Endpoint): Readonly<Record<string, number>> {
    const [position = NEVER] = this.#positions([endpoint]);
    return { position };
  }

  #use(endpoint: Endpoint): void {
    this.#used.delete(endpoint);
    this.#used.add(endpoint);
    const [oldest] = this.#used;
    if (this.#used.size > this.lruSize && oldest !== undefined) this.#used.delete(oldest);
  }

  #positions(candidates: readonly Endpoint[]): number[] {
    if (this.#used.size === 0) return candidates.map(() => NEVER);
    const bySlot: number[] = [];
    let next = 0;
    for (const { slot } of this.#used) bySlot[slot] = next++;
    return candidates.map((endpoint) => (this.#used.has(endpoint) ? (bySlot[endpoint.slot] ?? NEVER) : NEVER));
  }
}

export const NO_HIT_LRU: PluginFactory<Scorer> = {
  type: 'no-hit-lru-scorer',
  create: (name, parameters) => new NoHitLruScorer(name, parameters.integer('lruSize', 1024, { min: 1 })),
};
