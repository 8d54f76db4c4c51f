import type { Problem } from '../../core/problem';
import type { CallTarget, Usage } from '../scheduling/call';
import type { Endpoint, EndpointMetrics } from '../scheduling/endpoint';
import type { ProfileTrace, ScheduleOutcome } from '../scheduling/outcome';
import type { Plugin } from '../scheduling/plugin';
import type { InferenceRequest, PromptBlocks } from '../scheduling/request';
import type { RequestBody } from './types';

/** A request's body, understood. */
export interface ParsedRequest {
  /** Model name of the body, empty where it lacks one; undefined in a format whose model name the picker leaves alone. */
  readonly model: string | undefined;
  readonly streaming: boolean;
  readonly maxOutputTokens: number | undefined;
  /** Prompt tokens, estimated where the server alone could count them. */
  readonly promptTokens: number;
  /** Hashes of the prompt for the model that will serve it. */
  blocks(model: string): PromptBlocks;
  /** The body with another model name in it, and every other byte as it was. */
  withModel(model: string): RequestBody;
  /** Reads the answer. `rename` puts the client's model name in the place of the server's. */
  answerReader(rename: ModelRename | undefined): AnswerReader;
}

/** Names of one model: what the server calls it and what the client does. */
export interface ModelRename {
  readonly from: string;
  readonly to: string;
}

/** Understands bodies by the path that they were sent to. */
export interface RequestParser {
  parse(path: string, headers: ReadonlyMap<string, string>, body: RequestBody): ParsedRequest | Problem;
}

/** Finds token counts and events in an answer as it passes. */
export interface AnswerReader {
  /** Takes the answer's headers: a streamed answer is told by its content type. */
  headers(headers: ReadonlyMap<string, string>): void;
  /** Takes a chunk and returns what the client gets: the same object unless a model name was replaced. */
  chunk(chunk: Uint8Array, last: boolean): Uint8Array;
  readonly usage: Usage | undefined;
  /** Events of a streamed answer so far. */
  readonly events: number;
}

/** A decision and how it came about. */
export interface SchedulingRun {
  readonly outcome: ScheduleOutcome;
  readonly traces: readonly ProfileTrace[];
}

/** What a decision depends on beside the configuration. */
export interface SchedulingInput {
  readonly request: InferenceRequest;
  readonly candidates: readonly Endpoint[];
  /** Clock time of the decision, ms. */
  readonly now: number;
  /** Whole number below 2^32 that all randomness of the decision comes from. */
  readonly seed: number;
  /** Metrics that are recent enough to be believed. */
  metrics(endpoint: Endpoint): EndpointMetrics | undefined;
  /** Blocks at the head of the prompt that an endpoint probably has. */
  matchedBlocks(endpoint: Endpoint): number;
}

/** Chooses among candidates. */
export interface SchedulerPart {
  schedule(input: SchedulingInput): SchedulingRun;
  /** Every plugin, whose hooks the director calls. */
  readonly plugins: readonly Plugin[];
}

/** Counts what runs on each endpoint. */
export interface InFlightPart {
  /** Counts a request at an endpoint until it is released. */
  start(target: CallTarget, request: InferenceRequest, now: number): InFlightEntry;
}

/** A request's share in an endpoint's load. */
export interface InFlightEntry {
  /** The prompt is computed: its tokens count as decoding from now on. */
  firstToken(now: number): void;
  /** The request is gone; a second call does nothing. */
  release(): void;
}

/** Knows which endpoint has which prompts in its cache. */
export interface PrefixPart {
  /** Blocks at the head of the prompt that each endpoint has: to be asked at once, before the index changes. */
  match(prompt: PromptBlocks, candidates: readonly Endpoint[]): (endpoint: Endpoint) => number;
  /** The endpoint will have the prompt. */
  insert(endpoint: Endpoint, prompt: PromptBlocks): void;
}
