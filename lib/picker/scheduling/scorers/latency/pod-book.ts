import type { Endpoint } from '../../endpoint';
import type { PodView } from './pod-view';
import { nameHash } from './rendezvous';
import { Slowness } from './slowness';

/** A prompt that an endpoint was given and has not answered. */
export interface PendingPrompt {
  readonly work: number;
  /** Tokens of the whole prompt, cached or not. */
  readonly tokens: number;
  /** Work that was to be done before and with it when it was routed. */
  readonly workAtRouting: number;
  /** Time to first token that was expected, ms. */
  readonly expectedMs: number;
  /** Whether nobody says when its first token is out: that of an answer which is not streamed comes with all the others. */
  readonly silent: boolean;
}

/** Speed of a pod of the pool. */
export interface PoolSpeed {
  readonly baseMs: number;
  readonly msPerWork: number;
}

/** What is known of one endpoint beyond its metrics: prompts under way in their order, and its speeds. */
export class PodBook implements PodView {
  readonly #pending: PendingPrompt[] = [];
  #work = 0;
  /** Since when the first pending prompt is being computed, ms. */
  #headSince = 0;
  /** Models that were asked for last, the longest ago first; only of pods that serve adapters. */
  readonly #models = new Set<string>();
  readonly #slowness = new Slowness();
  /** Time to first token with nothing to compute, and for a unit of work, ms; as of the last `settle`. */
  public baseMs = 0;
  public msPerWork = 0;
  /** Time between two tokens of an answer over what the pool's pods take at the same load; 1 for one like the others. */
  public pace = 1;
  /** Failed requests as of `#failedAt`. */
  #failed = 0;
  #failedAt = 0;
  public pendingTokens = 0;
  public backlog = 0;
  public answered = 0;
  public failures = 0;
  public adapter = false;

  /** Of the endpoint's name, for ties. */
  public readonly hash: number;

  public constructor(public readonly endpoint: Endpoint) {
    this.hash = nameHash(endpoint.hostPort);
  }

  /**
   * Brings what a decision sees up to `now`: a pod of which little was heard, or long ago, is thought to be like the
   * others.
   */
  public settle(pool: PoolSpeed, now: number, adapter: string | undefined): void {
    const slowness = this.#slowness.at(now);
    this.baseMs = pool.baseMs * slowness;
    this.msPerWork = pool.msPerWork * slowness;
    this.backlog = this.#pending.length === 0 ? 0 : this.#workLeft(now);
    this.failures = this.#failed === 0 ? 0 : this.#failuresAt(now);
    this.adapter = adapter !== undefined && this.#models.has(adapter);
  }

  /** A first token came `ms` after its prompt was routed. */
  public learn({ workAtRouting, expectedMs }: PendingPrompt, ms: number, pool: PoolSpeed, now: number): void {
    this.#slowness.add(ms, pool.baseMs + workAtRouting * pool.msPerWork, expectedMs, now);
  }

  /** Prompt work that is left: the first prompt is partly done, the others are not begun. */
  #workLeft(now: number): number {
    this.#dropSilent(now);
    const head = this.#pending[0];
    if (head === undefined) return 0;
    return this.#work - Math.min(head.work, Math.max(0, now - this.#headSince) / this.msPerWork);
  }

  /** Takes out what must be computed by now though nobody said so. */
  #dropSilent(now: number): void {
    for (let head = this.#pending[0]; head?.silent === true; head = this.#pending[0]) {
      const doneAt = this.#headSince + head.work * this.msPerWork;
      if (doneAt > now) return;
      this.remove(head, doneAt);
    }
  }

  public push(prompt: PendingPrompt, now: number): void {
    if (this.#pending.length === 0) this.#headSince = now;
    this.#pending.push(prompt);
    this.#work += prompt.work;
    this.pendingTokens += prompt.tokens;
  }

  /** A prompt is computed, or given up. */
  public remove(prompt: PendingPrompt, now: number): void {
    const at = this.#pending.indexOf(prompt);
    if (at < 0) return;
    this.#pending.splice(at, 1);
    this.pendingTokens -= prompt.tokens;
    // Sums of fractions drift: an empty list has no work.
    this.#work = this.#pending.length === 0 ? 0 : this.#work - prompt.work;
    if (at === 0) this.#headSince = now;
  }

  /** A request asks for an adapter; the pod keeps `most` of them, those asked for last. */
  public useModel(model: string, most: number): void {
    this.#models.delete(model);
    this.#models.add(model);
    for (const oldest of this.#models) {
      if (this.#models.size <= most) return;
      this.#models.delete(oldest);
    }
  }

  /** Whether the pod probably has the adapter in memory, though perhaps no request uses it now. */
  public hasModel(model: string): boolean {
    return this.#models.has(model);
  }

  public fail(now: number): void {
    this.#failed = this.#failuresAt(now) + 1;
    this.#failedAt = now;
  }

  /** Requests that failed lately: one counts half after five seconds. */
  #failuresAt(now: number): number {
    return this.#failed * 2 ** ((this.#failedAt - now) / 5000);
  }
}
