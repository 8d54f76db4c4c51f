import type { Problem } from '../../core/problem';
import type { Admission } from '../admission/types';
import type { ModelRules, PoolView } from '../pool/views';
import type { ModelRename } from '../request/model-name-rewriter';
import type { ParsedBody } from '../request/parsed-request';
import type { Call, Usage } from '../scheduling/call';
import type { Endpoint } from '../scheduling/endpoint';
import type { Scheduled } from '../scheduling/outcome';
import type { InferenceRequest } from '../scheduling/request';
import type { PrefixMatcher } from '../scheduling/prefix-matcher';
import type { Scheduler } from '../scheduling/scheduler';
import type { Clock, Random } from '../time';
import type { DecisionLog } from './decision-log';
import type { ErrorCode } from './rejection';
import type { RejectVerdict, RequestBody, RequestHead } from './types';

/** A request's body, understood: what the parsers give, whoever reads the answer. */
export interface ParsedRequest extends Omit<ParsedBody, 'answerReader'> {
  /** Reads the answer. `rename` puts the client's model name in the place of the server's. */
  answerReader(rename: ModelRename | undefined): AnswerReader;
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

/** Told of calls as they go on, before the plugins are: what keeps the picker's own books. Must not throw. */
export interface CallFollower {
  routed?(call: Call, now: number): void;
  moved?(call: Call, from: Endpoint, now: number): void;
  firstToken?(call: Call, now: number): void;
  /** The streamed answer has that many events more. */
  generated?(call: Call, events: number): void;
  finished?(call: Call, now: number): void;
}

/** A request that the picker answered itself. */
export interface Rejected {
  /** Undefined when the request was not understood. */
  readonly request: InferenceRequest | undefined;
  readonly code: ErrorCode;
  readonly verdict: RejectVerdict;
}

/** Told of what happens, for metrics, logs and traces. Must not throw. */
export interface DirectorObserver {
  rejected(rejected: Rejected): void;
  routed(call: Call, scheduled: Scheduled): void;
  finished(call: Call): void;
  /** A rule put another model name in the place of the client's. */
  rewritten?(rule: string, from: string, to: string): void;
  /** Something of the picker's own failed; the request was answered or served all the same. */
  fault(where: string, error: unknown): void;
}

/** Choices of whoever runs the picker. */
export interface DirectorSettings {
  /**
   * Whether the gateway's subset hint is obeyed.
   * @default true
   */
  readonly subsetFilter: boolean;
  /**
   * Whether the gateway is told the scores of the endpoints that it is given.
   * @default false
   */
  readonly emitScores: boolean;
  /**
   * Whether a request that names no objective gets the priority of the objective named like its model.
   * @default false
   */
  readonly objectiveFromModel: boolean;
  /**
   * Whether answers name the decision behind them in a header.
   * @default true
   */
  readonly decisionHeader: boolean;
  /**
   * Whether plugins are asked at each decision what they make of each candidate, for its record.
   * @default false
   */
  readonly explain: boolean;
  /**
   * Age from which metrics are not believed any more, ms.
   * @default 2000
   */
  readonly metricsStalenessMs: number;
}

export const DIRECTOR_DEFAULTS: DirectorSettings = Object.freeze({
  subsetFilter: true,
  emitScores: false,
  objectiveFromModel: false,
  decisionHeader: true,
  explain: false,
  metricsStalenessMs: 2000,
});

/** What a director is made of. */
export interface DirectorParts {
  readonly parser: RequestParser;
  readonly rules: ModelRules;
  readonly pool: PoolView;
  readonly admission: Admission;
  readonly scheduler: Pick<Scheduler, 'schedule' | 'plugins'>;
  readonly prefixes: PrefixMatcher;
  readonly followers: readonly CallFollower[];
  readonly observer: DirectorObserver;
  readonly clock: Clock;
  readonly random: Random;
  /** Makes a request id for a request that came without one. */
  readonly newRequestId: () => string;
  /** Starts the trace of a request that was routed, and returns what the server is to be told of it. */
  readonly traceHeaders?: (call: Call, head: RequestHead) => readonly (readonly [string, string])[];
  /** Where decisions are recorded; without it nothing is, and shadow profiles do not run. */
  readonly log?: DecisionLog;
  readonly settings?: Partial<DirectorSettings>;
}
