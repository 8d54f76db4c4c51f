import type { LaneState } from '../admin/state';
import type { EngineObserver } from '../model-server/engine';
import { percentilesOf, TimeWindow } from './time-window';

const SECOND_MS = 1000;
const TTFT_WINDOW_MS = 30 * SECOND_MS;
const HIT_WINDOW_MS = 60 * SECOND_MS;
const RATE_WINDOW_MS = 5 * SECOND_MS;
/** Seconds of history that are kept. */
const MOST_HISTORY = 600;

/** Prompt tokens of the last minute, and those that were cached. */
export class HitRatio {
  readonly #prompt = new TimeWindow(HIT_WINDOW_MS);
  readonly #cached = new TimeWindow(HIT_WINDOW_MS);

  public add(now: number, cachedTokens: number, promptTokens: number): void {
    this.#prompt.add(now, promptTokens);
    this.#cached.add(now, cachedTokens);
  }

  /** 0 to 1; 0 without prompts. */
  public at(now: number): number {
    const prompt = this.#prompt.sum(now);
    return prompt === 0 ? 0 : this.#cached.sum(now) / prompt;
  }
}

/** What a lane's requests were like lately: its servers tell, whatever gateway stands before them. */
export class TrafficStats implements EngineObserver {
  readonly #hits = new HitRatio();
  /** Times to first token, ms. */
  readonly #firstTokens = new TimeWindow(TTFT_WINDOW_MS);
  readonly #arrivals = new TimeWindow(RATE_WINDOW_MS);
  readonly #history: (readonly [number, number | null, number | null])[] = [];
  #completed = 0;
  #failed = 0;

  /** `now`: milliseconds of a clock. */
  public constructor(private readonly now: () => number) {}

  public arrived(): void {
    this.#arrivals.add(this.now(), 1);
  }

  public admitted(cachedTokens: number, promptTokens: number): void {
    this.#hits.add(this.now(), cachedTokens, promptTokens);
  }

  public firstToken(seconds: number): void {
    this.#firstTokens.add(this.now(), seconds * SECOND_MS);
  }

  public ended({ outcome }: { readonly outcome: 'completed' | 'aborted' | 'lost' }): void {
    if (outcome === 'completed') this.#completed++;
    else this.#failed++;
  }

  /** A request failed before it reached a server. */
  public refused(): void {
    this.#failed++;
  }

  /** Keeps the percentiles of this second. */
  public sample(second: number): void {
    const { p50, p90 } = percentilesOf(this.#firstTokens.values(this.now()));
    this.#history.push([second, p50 ?? null, p90 ?? null]);
    if (this.#history.length > MOST_HISTORY) this.#history.shift();
  }

  public state(): Pick<LaneState, 'requestsPerSecond' | 'completed' | 'failed' | 'ttft' | 'hitRatio' | 'history'> {
    const now = this.now();
    return {
      requestsPerSecond: this.#arrivals.sum(now) / (RATE_WINDOW_MS / SECOND_MS),
      completed: this.#completed,
      failed: this.#failed,
      ttft: percentilesOf(this.#firstTokens.values(now)),
      hitRatio: this.#hits.at(now),
      history: [...this.#history],
    };
  }
}
