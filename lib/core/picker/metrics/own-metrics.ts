import { deepFreeze } from '../../freeze';
import { Buckets } from './buckets';
import type { MetricFacts } from './metric-facts';

/** Metrics that the Go picker does not have. */
export const OWN_METRICS = deepFreeze({
  decision_duration_seconds: {
    type: 'histogram',
    help: 'Time of a decision, in finer steps.',
    labels: [],
    buckets: Buckets.DECISION_SECONDS,
  },
  plugin_faults_total: {
    type: 'counter',
    help: 'Decisions in which a plugin failed, by what it did.',
    labels: ['plugin', 'kind'],
  },
  faults_total: {
    type: 'counter',
    help: "Failures of the picker's own; the log says what each was.",
    labels: ['where'],
  },
  shadow_decisions_total: {
    type: 'counter',
    help: 'Decisions of profiles that only watch, by whether they chose what was done.',
    labels: ['profile', 'agreed'],
  },
  endpoints_moved_total: {
    type: 'counter',
    help: 'Requests that another endpoint served than the one chosen first.',
    labels: ['name'],
  },
  client_disconnects_total: {
    type: 'counter',
    help: 'Requests whose client left before the end of the answer.',
    labels: ['model_name'],
  },
  dropped_series_total: {
    type: 'counter',
    help: 'Series that were not kept because a metric had too many.',
    labels: [],
  },
} as const satisfies Record<string, MetricFacts>);
