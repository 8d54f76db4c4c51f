import type { CallTarget } from '../scheduling/call';
import type { DecisionMoment } from '../scheduling/decision-context';
import type { Endpoint, EndpointMetrics } from '../scheduling/endpoint';
import type { PrefixMatcher } from '../scheduling/prefix-matcher';
import type { InferenceRequest } from '../scheduling/request';

/** Everything that a decision depends on beside request, candidates, loads and plugin states. */
export class Moment implements DecisionMoment {
  /** Matched blocks by slot. */
  readonly #matched: Int32Array;

  public constructor(
    public readonly now: number,
    public readonly seed: number,
    private readonly request: InferenceRequest,
    private readonly stalenessMs: number,
    matched: Int32Array,
  ) {
    this.#matched = matched;
  }

  /** The last reading of an endpoint's metrics, unless it is too old to be believed. */
  public metrics(endpoint: Endpoint): EndpointMetrics | undefined {
    const { metrics } = endpoint;
    return this.isFresh(metrics) ? metrics : undefined;
  }

  /** Whether a reading was recent enough at this moment. */
  public isFresh(metrics: EndpointMetrics | undefined): boolean {
    return metrics !== undefined && this.now - metrics.at <= this.stalenessMs;
  }

  public matchedBlocks(endpoint: Endpoint): number {
    return this.#matched[endpoint.slot] ?? 0;
  }

  /** An endpoint as a target of the request. */
  public target(profile: string, endpoint: Endpoint): CallTarget {
    const matchedBlocks = this.matchedBlocks(endpoint);
    const { promptTokens, prompt } = this.request;
    const uncachedTokens = Math.max(0, promptTokens - matchedBlocks * prompt.blockTokens);
    return { profile, endpoint, matchedBlocks, uncachedTokens };
  }
}

/** Asks the index once for all candidates: it may know something else by the time a record is read. */
export function matchedBySlot(
  prefixes: PrefixMatcher,
  { prompt }: InferenceRequest,
  candidates: readonly Endpoint[],
): Int32Array {
  if (prompt.hashes.length === 0) return NOTHING;
  let slots = 0;
  for (const { slot } of candidates) if (slot >= slots) slots = slot + 1;
  const matched = new Int32Array(slots);
  prefixes.match(prompt, matched);
  return matched;
}

const NOTHING = new Int32Array(0);
