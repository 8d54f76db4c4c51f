import { createDetector } from '../../admission/saturation/create-detector';
import {
  CONCURRENCY_DEFAULTS,
  type ConcurrencySettings,
  UTILIZATION_DEFAULTS,
  type UtilizationSettings,
} from '../../admission/settings';
import { limitFilter } from '../filters/limit';
import type { ParameterReader } from '../parameters/parameter-reader';
import { carrierOf } from './carrier';

/** Also a filter, where it stands in a profile. */
export const UTILIZATION_DETECTOR = carrierOf(
  'utilization-detector',
  (name, settings: UtilizationSettings) => limitFilter('utilization-detector', name, createDetector(settings)),
  (parameters): UtilizationSettings => ({
    kind: 'utilization',
    queueDepthThreshold: parameters.number('queueDepthThreshold', UTILIZATION_DEFAULTS.queueDepthThreshold, {
      above: 0,
    }),
    kvCacheUtilThreshold: parameters.number('kvCacheUtilThreshold', UTILIZATION_DEFAULTS.kvCacheUtilThreshold, {
      above: 0,
      max: 1,
    }),
    metricsStalenessThresholdMs: parameters.durationMs(
      'metricsStalenessThreshold',
      UTILIZATION_DEFAULTS.metricsStalenessThresholdMs,
    ),
    headroom: readHeadroom(parameters),
    stalenessPolicy: parameters.choice(
      'stalenessPolicy',
      ['saturated', 'ignore'] as const,
      UTILIZATION_DEFAULTS.stalenessPolicy,
    ),
  }),
);

/** Also a filter, where it stands in a profile. */
export const CONCURRENCY_DETECTOR = carrierOf(
  'concurrency-detector',
  (name, settings: ConcurrencySettings) => limitFilter('concurrency-detector', name, createDetector(settings)),
  (parameters): ConcurrencySettings => ({
    kind: 'concurrency',
    maxConcurrency: parameters.integer('maxConcurrency', CONCURRENCY_DEFAULTS.maxConcurrency, { min: 1 }),
    maxTokenConcurrency: parameters.integer('maxTokenConcurrency', CONCURRENCY_DEFAULTS.maxTokenConcurrency, {
      min: 1,
    }),
    concurrencyMode: parameters.choice(
      'concurrencyMode',
      ['requests', 'tokens', 'hybrid'] as const,
      CONCURRENCY_DEFAULTS.concurrencyMode,
    ),
    headroom: readHeadroom(parameters),
  }),
);

function readHeadroom(parameters: ParameterReader): number {
  return parameters.number('headroom', 0, { min: 0 });
}
