import type { AdmissionTicket } from '../admission/types';
import type { Endpoint } from '../scheduling/endpoint';
import type { AnswerWatcher } from './answer-watcher';
import type { Intake } from './intake';
import type { RequestHead } from './types';

/** A request between the door and its endpoint; what admission holds while it waits. */
export class Passage implements AdmissionTicket {
  /** Set once the request was given to an endpoint. */
  public watcher: AnswerWatcher | undefined;
  /** Whether admission wants the request gone. */
  public evicted = false;

  public constructor(
    public readonly head: RequestHead,
    public readonly intake: Intake,
    /** Clock time at which it came to the door, ms. */
    public readonly since: number,
    private readonly allowed: (head: RequestHead) => readonly Endpoint[],
  ) {}

  public get request(): Intake['request'] {
    return this.intake.request;
  }

  public get signal(): AbortSignal {
    return this.head.signal;
  }

  public candidates(): readonly Endpoint[] {
    return this.allowed(this.head);
  }

  public evict(): void {
    this.evicted = true;
    this.watcher?.evict();
  }
}
