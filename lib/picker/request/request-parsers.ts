import { oneOf, type Problem } from '../../core/problem';
import { PREFIX_INDEX_DEFAULTS } from '../scheduling/prefix-index-settings';
import { ANTHROPIC_PARSER } from './anthropic-parser';
import type { RequestBody } from './body';
import type { BodyFormat, ParserDefinition } from './body-format';
import { type BodyFacts, BodyReader, type PromptSettings } from './body-reader';
import { JsonSyntaxError } from './json-cursor';
import { OPENAI_PARSER } from './openai-parser';
import { JsonRequest, type ParsedBody, UnreadRequest } from './parsed-request';
import { PASSTHROUGH_PARSER } from './passthrough-parser';
import { SGLANG_HTTP_PARSER } from './sglanghttp-parser';
import { TokenEstimator } from './token-estimator';
import { VLLM_HTTP_PARSER } from './vllmhttp-parser';

/** Every parser, by the name of its type. */
export const PARSERS: Readonly<Record<string, ParserDefinition>> = Object.freeze(
  Object.fromEntries(
    [OPENAI_PARSER, ANTHROPIC_PARSER, VLLM_HTTP_PARSER, SGLANG_HTTP_PARSER, PASSTHROUGH_PARSER].map(
      (parser) => [parser.type, parser] as const,
    ),
  ),
);

/** Parsers of a configuration that names none, in upstream's order. */
export const DEFAULT_PARSERS: readonly ParserDefinition[] = Object.freeze([
  OPENAI_PARSER,
  ANTHROPIC_PARSER,
  VLLM_HTTP_PARSER,
  PASSTHROUGH_PARSER,
]);

interface Claim {
  readonly suffix: string;
  readonly format: BodyFormat;
}

/** Which parsers there are, and what they share. */
export interface RequestParsersOptions {
  /**
   * In the order of the configuration: of two that claim the same path the first has it.
   * @default - the default parsers
   */
  readonly parsers?: readonly ParserDefinition[];
  /**
   * How prompts are cut into blocks.
   * @default - as the prefix index does by default
   */
  readonly prompt?: PromptSettings;
  /**
   * Estimates tokens of texts.
   * @default - one that has learnt nothing yet
   */
  readonly estimator?: TokenEstimator;
}

/** Understands bodies by the path that they were sent to: the longest end of it that a parser claims decides. */
export class RequestParsers {
  /** What answers taught about the length of tokens. */
  public readonly estimator: TokenEstimator;
  /** Longest first. */
  readonly #claims: readonly Claim[];
  readonly #fallback: boolean;
  readonly #reader: BodyReader;
  readonly #blockTokens: number;

  public constructor(options: RequestParsersOptions = {}) {
    const { parsers = DEFAULT_PARSERS, prompt = PREFIX_INDEX_DEFAULTS } = options;
    this.estimator = options.estimator ?? new TokenEstimator();
    this.#claims = claimsOf(parsers);
    this.#fallback = parsers.some(({ formats }) => Object.keys(formats).length === 0);
    this.#reader = new BodyReader(prompt);
    this.#blockTokens = prompt.blockTokens;
  }

  /** Reads a body, or says why it cannot be read: the client's fault, so its status is 400. */
  public parse(path: string, _headers: ReadonlyMap<string, string>, body: RequestBody): ParsedBody | Problem {
    const format = this.#formatFor(path);
    if (format === undefined) return this.#fallback ? new UnreadRequest(body) : this.#unclaimed(path);
    try {
      const facts = this.#reader.read(body, format);
      return missing(facts, format) ?? this.#request(body, facts, format);
    } catch (error) {
      if (error instanceof JsonSyntaxError) return invalid(format, error);
      throw error;
    }
  }

  #request(body: RequestBody, facts: BodyFacts, format: BodyFormat): ParsedBody {
    return new JsonRequest(body, facts, { format, estimator: this.estimator, blockTokens: this.#blockTokens });
  }

  #formatFor(path: string): BodyFormat | undefined {
    const query = path.indexOf('?');
    const end = path.slice(0, query < 0 ? path.length : query).replace(/\/+$/, '');
    return this.#claims.find(({ suffix }) => end.endsWith(suffix))?.format;
  }

  #unclaimed(path: string): Problem {
    return {
      what: `no parser for path ${JSON.stringify(path.slice(0, 200))}`,
      why: 'none of the configured parsers claims its end',
      fix: `send the request to a path that ends with ${oneOf(this.#claims.map(({ suffix }) => suffix))}, or configure ${PASSTHROUGH_PARSER.type}`,
    };
  }
}

function claimsOf(parsers: readonly ParserDefinition[]): readonly Claim[] {
  const claims = new Map<string, Claim>();
  for (const { formats } of parsers) {
    for (const [suffix, format] of Object.entries(formats)) {
      if (!claims.has(suffix)) claims.set(suffix, { suffix, format });
    }
  }
  return [...claims.values()].sort((a, b) => b.suffix.length - a.suffix.length);
}

function missing({ required }: BodyFacts, format: BodyFormat): Problem | undefined {
  const wanted = format.required;
  if (wanted === undefined || (required !== undefined && wanted.kinds.includes(required))) return undefined;
  return {
    what: `invalid ${format.name} request: ${wanted.missing}`,
    why: `"${wanted.name}" holds what the model is to answer to`,
    fix: `send a JSON object whose "${wanted.name}" is ${oneOf(wanted.kinds.map((kind) => KIND_NAMES[kind]))}`,
  };
}

const KIND_NAMES = Object.freeze({ text: 'a string', array: 'an array', object: 'an object' });

function invalid(format: BodyFormat, error: JsonSyntaxError): Problem {
  return {
    what: `invalid ${format.name} request: body is not a JSON object: ${error.message}`,
    why: 'model servers read it as JSON too and would refuse it',
    fix: 'send the body as one JSON object in UTF-8',
  };
}
