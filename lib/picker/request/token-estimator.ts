import { BYTES_PER_TOKEN } from './prompt-chain';

/** Models that are remembered; the one learnt first is forgotten first. */
const MOST_MODELS = 1024;
/** Share of what was learnt that an answer leaves: about a hundred answers back counts. */
const KEEP = 0.99;
/** What the default weighs against answers, in tokens. */
const PRIOR_TOKENS = 2048;
/** Bytes per token that no tokenizer goes beyond: single bytes, and long words or spaces. */
const FEWEST = 1;
const MOST = 16;

interface Seen {
  bytes: number;
  tokens: number;
}

/**
 * Estimates how many tokens a text has, from how many the servers counted in texts before. Bytes and tokens are summed
 * with weights that fade, so that long prompts count more and a change of habits shows within a hundred answers.
 */
export class TokenEstimator {
  readonly #seen = new Map<string, Seen>();

  /** Bytes of text that make a token of a model. */
  public bytesPerToken(model: string): number {
    const seen = this.#seen.get(model);
    return seen === undefined ? BYTES_PER_TOKEN : Math.min(MOST, Math.max(FEWEST, seen.bytes / seen.tokens));
  }

  /** Tokens of a text of so many bytes. */
  public tokens(model: string, bytes: number): number {
    return Math.ceil(bytes / this.bytesPerToken(model));
  }

  /** Takes what a server counted. */
  public learn(model: string, bytes: number, tokens: number): void {
    if (bytes <= 0 || tokens <= 0 || !Number.isSafeInteger(bytes) || !Number.isSafeInteger(tokens)) return;
    let seen = this.#seen.get(model);
    if (seen === undefined) {
      const [oldest] = this.#seen.keys();
      if (oldest !== undefined && this.#seen.size >= MOST_MODELS) this.#seen.delete(oldest);
      seen = { bytes: PRIOR_TOKENS * BYTES_PER_TOKEN, tokens: PRIOR_TOKENS };
      this.#seen.set(model, seen);
    }
    seen.bytes = seen.bytes * KEEP + bytes;
    seen.tokens = seen.tokens * KEEP + tokens;
  }
}
