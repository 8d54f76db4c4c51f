import type { TokenStream } from './tokens';

/** A request as its client knows it, before anybody chose a pod. */
export interface SimulatedRequest {
  /** Counts up over a workload. */
  readonly id: number;
  /** Conversation, agent run or document that it belongs to. */
  readonly session: number;
  /** Base model or adapter that it asks for. */
  readonly model: string;
  /** Whether `model` is a LoRA adapter. */
  readonly adapter: boolean;
  readonly promptTokens: number;
  /** Tokens that the model will answer with, at least 1. Only the oracle knows them before. */
  readonly outputTokens: number;
  /** Most tokens that the client takes; undefined where it does not say. */
  readonly maxOutputTokens: number | undefined;
  /** Identities of prompt and answer. */
  readonly tokens: TokenStream;
}

/** A request and when it comes, ms from the start. */
export interface Arrival {
  readonly at: number;
  readonly request: SimulatedRequest;
}

/**
 * Where requests come from: sessions that start whatever the servers do (an open system), each of whose next request
 * follows the answer to the one before. All that a session will say is fixed by the seed, so every policy gets the same.
 */
export interface Workload {
  readonly name: string;
  /** First requests of all sessions, in the order of their time. A new run over the same sequence each time. */
  sessions(): Iterator<Arrival>;
  /** What the session sends after this request was answered or given up; undefined when it has ended. */
  next(request: SimulatedRequest, finishedAt: number): Arrival | undefined;
  /** Number of requests in all, for progress; undefined where it is not known. */
  readonly requests: number | undefined;
}
