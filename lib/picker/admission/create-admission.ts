import type { Endpoint } from '../scheduling/endpoint';
import type { Clock } from '../time';
import { FlowControl } from './flow-control/flow-control';
import { LegacyAdmission } from './legacy-admission';
import { type AdmissionObserver, NO_ADMISSION_OBSERVER } from './observer';
import { createDetector } from './saturation/create-detector';
import type { EndpointLimit } from './saturation/endpoint-limit';
import type { AdmissionSettings } from './settings';
import type { Admission } from './types';

/** What admission needs from the rest of the picker. */
export interface AdmissionOptions {
  readonly settings: AdmissionSettings;
  readonly clock: Pick<Clock, 'now'>;
  /** All endpoints of the pool. */
  readonly pool: () => readonly Endpoint[];
  /**
   * Says how full endpoints are.
   * @default - the detector of the settings
   */
  readonly detector?: EndpointLimit;
  /**
   * Told of what happens at the door.
   * @default - nobody hears
   */
  readonly observer?: AdmissionObserver;
}

/** The admission that the settings ask for. */
export function createAdmission(options: AdmissionOptions): Admission {
  const { settings, clock, pool, observer = NO_ADMISSION_OBSERVER } = options;
  const detector = options.detector ?? createDetector(settings.saturation);
  return settings.flowControl === undefined
    ? new LegacyAdmission({ detector, clock, observer })
    : new FlowControl({ settings: settings.flowControl, detector, clock, pool, observer });
}
