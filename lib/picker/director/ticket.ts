import type { AdmissionTicket } from '../admission/types';
import type { Endpoint } from '../scheduling/endpoint';
import type { InferenceRequest } from '../scheduling/request';
import type { AnswerWatcher } from './answer-watcher';
import type { RequestHead } from './types';

/** A request as admission sees it. Admission may keep it until the request ends, so it holds nothing of the body. */
export class Ticket implements AdmissionTicket {
  /** Set once the request was given to an endpoint. */
  public watcher: AnswerWatcher | undefined;
  /** Whether admission wants the request gone. */
  public evicted = false;

  public constructor(
    public readonly request: InferenceRequest,
    public readonly head: RequestHead,
    /** Clock time at which it came to the door, ms. */
    public readonly since: number,
    private readonly allowed: (head: RequestHead) => readonly Endpoint[],
  ) {}

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
