import type { Clock, Release } from '../../picker/time';
import { Replica, type ReplicaSettings } from '../../simulator/replica/replica';
import { sequence, type Sequence } from '../../simulator/replica/sequence';
import type { SimulatedRequest } from '../../simulator/request';

/** Time, and calls at a later one. */
export interface Timing extends Clock {
  /** Calls once after some milliseconds, unless released before. */
  after(ms: number, call: () => void): Release;
}

/** Told how an answer comes along. */
export interface AnswerListener {
  /** The answer has so many tokens, one at least. Left out by who wants the whole answer only. */
  readonly progress?: (tokens: number) => void;
  /** The answer is complete; so many prompt tokens were in the cache. */
  readonly finished: (cachedTokens: number) => void;
  /** The server is gone, and the answer with it. */
  readonly lost: () => void;
}

/** A request that is over, with clock times in ms. */
export interface ServedRequest {
  readonly request: SimulatedRequest;
  readonly arrivedAt: number;
  readonly firstTokenAt: number | undefined;
  readonly endedAt: number;
  /** Prompt tokens that were in the cache. */
  readonly cachedTokens: number;
  readonly generatedTokens: number;
  readonly outcome: 'completed' | 'aborted' | 'lost';
}

/** Told of everything that an engine does, for metrics. */
export interface EngineObserver {
  arrived?(): void;
  admitted?(cachedTokens: number, promptTokens: number): void;
  firstToken?(seconds: number): void;
  ended?(served: ServedRequest): void;
}

export interface EngineOptions {
  readonly settings: ReplicaSettings;
  readonly timing: Timing;
  /** Factor by which the engine is faster than the real one. */
  readonly speed: number;
  readonly observer: EngineObserver;
}

/** A request under way. */
interface Live {
  readonly sequence: Sequence;
  readonly listener: AnswerListener;
  /** Clock time, ms. */
  readonly arrivedAt: number;
  firstTokenAt: number | undefined;
  /** Tokens that the listener knows of. */
  told: number;
}

/** Least time between two looks at streams, ms: many streams share one timer. */
const LEAST_WAKE_MS = 2;

/** A step that ended within this time is over, and the next one counts, ms. */
const INSTANT_MS = 1e-6;

/**
 * A replica of the simulator that runs in the time of a clock: wakes when a step ends that matters to somebody, brings
 * the replica up to that time, and tells the listeners.
 */
export class Engine {
  readonly #options: EngineOptions;
  readonly #replica: Replica;
  readonly #startedAt: number;
  readonly #live = new Map<Sequence, Live>();
  readonly #finished: Live[] = [];
  /** Requests whose progress somebody follows. */
  #streams = 0;
  #timer: Release | undefined;
  #wakesAt = Infinity;
  #stopped = false;

  public constructor(options: EngineOptions) {
    this.#options = options;
    this.#startedAt = options.timing.now();
    this.#replica = new Replica(options.settings, {
      firstToken: (sequence, at) => {
        this.#onFirstToken(sequence, at);
      },
      finished: (sequence) => {
        const live = this.#live.get(sequence);
        if (live !== undefined) this.#finished.push(live);
      },
    });
  }

  /** Whether a request could ever be served. */
  public accepts(promptTokens: number, outputTokens: number): boolean {
    return this.#replica.accepts(promptTokens, outputTokens);
  }

  public get running(): number {
    return this.#replica.batch.running.length;
  }

  public get waiting(): number {
    return this.#replica.batch.waiting.length;
  }

  /** Part of the KV cache in use, 0 to 1. */
  public get kvCacheUsage(): number {
    return this.#replica.kv.used / this.#replica.kv.capacity;
  }

  public get preemptions(): number {
    return this.#replica.batch.preemptions;
  }

  /** Adapters in the batch, with the requests of each. */
  public get runningAdapters(): ReadonlyMap<string, number> {
    return this.#replica.batch.adapters;
  }

  public get waitingAdapters(): ReadonlySet<string> {
    const waiting = this.#replica.batch.waiting.filter(({ request }) => request.adapter);
    return new Set(waiting.map(({ request }) => request.model));
  }

  /** Brings what is seen from outside up to now. */
  public settle(): void {
    if (!this.#stopped) this.#wake();
  }

  /** Takes a request. The returned function gives it up. */
  public submit(request: SimulatedRequest, listener: AnswerListener): Release {
    this.settle();
    const now = this.#simulated();
    const live: Live = {
      sequence: sequence(request, request.id, now),
      listener,
      arrivedAt: this.#options.timing.now(),
      firstTokenAt: undefined,
      told: 0,
    };
    this.#live.set(live.sequence, live);
    if (listener.progress !== undefined) this.#streams++;
    this.#options.observer.arrived?.();
    this.#replica.enqueue(live.sequence, now);
    this.#schedule(now);
    return () => {
      this.#abort(live);
    };
  }

  /** Ends at once: everything under way is lost. */
  public stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#timer?.();
    this.#replica.kill(this.#simulated());
    for (const live of [...this.#live.values()]) {
      this.#forget(live, 'lost');
      live.listener.lost();
    }
  }

  #simulated(): number {
    return (this.#options.timing.now() - this.#startedAt) * this.#options.speed;
  }

  #wake(): void {
    const now = this.#simulated();
    while (this.#replica.nextEventAt <= now) this.#replica.advance();
    this.#replica.settle(now);
    this.#tellFinished();
    if (this.#streams > 0) this.#tellProgress();
    this.#schedule(now);
  }

  #tellFinished(): void {
    for (const live of this.#finished.splice(0)) {
      if (!this.#live.has(live.sequence)) continue;
      this.#progressOf(live);
      live.listener.finished(live.sequence.cachedTokens ?? 0);
      this.#forget(live, 'completed');
    }
  }

  #tellProgress(): void {
    for (const live of this.#live.values()) this.#progressOf(live);
  }

  #progressOf(live: Live): void {
    const { generated } = live.sequence;
    if (generated <= live.told) return;
    live.told = generated;
    live.listener.progress?.(generated);
  }

  #onFirstToken(sequence: Sequence, at: number): void {
    const live = this.#live.get(sequence);
    if (live === undefined) return;
    live.firstTokenAt = this.#startedAt + at / this.#options.speed;
    this.#options.observer.admitted?.(sequence.cachedTokens ?? 0, sequence.request.promptTokens);
    this.#options.observer.firstToken?.((live.firstTokenAt - live.arrivedAt) / 1000);
  }

  #abort(live: Live): void {
    if (!this.#live.has(live.sequence)) return;
    this.settle();
    // It may have ended by itself at this moment.
    if (!this.#live.has(live.sequence)) return;
    this.#forget(live, 'aborted');
    const now = this.#simulated();
    this.#replica.abort(live.sequence, now);
    this.#schedule(now);
  }

  #forget(live: Live, outcome: ServedRequest['outcome']): void {
    if (!this.#live.delete(live.sequence)) return;
    if (live.listener.progress !== undefined) this.#streams--;
    const { request, cachedTokens = 0, generated } = live.sequence;
    this.#options.observer.ended?.({
      request,
      arrivedAt: live.arrivedAt,
      firstTokenAt: live.firstTokenAt,
      endedAt: this.#options.timing.now(),
      cachedTokens,
      generatedTokens: generated,
      outcome,
    });
  }

  /** Sets the timer to what happens next that somebody wants to know. */
  #schedule(now: number): void {
    if (this.#stopped) return;
    const step = this.#streams > 0 ? this.#replica.stepEndAfter(now + INSTANT_MS) : Infinity;
    const next = Math.min(this.#replica.nextEventAt, step > now + INSTANT_MS ? step : Infinity);
    if (next === this.#wakesAt) return;
    this.#timer?.();
    this.#timer = undefined;
    this.#wakesAt = next;
    if (next === Infinity) return;
    const ms = Math.max(LEAST_WAKE_MS, (next - now) / this.#options.speed);
    this.#timer = this.#options.timing.after(ms, () => {
      this.#timer = undefined;
      this.#wakesAt = Infinity;
      this.#wake();
    });
  }
}
