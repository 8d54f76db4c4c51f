import type { Call } from '../scheduling/call';
import type { Endpoint } from '../scheduling/endpoint';
import type { Scheduled } from '../scheduling/outcome';
import type { CallFollower, DirectorObserver, DirectorParts, Rejected } from './parts';
import type { PluginHooks } from './plugin-hooks';
import type { RequestHead } from './types';

type Listeners = Pick<DirectorParts, 'followers' | 'observer' | 'traceHeaders'>;

/** Passes on what happens to calls: to the picker's own books first, then to plugins, then to those who only watch. */
export class CallEvents {
  readonly #parts: Listeners;

  public constructor(
    parts: Listeners,
    private readonly hooks: PluginHooks,
  ) {
    this.#parts = parts;
  }

  public routed(call: Call, scheduled: Scheduled, now: number): void {
    this.#each((follower) => follower.routed?.(call, now));
    this.hooks.routed(call, now);
    this.#watch((observer) => {
      observer.routed(call, scheduled);
    });
  }

  /** Starts the trace of a routed call; a request without a trace is better than none. */
  public traceHeaders(call: Call, head: RequestHead): readonly (readonly [string, string])[] {
    try {
      return this.#parts.traceHeaders?.(call, head) ?? [];
    } catch (error) {
      this.fault('trace', error);
      return [];
    }
  }

  /** A rule put another model name in the place of the client's. */
  public rewritten(rule: string, from: string, to: string): void {
    this.#watch((observer) => observer.rewritten?.(rule, from, to));
  }

  public moved(call: Call, from: Endpoint, now: number): void {
    this.#each((follower) => follower.moved?.(call, from, now));
    this.hooks.moved(call, from, now);
  }

  public answerHeaders(call: Call, headers: (readonly [string, string])[]): void {
    this.hooks.answerHeaders(call, headers);
  }

  public firstToken(call: Call, now: number): void {
    this.#each((follower) => follower.firstToken?.(call, now));
    this.hooks.firstToken(call, now);
  }

  public generated(call: Call, events: number): void {
    for (const follower of this.#parts.followers) follower.generated?.(call, events);
  }

  public finished(call: Call, now: number): void {
    this.#each((follower) => follower.finished?.(call, now));
    this.hooks.finished(call, now);
    this.#watch((observer) => {
      observer.finished(call);
    });
  }

  public rejected(rejected: Rejected): void {
    this.#watch((observer) => {
      observer.rejected(rejected);
    });
  }

  /** Something of the picker's own failed, and the request was answered or served all the same. */
  public fault(where: string, error: unknown): void {
    try {
      this.#parts.observer.fault(where, error);
    } catch {
      // Nobody is left to be told.
    }
  }

  /** One that fails must not keep the others from closing their books. */
  #each(tell: (follower: CallFollower) => void): void {
    for (const follower of this.#parts.followers) {
      try {
        tell(follower);
      } catch (error) {
        this.fault('call-follower', error);
      }
    }
  }

  #watch(tell: (observer: DirectorObserver) => void): void {
    try {
      tell(this.#parts.observer);
    } catch (error) {
      this.fault('observer', error);
    }
  }
}
