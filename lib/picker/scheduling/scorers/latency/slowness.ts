import { withoutHiccup } from './hiccup';

/** Every observation takes this part of the weight of those before it: about the last 60 count. */
const KEPT = 1 - 1 / 60;
/** As many usual observations that say "like the others" count beside a pod's own. */
const PRIOR_WEIGHT = 8;
/** After so long without a first token half of what a pod's own speed was thought to be is forgotten, ms. */
const FORGET_MS = 30_000;

/**
 * How much longer a pod's first tokens take than its work would take the pool's pods: one number, since the few long
 * prompts of one pod do not tell a time for each token from a time for each prompt. Long ones count more than short ones.
 */
export class Slowness {
  #expected = 0;
  #took = 0;
  #weight = 0;
  #learnedAt = 0;

  /**
   * A first token came after `ms`. The pool's pods would have taken `poolMs`; `expectedMs` is what was thought of this pod.
   */
  public add(ms: number, poolMs: number, expectedMs: number, now: number): void {
    this.#expected = this.#expected * KEPT + poolMs;
    this.#took = this.#took * KEPT + withoutHiccup(ms, expectedMs);
    this.#weight = this.#weight * KEPT + 1;
    this.#learnedAt = now;
  }

  /** 1 for a pod like the others, of which little was heard, or long ago. */
  public at(now: number): number {
    if (this.#weight === 0) return 1;
    const prior = (this.#expected / this.#weight) * PRIOR_WEIGHT;
    const factor = (this.#took + prior) / (this.#expected + prior);
    return 1 + (factor - 1) / (1 + (now - this.#learnedAt) / FORGET_MS);
  }
}
