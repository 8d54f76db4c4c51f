import { FlowControl } from '../../../lib/picker/admission/flow-control/flow-control';
import type { AdmissionObserver } from '../../../lib/picker/admission/observer';
import { ConcurrencyDetector } from '../../../lib/picker/admission/saturation/concurrency-detector';
import {
  BAND_DEFAULTS,
  type BandSettings,
  CONCURRENCY_DEFAULTS,
  FLOW_CONTROL_DEFAULTS,
  type FlowControlSettings,
} from '../../../lib/picker/admission/settings';
import type { AdmissionVerdict } from '../../../lib/picker/admission/types';
import type { InferenceRequest } from '../../../lib/picker/scheduling/request';
import { endpoints, type FakeClock, fakeClock, load, type TestEndpoint } from './builders';
import { type TestTicket, ticket } from './tickets';

/** A request that was sent to the door. */
export interface Sent {
  readonly ticket: TestTicket;
  readonly verdicts: readonly AdmissionVerdict[];
  /** Ends the request that went on. */
  finish(): void;
}

/** Flow control before a pool of endpoints that take `capacity` requests each. */
export interface TestDoor {
  readonly control: FlowControl;
  readonly clock: FakeClock;
  readonly pool: TestEndpoint[];
  /** Requests that went on, in their order. */
  readonly wentOn: readonly InferenceRequest[];
  readonly events: readonly string[];
  readonly send: (given?: Partial<InferenceRequest>) => Sent;
  /** Lets `ms` go by, then ticks and lets promises run. */
  readonly tick: (ms?: number) => Promise<void>;
  /** Requests that run in the pool. */
  readonly running: () => number;
}

/** What a door may be told. */
export interface DoorOptions {
  readonly settings?: Partial<FlowControlSettings>;
  /** What all bands have in place of the defaults. */
  readonly band?: Partial<BandSettings>;
  /** @default 1 */
  readonly servers?: number;
  /** @default 1 */
  readonly capacity?: number;
}

export function door(options: DoorOptions = {}): TestDoor {
  const { servers = 1, capacity = 1 } = options;
  const clock = fakeClock(1000);
  const pool = endpoints(servers);
  const events: string[] = [];
  const band = { ...BAND_DEFAULTS, ...options.band };
  const control = new FlowControl({
    settings: { ...FLOW_CONTROL_DEFAULTS, defaultBand: band, defaultNegativeBand: band, ...options.settings },
    detector: new ConcurrencyDetector({ ...CONCURRENCY_DEFAULTS, maxConcurrency: capacity }),
    clock,
    pool: () => pool,
    observer: recorder(events),
  });
  const wentOn: InferenceRequest[] = [];
  let sent = 0;
  return {
    control,
    clock,
    pool,
    wentOn,
    events,
    send(given = {}) {
      const at = ticket(() => pool, { id: `r${++sent}`, receivedAt: clock.now(), ...given });
      const verdicts: AdmissionVerdict[] = [];
      let finish = (): void => undefined;
      const settle = (verdict: AdmissionVerdict): void => {
        verdicts.push(verdict);
        if (verdict.kind === 'dropped') return;
        wentOn.push(at.request);
        const free = route(pool);
        finish = () => {
          free();
          verdict.release();
        };
      };
      const verdict = control.admit(at);
      if (verdict instanceof Promise) void verdict.then(settle);
      else settle(verdict);
      return {
        ticket: at,
        verdicts,
        finish: () => {
          finish();
        },
      };
    },
    async tick(ms = 1) {
      clock.advance(ms);
      control.tick(clock.now());
      await settled();
    },
    running: () => pool.reduce((sum, { load: { requests } }) => sum + requests, 0),
  };
}

/** Lets everything that waits for promises run. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 5; i += 1) await Promise.resolve();
}

function route(pool: readonly TestEndpoint[]): () => void {
  const [least] = [...pool].sort((a, b) => a.load.requests - b.load.requests);
  if (least === undefined) return () => undefined;
  const add = (by: number): void => {
    least.load = load({ requests: least.load.requests + by, unseenRequests: least.load.unseenRequests + by });
  };
  add(1);
  return () => {
    add(-1);
  };
}

function recorder(events: string[]): AdmissionObserver {
  return {
    queued: ({ id }) => events.push(`queued ${id}`),
    settled: ({ id }, outcome, waitedMs) => events.push(`${outcome} ${id} after ${waitedMs}`),
    saturation: () => undefined,
    revoked: (priority) => events.push(`revoked ${priority}`),
    revocationEnded: (outcome, tookMs) => events.push(`revocation ${outcome} after ${tookMs}`),
  };
}
