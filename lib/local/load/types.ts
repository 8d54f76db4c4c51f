import type { Clock } from '../../picker/time';
import type { Objective, Summary } from '../../simulator/summary';
import type { Workload } from '../../simulator/request';
import type { Timing } from '../model-server/engine';

/** A model name that an endpoint answers to. */
export interface ListedModel {
  readonly id: string;
  /** Whether it is an adapter of another one. */
  readonly adapter: boolean;
  /** Longest prompt and answer together, tokens; undefined where the server does not say. */
  readonly maxTokens: number | undefined;
}

/** A request of OpenAI's chat API. */
export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  readonly maxTokens: number;
}

/** What one side of a conversation said. */
export interface ChatMessage {
  readonly role: 'user' | 'assistant';
  readonly content: string;
}

/** A complete answer. Times are those of the clock, ms. */
export interface ChatAnswer {
  readonly kind: 'answer';
  readonly text: string;
  readonly firstTokenAt: number;
  readonly finishedAt: number;
  /** Undefined where the server does not tell. */
  readonly promptTokens: number | undefined;
  readonly outputTokens: number;
  /** Prompt tokens that were in a cache; undefined where the server does not tell. */
  readonly cachedTokens: number | undefined;
}

/** No complete answer came. */
export interface ChatFailure {
  readonly kind: 'failure';
  /** A few words, equal for equal causes: they are counted. */
  readonly reason: string;
}

/** Sends a request and reads its answer to the end; rejects only when the signal aborts. */
export type SendChat = (request: ChatRequest, signal: AbortSignal) => Promise<ChatAnswer | ChatFailure>;

/** How a workload is played. */
export interface LoadOptions {
  /** What the table calls it, such as the lane. */
  readonly name: string;
  readonly workload: Workload;
  /** Time from the start in which requests are sent, seconds of the servers' time. */
  readonly seconds: number;
  readonly send: SendChat;
  /** The names that the endpoint answers to; empty where it does not list them. */
  readonly models: readonly ListedModel[];
  /**
   * Factor by which the servers are faster than real ones. Requests come that much faster, and times are given as those
   * of the servers: multiplied by it.
   * @default 1
   */
  readonly speed?: number | undefined;
  readonly objective: Objective;
  readonly timing: Timing & Clock;
  /** Ends it: what is under way is given up and not counted. */
  readonly signal: AbortSignal;
}

/** How far a load is. */
export interface LoadProgress {
  /** Seconds of the servers' time since the start. */
  readonly elapsedSeconds: number;
  readonly sent: number;
  readonly completed: number;
  readonly failed: number;
}

/** What a load measured. */
export interface LoadResult {
  readonly summary: Summary;
  /** Why requests failed, and how often, the most frequent first. */
  readonly failures: readonly { readonly reason: string; readonly count: number }[];
  /** Requests that were left out because the model's context is shorter than they are. */
  readonly tooLong: number;
  /** Whether it was ended before its time. */
  readonly interrupted: boolean;
}
