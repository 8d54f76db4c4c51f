import type { Usage } from '../scheduling/call';
import { ModelNameRewriter, type ModelRename } from './model-name-rewriter';
import { ResponseScanner } from './response-scanner';

const CONTENT_TYPE = 'content-type';
const EVENT_STREAM = 'text/event-stream';
const CONTENT_ENCODING = 'content-encoding';

/** How to read an answer. */
export interface AnswerOptions {
  /** Member with token counts; undefined to look for none. */
  readonly usage: string | undefined;
  /** Whether the client asked for a stream: true until the answer's headers say what it is. */
  readonly streaming: boolean;
  readonly rename: ModelRename | undefined;
  /** Told once, with the last chunk, what the server counted. */
  readonly onUsage: ((usage: Usage) => void) | undefined;
}

/** Finds token counts and events in an answer as it passes, and gives the client its own name of the model. */
export class AnswerReader {
  readonly #options: AnswerOptions;
  #scanner: ResponseScanner | undefined;
  #rewriter: ModelNameRewriter | undefined;

  public constructor(options: AnswerOptions) {
    this.#options = options;
    this.#start(options.streaming);
  }

  /** Token counts found so far. */
  public get usage(): Usage | undefined {
    return this.#scanner?.usage;
  }

  /** Events of a streamed answer so far. */
  public get events(): number {
    return this.#scanner?.events ?? 0;
  }

  /** Takes the answer's headers: a stream is told by its type, and a compressed answer passes unread. */
  public headers(headers: ReadonlyMap<string, string>): void {
    const encoding = headers.get(CONTENT_ENCODING);
    if (encoding !== undefined && encoding !== '' && encoding !== 'identity') {
      this.#scanner = undefined;
      this.#rewriter = undefined;
      return;
    }
    const type = headers.get(CONTENT_TYPE);
    if (type !== undefined) this.#start(type.toLowerCase().includes(EVENT_STREAM));
  }

  /** Takes a chunk and returns what the client gets: the same object unless a model name was replaced. */
  public chunk(chunk: Uint8Array, last: boolean): Uint8Array {
    this.#scanner?.feed(chunk);
    if (last && this.usage !== undefined) this.#options.onUsage?.(this.usage);
    return this.#rewriter?.rewrite(chunk, last) ?? chunk;
  }

  #start(events: boolean): void {
    const { usage, rename } = this.#options;
    this.#scanner = usage === undefined ? undefined : new ResponseScanner({ events, usage });
    this.#rewriter = rename === undefined || rename.from === rename.to ? undefined : new ModelNameRewriter(rename);
  }
}
