/** A metric of the endpoint picker. */
export interface MetricFacts {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  /** Names of the labels, in the order in which values are given. */
  readonly labels: readonly string[];
  /** Upper bounds of a histogram's buckets, ascending, without the infinite one. */
  readonly buckets?: readonly number[];
  /** The same numbers under the name that dashboards of older releases know. */
  readonly legacy?: LegacyMetric;
}

/** An older name of a metric. Series that differ only in labels which it lacks are added up. */
export interface LegacyMetric {
  /** With its prefix. */
  readonly name: string;
  /** Its labels, and which of the current ones each has its values from. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Prefix of metrics that the Go picker has too. */
export const UPSTREAM_PREFIX = 'llm_d_epp_';
/** Prefix of metrics that it does not have. */
export const OWN_PREFIX = 'inference_picker_';

/** Labels that keep their names. */
export function same(...labels: readonly string[]): LegacyMetric['labels'] {
  return Object.fromEntries(labels.map((label) => [label, label]));
}
