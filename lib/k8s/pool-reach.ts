import { problemsOf, type Problem } from '../core/problem';
import { clusterOf } from './cluster-scope';
import { manifestIndex, type PodTemplate } from './manifest-index';
import { type InferencePool } from './inference-pool';

/** What a pool says of the pods and the picker that it refers to. */
export interface PoolView {
  readonly selector: Readonly<Record<string, string>>;
  readonly ports: readonly number[];
  readonly serviceName: string | undefined;
  readonly failureMode: string;
}

interface RenderedPool {
  readonly spec?: {
    readonly selector?: Readonly<Record<string, unknown>>;
    readonly targetPorts?: readonly { readonly number: number }[];
    readonly targetPortNumber?: number;
    readonly endpointPickerRef?: RenderedRef;
    readonly extensionRef?: RenderedRef;
  };
}

interface RenderedRef {
  readonly name?: string;
  readonly failureMode?: string;
}

/** The view of a rendered pool, of either API. */
export function poolView(document: unknown): PoolView {
  const { spec = {} } = document as RenderedPool;
  const nested = spec.selector?.['matchLabels'];
  // v1 nests the labels, v1alpha2 has them flat.
  const selector = (nested !== undefined && typeof nested === 'object' ? nested : spec.selector) ?? {};
  const ref = spec.endpointPickerRef ?? spec.extensionRef;
  return {
    selector: selector as Readonly<Record<string, string>>,
    ports: spec.targetPorts?.map(({ number }) => number) ?? [spec.targetPortNumber ?? 0],
    serviceName: ref?.name,
    failureMode: ref?.failureMode ?? '',
  };
}

/** Checks that a pool reaches pods and its picker: by what it renders, overrides included. */
export function checkPoolReach(pool: InferencePool, view: PoolView): readonly Problem[] {
  return problemsOf(checkSelector(pool, view), checkService(pool, view), checkFailureMode(view));
}

function checkSelector(pool: InferencePool, { selector, ports }: PoolView): readonly Problem[] {
  const labels = Object.entries(selector);
  const text = labels.map(([key, value]) => `${key}=${value}`).join(', ');
  if (labels.length === 0) {
    return [
      {
        what: `the selector of pool '${pool.name}' has no label`,
        why: 'InferencePool takes at least one',
        fix: 'name the labels of the pods',
      },
    ];
  }
  if ('external' in pool.member) return [];
  const matches = (pod: PodTemplate): boolean =>
    pod.cluster === clusterOf(pool) &&
    pod.namespace === pool.namespace &&
    labels.every(([key, value]) => pod.labels[key] === value);
  const index = manifestIndex(pool);
  const known = index.knownPods.filter(matches);
  const pods = known.length > 0 ? known : index.otherPods().filter(matches);
  if (pods.length === 0) {
    return [
      {
        what: `the selector of pool '${pool.name}' matches no pod`,
        why: `no workload in namespace '${pool.namespace ?? 'default'}' has pods with ${text}`,
        fix: 'make the model server in the namespace of the pool, and leave its labels as they are',
      },
    ];
  }
  return ports
    .filter((port) => !pods.some((pod) => pod.ports.includes(port)))
    .map((port) => ({
      what: `target port ${port} of pool '${pool.name}' is no port of its pods`,
      why: `the pods of ${pods.map(({ path }) => path).join(', ')} listen on ${pods.flatMap((pod) => pod.ports).join(', ') || 'no port'}`,
      fix: 'set the port on the model server; the pool follows it',
    }));
}

function checkService(pool: InferencePool, { serviceName }: PoolView): Problem | undefined {
  const { picker } = pool;
  if (picker === undefined || serviceName === picker.serviceName) return undefined;
  return {
    what: `pool '${pool.name}' refers to Service '${serviceName ?? ''}'`,
    why: `its picker ${picker.path} has Service '${picker.serviceName}'`,
    fix: 'remove the override; the pool follows its picker',
  };
}

function checkFailureMode({ failureMode }: PoolView): Problem | undefined {
  if (['FailOpen', 'FailClose'].includes(failureMode)) return undefined;
  return {
    what: `failureMode '${failureMode}'`,
    why: 'the API server refuses other values',
    fix: `use 'FailOpen' or 'FailClose'`,
  };
}
