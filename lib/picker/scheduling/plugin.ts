import type { Json } from '../../core/picker/config';
import type { PluginKind } from '../../core/picker/plugins';
import type { Random } from '../time';
import type { Call } from './call';
import type { Endpoint, EndpointMetrics } from './endpoint';
import type { InferenceRequest } from './request';

/** What plugins see of the moment of a decision. One object a decision; valid only while it is made. */
export interface SchedulingContext {
  readonly request: InferenceRequest;
  /** Clock time of the decision, ms. */
  readonly now: number;
  /** Randomness of this decision alone, from its recorded seed: a replay draws the same numbers. */
  readonly random: Random;
  /** Metrics read recently enough to be believed; undefined for an endpoint that must not be taken for an idle one. */
  metrics(endpoint: Endpoint): EndpointMetrics | undefined;
  /** Blocks at the head of the prompt that the endpoint probably has in its cache, contiguous from the first. */
  matchedBlocks(endpoint: Endpoint): number;
  /** Prompt tokens that the endpoint would have to compute. */
  uncachedTokens(endpoint: Endpoint): number;
  /** Picks of the profiles that ran before this one, by profile name. */
  readonly picked: ReadonlyMap<string, readonly Endpoint[]>;
}

/** What every plugin may do. All hooks are synchronous and must not throw. */
export interface Plugin {
  /** Type in the configuration, such as `queue-scorer`. */
  readonly type: string;
  /** Name that profiles refer to. */
  readonly name: string;
  /** Called once the request was given to an endpoint. */
  routed?(call: Call, now: number): void;
  /** Called when the gateway says that another endpoint served than the one chosen first. */
  moved?(call: Call, from: Endpoint, now: number): void;
  /** Headers to set on the answer, lower case; called with the answer's headers, after `moved`. */
  answerHeaders?(call: Call): readonly (readonly [string, string])[];
  /** Called with the first byte of the answer's body. */
  firstToken?(call: Call, now: number): void;
  /** Called when the request ended, for whatever reason; exactly once for every `routed`. */
  finished?(call: Call, now: number): void;
  /** Called when an endpoint is gone: forget what is kept for its slot. */
  endpointRemoved?(endpoint: Endpoint): void;
  /** State that this decision's scores depend on beside the context, for the decision's record. */
  capture?(context: SchedulingContext, candidates: readonly Endpoint[]): Json;
  /** Takes the place of the state for a replay, with what `capture` returned. */
  restore?(state: Json, candidates: readonly Endpoint[]): void;
  /** One value an endpoint for people who ask why: `/debug/decisions` shows them beside the score. */
  explain?(context: SchedulingContext, endpoint: Endpoint): Readonly<Record<string, number | string>>;
}

/** Keeps the endpoints that may serve the request, in their order. Returning its argument means all. */
export interface Filter extends Plugin {
  readonly kind: 'filter' | 'saturation-detector';
  filter(context: SchedulingContext, candidates: readonly Endpoint[]): readonly Endpoint[];
}

/** Says how well each endpoint suits the request. */
export interface Scorer extends Plugin {
  readonly kind: 'scorer';
  /**
   * Writes a score from 0 (avoid) to 1 (prefer) for each candidate, in their order. `scores` has at least as many
   * elements as there are candidates, all zero; values outside 0 to 1 are clamped, NaN counts as 0.
   */
  score(context: SchedulingContext, candidates: readonly Endpoint[], scores: Float64Array): void;
}

/** Chooses from weighted sums of scores. */
export interface Picker extends Plugin {
  readonly kind: 'picker';
  /** The choice, best first; what follows the first is the gateway's fallback list. Never empty for candidates. */
  pick(context: SchedulingContext, candidates: readonly Endpoint[], totals: Float64Array): readonly Endpoint[];
}

/** Decides which profiles run, and what their picks mean. */
export interface ProfileHandler extends Plugin {
  readonly kind: 'profile-handler';
  /** Name of the profile to run next; undefined when there is none left. */
  next(context: SchedulingContext, profiles: readonly string[]): string | undefined;
  /** Which profile's pick serves the request, and headers that name the others. */
  conclude(context: SchedulingContext): ProfileConclusion;
}

/** Outcome of a profile handler. */
export interface ProfileConclusion {
  /** Profile whose endpoints go to the gateway; undefined when it has none, which rejects the request. */
  readonly primary: string | undefined;
  /** Request headers to set, lower case; a client's own values of them are removed. */
  readonly setHeaders: readonly (readonly [string, string])[];
  /** Request headers to remove, lower case. */
  readonly removeHeaders: readonly string[];
  /** What was decided, for metrics: `decode-only`, `prefill-decode`; undefined without disaggregation. */
  readonly decisionType?: string;
  /** Why there is no primary, for the client; a general text without it. */
  readonly failure?: string;
}

/** Any plugin that stands in a profile or handles profiles. */
export type SchedulingPlugin = Filter | Scorer | Picker | ProfileHandler;

/** A plugin of any kind; kinds that scheduling does not call have contracts of their own. */
export interface OtherPlugin extends Plugin {
  readonly kind: Exclude<PluginKind, 'filter' | 'scorer' | 'picker' | 'profile-handler'>;
}
