import { NO_PROMPT, type PromptBlocks } from '../scheduling/request';
import { AnswerReader } from './answer-reader';
import { type RequestBody, splice } from './body';
import type { BodyFormat } from './body-format';
import type { BodyFacts } from './body-reader';
import type { ModelRename } from './model-name-rewriter';
import { BYTES_PER_TOKEN, chainBlocks } from './prompt-chain';
import type { TokenEstimator } from './token-estimator';

/** A request's body, understood. */
export interface ParsedBody {
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

/** What a parsed body needs of the parser that made it. */
export interface ParsedBodyContext {
  readonly format: BodyFormat;
  readonly estimator: TokenEstimator;
  readonly blockTokens: number;
}

const encoder = new TextEncoder();

/** A JSON body that names a model and holds a prompt. */
export class JsonRequest implements ParsedBody {
  public readonly model: string | undefined;
  public readonly streaming: boolean;
  public readonly maxOutputTokens: number | undefined;
  public readonly promptTokens: number;
  readonly #body: RequestBody;
  readonly #facts: BodyFacts;
  readonly #context: ParsedBodyContext;

  public constructor(body: RequestBody, facts: BodyFacts, context: ParsedBodyContext) {
    const { format, estimator } = context;
    this.model = facts.model === '' && format.modelOptional ? undefined : facts.model;
    this.streaming = facts.streaming;
    this.maxOutputTokens = facts.maxOutputTokens;
    this.promptTokens = facts.promptTokens + estimator.tokens(facts.model, facts.promptBytes);
    this.#body = body;
    this.#facts = facts;
    this.#context = context;
  }

  /** A block's tokens are as many as the estimate makes of its bytes, so that the parts of a prompt sum up to the whole. */
  public blocks(model: string): PromptBlocks {
    const { digests, salt, promptBytes, promptTokens } = this.#facts;
    const nominal = promptTokens + promptBytes / BYTES_PER_TOKEN;
    const scale = nominal === 0 ? 1 : this.promptTokens / nominal;
    const blockTokens = Math.max(1, Math.round(this.#context.blockTokens * scale));
    return chainBlocks(digests, blockTokens, { model, salt });
  }

  /** Without a model name in the body there is no place for another one: the body stays as it is. */
  public withModel(model: string): RequestBody {
    const { modelAt } = this.#facts;
    if (modelAt === undefined || model === this.#facts.model) return this.#body;
    return splice(this.#body, modelAt, encoder.encode(JSON.stringify(model)));
  }

  /** The reader holds numbers only: the body must be free while its answer is streamed. */
  public answerReader(rename: ModelRename | undefined): AnswerReader {
    const { estimator, format } = this.#context;
    const { model, promptBytes, promptTokens } = this.#facts;
    return new AnswerReader({
      usage: format.usage,
      streaming: this.streaming,
      rename,
      onUsage: ({ promptTokens: counted }) => {
        if (counted !== undefined) estimator.learn(model, promptBytes, counted - promptTokens);
      },
    });
  }
}

/** A body that is sent on unread. */
export class UnreadRequest implements ParsedBody {
  public readonly model = undefined;
  public readonly streaming = false;
  public readonly maxOutputTokens = undefined;
  public readonly promptTokens = 0;
  readonly #body: RequestBody;

  public constructor(body: RequestBody) {
    this.#body = body;
  }

  public blocks(): PromptBlocks {
    return NO_PROMPT;
  }

  public withModel(): RequestBody {
    return this.#body;
  }

  public answerReader(): AnswerReader {
    return new AnswerReader({ usage: undefined, streaming: false, rename: undefined, onUsage: undefined });
  }
}
