import { DecayingLine, type PriorLine } from './decaying-line';
import type { PoolSpeed } from './pod-book';

/** Part of an average that a new value makes: about the last 200 values count, since the pool's traffic changes slowly. */
const SHARE = 1 / 200;
/** The first values count more, so that the averages are right soon. */
const FIRST_SHARE = 1 / 8;

/** A 14-billion-parameter model on one large GPU, or a small model on a small one; wrong by any factor at first. */
const FIRST_GUESS: PriorLine = { base: 30, slope: 0.1, weight: 1 };

/** First tokens that the pool's speed is learned from. */
const LINE_MEMORY = 500;

class Average {
  #share = FIRST_SHARE;
  public constructor(public value: number) {}

  public add(value: number): void {
    this.value += (value - this.value) * this.#share;
    this.#share = Math.max(SHARE, this.#share * 0.95);
  }
}

/** What is alike for all pods of a pool, learned from the answers that passed: starts as a guess that any pool corrects. */
export class PoolAverages {
  readonly #line = new DecayingLine(LINE_MEMORY);
  /** Tokens of an answer. */
  public readonly output = new Average(200);
  /** Time from the first to the last token, ms. */
  public readonly residenceMs = new Average(6000);
  /** Time of a token of an answer on a pod with an empty cache, ms. */
  public readonly stepMs = new Average(20);
  /** Work of a prompt. */
  public readonly work = new Average(500);
  /** Work queued before and with a prompt. */
  public readonly queued = new Average(1000);
  /** Tokens of a pod's KV cache; 0 before any metrics told. */
  public cacheTokens = 0;
  /** Time that a pod takes to get an adapter ready, ms. */
  public readonly adapterMs = new Average(200);
  /** Speed that a pod has of which nothing is known. */
  public speed: PoolSpeed = {
    baseMs: FIRST_GUESS.base,
    msPerWork: FIRST_GUESS.slope,
  };

  public addFirstToken(work: number, ms: number, expectedMs: number): void {
    this.#line.add(work, ms, expectedMs);
    this.queued.add(work);
    const { base, slope } = this.#line.fit(FIRST_GUESS, this.queued.value);
    this.speed = { baseMs: base, msPerWork: slope };
  }
}
