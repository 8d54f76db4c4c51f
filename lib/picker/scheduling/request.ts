/**
 * The prompt as a chain of block hashes: each hash stands for its block and everything before it, the model included,
 * so equal hashes at equal positions mean equal prefixes.
 */
export interface PromptBlocks {
  /** One hash for each block, whole numbers below 2^53. The last one may stand for a partial block. */
  readonly hashes: Float64Array;
  /** Tokens of a full block. */
  readonly blockTokens: number;
}

/** A latency that the client hopes for. */
export interface LatencyObjective {
  /** Time to first token, ms. */
  readonly ttftMs: number | undefined;
  /** Time per output token, ms. */
  readonly tpotMs: number | undefined;
}

/** Everything that choosing a pod may depend on. Made by a parser from headers and body, or by the simulator. */
export interface InferenceRequest {
  /** `x-request-id` of the client, or a made one. */
  readonly id: string;
  /** Model name of the client. */
  readonly incomingModel: string;
  /** Model name that the server is asked for: a base model or an adapter. Empty for requests that name none. */
  readonly model: string;
  /** Higher first; below zero means sheddable. */
  readonly priority: number;
  /** Tenant that fairness counts the request for. */
  readonly fairnessId: string;
  /** Lower-case names; the last value of a repeated header. */
  readonly headers: ReadonlyMap<string, string>;
  /** Prompt tokens, estimated where the server alone could count them. */
  readonly promptTokens: number;
  /** Most tokens that the client takes as an answer; undefined where it did not say. */
  readonly maxOutputTokens: number | undefined;
  readonly prompt: PromptBlocks;
  /** Bytes of the body. */
  readonly bodyBytes: number;
  readonly streaming: boolean;
  readonly objective: LatencyObjective;
  /** Clock time at which the first message of the request came, ms. */
  readonly receivedAt: number;
}

/** The prompt of requests that have none. */
export const NO_PROMPT: PromptBlocks = Object.freeze({ hashes: new Float64Array(0), blockTokens: 64 });
