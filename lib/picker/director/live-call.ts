import type { Call, CallOutcome, CallTarget, Usage } from '../scheduling/call';
import type { Endpoint } from '../scheduling/endpoint';
import type { InferenceRequest } from '../scheduling/request';

/** The one object that follows a routed request; plugins see it as a `Call`. */
export class LiveCall implements Call {
  public primary: CallTarget;
  public targets: readonly CallTarget[];
  public firstTokenAt: number | undefined;
  public finishedAt: number | undefined;
  public outcome: CallOutcome | undefined;
  public status: number | undefined;
  public usage: Usage | undefined;
  public streamedEvents = 0;
  /** What the gateway named as the endpoint that served, where it named one. */
  public served: string | undefined;
  /** Whether the answer came as a stream of events. */
  public streamed = false;

  public constructor(
    public readonly request: InferenceRequest,
    public readonly decisionId: string,
    public readonly routedAt: number,
    primary: CallTarget,
    others: readonly CallTarget[],
  ) {
    this.primary = primary;
    this.targets = [primary, ...others];
  }

  /** Puts another endpoint in the place of the one that was chosen first. */
  public move(endpoint: Endpoint, matchedBlocks: number, uncachedTokens: number): void {
    const moved: CallTarget = { profile: this.primary.profile, endpoint, matchedBlocks, uncachedTokens };
    this.targets = this.targets.map((target) => (target === this.primary ? moved : target));
    this.primary = moved;
  }
}
