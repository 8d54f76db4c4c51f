import type { PluginFactory } from '../plugin-factory';
import { SCHEDULING_PLUGINS } from '../registry';
import {
  FILE_DISCOVERY,
  IN_FLIGHT_LOAD,
  METRICS_EXTRACTOR,
  METRICS_SOURCE,
  PARSERS,
  PREFIX_INDEX,
} from './data-plugins';
import { FAIRNESS_POLICIES, ORDERING_POLICIES, USAGE_LIMIT_POLICIES } from './flow-policies';
import { CONCURRENCY_DETECTOR, UTILIZATION_DETECTOR } from './saturation';

/** Every plugin type of the bundled picker. */
export const PLUGIN_TYPES: ReadonlyMap<string, PluginFactory> = new Map(
  [
    ...SCHEDULING_PLUGINS,
    UTILIZATION_DETECTOR,
    CONCURRENCY_DETECTOR,
    ...FAIRNESS_POLICIES,
    ...ORDERING_POLICIES,
    ...USAGE_LIMIT_POLICIES,
    METRICS_SOURCE,
    METRICS_EXTRACTOR,
    PREFIX_INDEX,
    IN_FLIGHT_LOAD,
    FILE_DISCOVERY,
    ...PARSERS,
  ].map((factory) => [factory.type, factory]),
);
