import type { PodTotals } from './outcome';
import { Replica, type ReplicaListener, type ReplicaSettings } from './replica/replica';
import type { Sequence } from './replica/sequence';
import { PodScrapes, type ScrapeSettings } from './scrapes';

/** A pod and its model server. */
export interface PodSettings {
  readonly replica: ReplicaSettings;
  /** Factor of the time of every step; 1 for a healthy GPU. */
  readonly pace: number;
}

/** A pod of the simulation. */
export class Pod {
  public readonly replica: Replica;
  public readonly scrapes: PodScrapes;
  #goneAt: number | undefined;

  public constructor(
    public readonly slot: number,
    settings: PodSettings,
    private readonly readyAt: number,
    seed: number,
    scrape: ScrapeSettings,
    listener: ReplicaListener,
  ) {
    this.replica = new Replica(settings.replica, listener);
    this.replica.setPace(settings.pace, readyAt);
    this.scrapes = new PodScrapes(this.replica, scrape, seed, readyAt);
  }

  public get alive(): boolean {
    return this.#goneAt === undefined;
  }

  /** Stops it, and returns what it had not finished. */
  public kill(now: number): readonly Sequence[] {
    this.#goneAt = now;
    return this.replica.kill(now);
  }

  public totals(endedAt: number): PodTotals {
    const { replica } = this;
    return {
      slot: this.slot,
      from: this.readyAt,
      to: this.#goneAt ?? endedAt,
      busyMs: replica.busyMs,
      steps: replica.steps,
      computedTokens: replica.computedTokens,
      preemptions: replica.batch.preemptions,
    };
  }
}
