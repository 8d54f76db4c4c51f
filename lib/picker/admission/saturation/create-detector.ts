import type { SaturationSettings } from '../settings';
import { ConcurrencyDetector } from './concurrency-detector';
import type { EndpointLimit } from './endpoint-limit';
import { UtilizationDetector } from './utilization-detector';

/** The detector that the settings ask for. */
export function createDetector(settings: SaturationSettings): EndpointLimit {
  return settings.kind === 'utilization' ? new UtilizationDetector(settings) : new ConcurrencyDetector(settings);
}
