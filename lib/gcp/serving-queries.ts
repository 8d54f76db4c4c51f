import {
  type Exposure,
  GATEWAY_RESOURCE_PREFIX,
  LOAD_BALANCER_REQUESTS,
  type ServingMetrics,
} from '../core/gke/serving-metrics';

/** Which series the queries read. */
export interface QueryScope {
  readonly clusterName: string;
  readonly region: string;
  readonly namespace: string | undefined;
  readonly exposure: Exposure;
  readonly metrics: ServingMetrics;
}

/** By what a chart tells its lines apart. */
export type Grouping = 'pod' | 'model';

const WINDOW = '5m';

/** A quantile of a histogram, by pod or by model. */
export function quantile(scope: QueryScope, histogram: string, q: number, by: Grouping): string {
  const label = labelOf(scope, by);
  return `histogram_quantile(${q}, sum by (le, ${label}) (rate(${histogram}_bucket${selector(scope)}[${WINDOW}])))`;
}

/**
 * A gauge, by pod or by model. A pod that is scraped twice, by GKE and by a PodMonitoring, counts once; the engines of
 * a pod add up.
 */
export function gauge(scope: QueryScope, metric: string, by: Grouping): string {
  const { modelLabel } = scope.metrics;
  return `sum by (${labelOf(scope, by)}) (max by (pod, engine, ${modelLabel}) (${metric}${selector(scope)}))`;
}

/** The highest part of a share, such as that of the KV cache in use, by pod or by model. */
export function highest(scope: QueryScope, metric: string, by: Grouping): string {
  return `max by (${labelOf(scope, by)}) (${metric}${selector(scope)})`;
}

/** A counter's growth in a second, by model and another label. */
export function perSecond(scope: QueryScope, counter: string, label?: string): string {
  const { modelLabel } = scope.metrics;
  const labels = [modelLabel, ...(label === undefined ? [] : [label])].join(', ');
  return `sum by (${labels}) (max by (pod, engine, ${labels}) (rate(${counter}${selector(scope)}[${WINDOW}])))`;
}

/** One counter's growth as a part of another's, by pod or by model. */
export function ratio(scope: QueryScope, part: string, whole: string, by: Grouping): string {
  const sum = (counter: string): string =>
    `sum by (${labelOf(scope, by)}) (rate(${counter}${selector(scope)}[${WINDOW}]))`;
  return `${sum(part)} / ${sum(whole)}`;
}

/** Requests in a second at the load balancer, by class of the answer. */
export function loadBalancerRequests(scope: QueryScope): string {
  return `sum by (response_code_class) (rate(${balancer(scope)}[${WINDOW}]))`;
}

/** Part of the requests that the load balancer answered with a 5xx. */
export function errorRatio(scope: QueryScope): string {
  const failed = balancer(scope, { response_code_class: '500' });
  return `sum(rate(${failed}[${WINDOW}])) / sum(rate(${balancer(scope)}[${WINDOW}]))`;
}

function balancer(scope: QueryScope, extra: Readonly<Record<string, string>> = {}): string {
  const { metric, resource } = LOAD_BALANCER_REQUESTS[scope.exposure];
  const labels = { monitored_resource: resource, region: scope.region, ...extra };
  const names = `forwarding_rule_name=~${quote(`${GATEWAY_RESOURCE_PREFIX}.*`)}`;
  return `${metric}{${equals(labels)},${names}}`;
}

function selector(scope: QueryScope): string {
  const namespace = scope.namespace === undefined ? {} : { namespace: scope.namespace };
  return `{${equals({ cluster: scope.clusterName, ...namespace })}}`;
}

function equals(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([label, value]) => `${label}=${quote(value)}`)
    .join(',');
}

/** PromQL escapes texts as JSON does. */
function quote(text: string): string {
  return JSON.stringify(text);
}

function labelOf(scope: QueryScope, by: Grouping): string {
  return by === 'pod' ? 'pod' : scope.metrics.modelLabel;
}
