import { BlockHasher } from './block-hasher';
import { BodyJoiner, type ByteSpan, type RequestBody } from './body';
import type { BodyFormat, MemberKind } from './body-format';
import { actionAt, countValue, type MemberAction, planFor, type PlannedMember, stringValue } from './body-plan';
import { Byte, JsonCursor } from './json-cursor';
import { PromptWalker } from './prompt-walker';

/** What a body says, as far as the picker wants to know. */
export interface BodyFacts {
  /** Empty where the body names no model. */
  readonly model: string;
  /** Where the name is, quotes included. */
  readonly modelAt: ByteSpan | undefined;
  readonly streaming: boolean;
  readonly maxOutputTokens: number | undefined;
  readonly salt: string;
  /** Digests of the prompt's blocks, two words each. */
  readonly digests: Uint32Array;
  /** Bytes of text in the prompt. */
  readonly promptBytes: number;
  /** Prompt tokens that were counted and not estimated. */
  readonly promptTokens: number;
  /** What the required member is; undefined where it is missing or null. */
  readonly required: MemberKind | undefined;
}

/** How prompts are cut. */
export interface PromptSettings {
  /** Tokens of a block, at four bytes of text each. */
  readonly blockTokens: number;
  /** Blocks at the head of a prompt that are hashed; at most 16,384, a million tokens of blocks of 64. */
  readonly maxBlocks: number;
}

/** Most blocks that are hashed whatever the settings, to bound memory. */
const MOST_BLOCKS = 16_384;

/** A part of the prompt, in a stream of its own: in the body it may stand before or after what precedes it. */
interface Part {
  readonly hasher: BlockHasher;
  readonly walker: PromptWalker;
  blocks: number;
  bytes: number;
  tokens: number;
}

interface Draft {
  readonly format: BodyFormat;
  model: string;
  modelAt: ByteSpan | undefined;
  streaming: boolean;
  readonly limits: (number | undefined)[];
  salt: string;
  required: MemberKind | undefined;
}

const NO_DIGESTS = new Uint32Array(0);

/**
 * Reads bodies in one pass over their bytes: checks the JSON, finds the members of a format and hashes the prompt on the
 * way. Keeps its buffers between bodies; one body at a time. As in `JSON.parse`, the last of members of one name counts.
 */
export class BodyReader {
  readonly #settings: PromptSettings;
  readonly #joiner = new BodyJoiner();
  readonly #parts: Part[] = [];
  readonly #plans = new Map<BodyFormat, readonly PlannedMember[]>();

  public constructor(settings: PromptSettings) {
    this.#settings = { ...settings, maxBlocks: Math.min(MOST_BLOCKS, settings.maxBlocks) };
  }

  /** Throws `JsonSyntaxError` for what is no JSON object. */
  public read(body: RequestBody, format: BodyFormat): BodyFacts {
    const cursor = new JsonCursor(this.#joiner.join(body));
    const draft: Draft = {
      format,
      model: '',
      modelAt: undefined,
      streaming: false,
      limits: format.outputLimits.map(() => undefined),
      salt: '',
      required: undefined,
    };
    for (let i = 0; i < format.prompt.length; i++) this.#forget(this.#part(i));
    if (cursor.space() !== Byte.OPEN_BRACE) cursor.expected('an object');
    this.#members(cursor, this.#plan(format), draft);
    cursor.finish();
    return this.#facts(draft);
  }

  #plan(format: BodyFormat): readonly PlannedMember[] {
    const known = this.#plans.get(format);
    if (known !== undefined) return known;
    const plan = planFor(format);
    this.#plans.set(format, plan);
    return plan;
  }

  #part(index: number): Part {
    const known = this.#parts[index];
    if (known !== undefined) return known;
    const hasher = new BlockHasher(this.#settings.blockTokens, this.#settings.maxBlocks);
    const part = { hasher, walker: new PromptWalker(hasher), blocks: 0, bytes: 0, tokens: 0 };
    this.#parts[index] = part;
    return part;
  }

  #forget(part: Part): void {
    part.blocks = 0;
    part.bytes = 0;
    part.tokens = 0;
  }

  #members(cursor: JsonCursor, members: readonly PlannedMember[], draft: Draft): void {
    cursor.open();
    for (let first = true; cursor.member(first); first = false) {
      const action = actionAt(cursor, members);
      const byte = cursor.colon();
      if (action === undefined) cursor.value(byte);
      else this.#act(cursor, byte, action, draft);
    }
  }

  #act(cursor: JsonCursor, byte: number, action: MemberAction, draft: Draft): void {
    switch (action.kind) {
      case 'model': {
        const start = cursor.at;
        const model = stringValue(cursor, byte);
        draft.model = model ?? '';
        draft.modelAt = model === undefined ? undefined : { start, end: cursor.at };
        break;
      }
      case 'stream':
        cursor.value(byte);
        draft.streaming = byte === 0x74;
        break;
      case 'salt':
        draft.salt = stringValue(cursor, byte) ?? '';
        break;
      case 'limit':
        draft.limits[action.index] = countValue(cursor, byte);
        break;
      case 'required':
        cursor.value(byte);
        draft.required = kindOf(byte);
        break;
      case 'prompt':
        this.#prompt(cursor, byte, action.index, draft);
        break;
      case 'inside':
        for (const { action: inner } of action.members)
          if (inner.kind === 'limit') draft.limits[inner.index] = undefined;
        if (byte === Byte.OPEN_BRACE) this.#members(cursor, action.members, draft);
        else cursor.value(byte);
        break;
    }
  }

  #prompt(cursor: JsonCursor, byte: number, index: number, draft: Draft): void {
    const part = this.#part(index);
    this.#forget(part);
    const kind = kindOf(byte);
    if (draft.format.required?.name === draft.format.prompt[index]) draft.required = kind;
    if (kind === undefined) {
      cursor.value(byte);
      return;
    }
    const { bytes, tokens } = part.walker.walk(cursor, byte);
    part.blocks = part.hasher.finish();
    part.bytes = bytes;
    part.tokens = tokens;
  }

  #facts(draft: Draft): BodyFacts {
    let promptBytes = 0;
    let promptTokens = 0;
    let blocks = 0;
    for (let i = 0; i < draft.format.prompt.length; i++) {
      const part = this.#part(i);
      promptBytes += part.bytes;
      promptTokens += part.tokens;
      blocks += part.blocks;
    }
    return {
      model: draft.model,
      modelAt: draft.modelAt,
      streaming: draft.streaming,
      maxOutputTokens: draft.limits.find((limit) => limit !== undefined),
      salt: draft.salt,
      digests: this.#digests(Math.min(blocks, this.#settings.maxBlocks)),
      promptBytes,
      promptTokens,
      required: draft.required,
    };
  }

  #digests(kept: number): Uint32Array {
    if (kept === 0) return NO_DIGESTS;
    const digests = new Uint32Array(kept * 2);
    for (let i = 0, at = 0; at < kept; i++) {
      const { hasher, blocks } = this.#part(i);
      const taken = Math.min(blocks, kept - at);
      hasher.copyTo(digests, at, taken);
      at += taken;
    }
    return digests;
  }
}

/** Kind of the value that starts with a byte; undefined for null, numbers, true and false. */
function kindOf(byte: number): MemberKind | undefined {
  if (byte === Byte.QUOTE) return 'text';
  if (byte === Byte.OPEN_BRACKET) return 'array';
  return byte === Byte.OPEN_BRACE ? 'object' : undefined;
}
