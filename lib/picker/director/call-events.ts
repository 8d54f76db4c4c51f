import type { Call } from '../scheduling/call';
import type { Endpoint } from '../scheduling/endpoint';
import type { Scheduled } from '../scheduling/outcome';
import type { CallFollower, DirectorObserver, Rejected } from './parts';
import type { PluginHooks } from './plugin-hooks';

/** Passes on what happens to calls: to the picker's own books first, then to plugins, then to those who only watch. */
export class CallEvents {
  public constructor(
    private readonly followers: readonly CallFollower[],
    private readonly hooks: PluginHooks,
    private readonly observer: DirectorObserver,
  ) {}

  public routed(call: Call, scheduled: Scheduled, now: number): void {
    this.#each((follower) => follower.routed?.(call, now));
    this.hooks.routed(call, now);
    this.#watch((observer) => {
      observer.routed(call, scheduled);
    });
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
    for (const follower of this.followers) follower.generated?.(call, events);
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
      this.observer.fault(where, error);
    } catch {
      // Nobody is left to be told.
    }
  }

  /** One that fails must not keep the others from closing their books. */
  #each(tell: (follower: CallFollower) => void): void {
    for (const follower of this.followers) {
      try {
        tell(follower);
      } catch (error) {
        this.fault('call-follower', error);
      }
    }
  }

  #watch(tell: (observer: DirectorObserver) => void): void {
    try {
      tell(this.observer);
    } catch (error) {
      this.fault('observer', error);
    }
  }
}
