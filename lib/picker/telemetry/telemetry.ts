import { type AdmissionObserver, NO_ADMISSION_OBSERVER } from '../admission/observer';
import type { Call } from '../scheduling/call';
import type { Endpoint } from '../scheduling/endpoint';
import type { Scheduled } from '../scheduling/outcome';
import type { FaultReport } from '../scheduling/plugin-fault';
import type { InferenceRequest } from '../scheduling/request';
import type { DecisionObserver } from './timed-scheduler';

/** Told of requests by the director. */
export interface RequestObserver {
  /** The picker itself answered; `request` is undefined when it was not understood. */
  rejected(rejected: { readonly request: InferenceRequest | undefined; readonly code: string }): void;
  routed(call: Call, scheduled: Scheduled): void;
  finished(call: Call): void;
  /** A rule put another model name in the place of the client's. */
  rewritten(rule: string, from: string, to: string): void;
  /** Something of the picker's own failed. */
  fault(where: string, error: unknown): void;
}

/** Told of what happens to a call on its way. */
export interface CallObserver {
  moved(call: Call, from: Endpoint, now: number): void;
  firstToken(call: Call, now: number): void;
}

/** Told of the endpoints of a pool. */
export interface EndpointObserver {
  removed(endpoint: Endpoint): void;
  /** A reading of metrics failed: `poll` without an answer, `extract` when it could not be understood. */
  scrapeFailed(step: 'poll' | 'extract'): void;
}

/** What the picker tells its metrics, one member for each part that does the telling. No method throws. */
export interface PickerTelemetry {
  /** For the director, as its observer. */
  readonly requests: RequestObserver;
  /** For the director, as one of its followers. */
  readonly calls: CallObserver;
  readonly admission: AdmissionObserver;
  /** For `timedScheduler`. */
  readonly decisions: DecisionObserver;
  readonly endpoints: EndpointObserver;
  /** For the scheduler: a plugin failed in a decision. */
  pluginFault(fault: FaultReport): void;
}

const nothing = (): void => undefined;

/** Counts nothing: for the simulator. */
export const NO_TELEMETRY: PickerTelemetry = Object.freeze({
  requests: Object.freeze({
    rejected: nothing,
    routed: nothing,
    finished: nothing,
    rewritten: nothing,
    fault: nothing,
  }),
  calls: Object.freeze({ moved: nothing, firstToken: nothing }),
  admission: NO_ADMISSION_OBSERVER,
  decisions: Object.freeze({ decided: nothing, compared: nothing }),
  endpoints: Object.freeze({ removed: nothing, scrapeFailed: nothing }),
  pluginFault: nothing,
});
