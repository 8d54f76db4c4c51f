import type { Endpoint } from './endpoint';
import type { InferenceRequest } from './request';

/** How a call ended. */
export type CallOutcome = 'completed' | 'client-disconnected' | 'server-error' | 'evicted' | 'picker-error';

/** Token counts that the server reported at the end of its answer. */
export interface Usage {
  readonly promptTokens: number | undefined;
  readonly outputTokens: number | undefined;
  readonly cachedTokens: number | undefined;
}

/** Where one profile sent the request. */
export interface CallTarget {
  readonly profile: string;
  readonly endpoint: Endpoint;
  /** Prompt blocks that the endpoint had at the time, by the picker's index. */
  readonly matchedBlocks: number;
  /** Prompt tokens that it had to compute, by the picker's estimate. */
  readonly uncachedTokens: number;
}

/** A request after it was given to an endpoint. Plugins read it; the director alone writes. */
export interface Call {
  readonly request: InferenceRequest;
  /** Id of the decision, also in the answer's header. */
  readonly decisionId: string;
  /** Where the answer comes from. Another endpoint than chosen when the gateway fell back. */
  readonly primary: CallTarget;
  /** Every target, the primary included: with disaggregation the prefill pod too. */
  readonly targets: readonly CallTarget[];
  readonly routedAt: number;
  readonly firstTokenAt: number | undefined;
  /** Set from the end on. */
  readonly finishedAt: number | undefined;
  readonly outcome: CallOutcome | undefined;
  /** HTTP status of the answer. */
  readonly status: number | undefined;
  readonly usage: Usage | undefined;
  /** Events of a streamed answer so far, about one a token. */
  readonly streamedEvents: number;
}
