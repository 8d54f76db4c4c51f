import type * as pulumi from '@pulumi/pulumi';
import { type Problem } from '../core/problem';
import { GATEWAY_GROUP, groupOf, isKind, type Manifest, numberAt, textAt } from './manifest';

/** What a release waits for, and how long. */
export interface WaitSettings {
  readonly waitForGateway: boolean;
  readonly waitForWorkloads: boolean;
  readonly gatewayTimeout: string;
  /** Undefined to follow from each workload. */
  readonly workloadTimeout: string | undefined;
}

/** How Pulumi applies one object. */
export interface Readiness {
  readonly annotations: Readonly<Record<string, string>>;
  readonly customTimeouts?: pulumi.CustomTimeouts;
}

const SKIP = 'pulumi.com/skipAwait';
const WAIT = 'pulumi.com/waitFor';

/** Pulumi's verdict comes after Kubernetes' own, seconds. */
const MARGIN_SECONDS = 120;
/** Default `progressDeadlineSeconds` of a Deployment. */
const PROGRESS_DEADLINE_SECONDS = 600;
/** Jobs copy weights. */
const JOB_SECONDS = 1800;
/** Pulumi notices a stuck rollout only by its timeout, so this is as long as anybody may have to wait for the news. */
const MAX_ROLLOUT_SECONDS = 7200;

/** Kinds that Pulumi waits for until their pods are ready. */
const WORKLOADS = new Set(['apps/Deployment', 'apps/StatefulSet', 'apps/DaemonSet', 'batch/Job', '/Pod']);
/** Kinds that Pulumi waits for and that become ready only with pods of the same release. */
const FOLLOWERS = new Set(['/Service', '/PersistentVolumeClaim']);
/** Kinds whose deletion waits for parts of a load balancer. */
const SLOW_TO_DELETE = new Set(['/Namespace', '/Service', `${GATEWAY_GROUP}/HTTPRoute`]);

/** Checks the durations that a user chose. */
export function checkTimeouts(timeouts: Readonly<Record<string, string | undefined>>): readonly Problem[] {
  return Object.entries(timeouts).flatMap(([field, value]) => {
    if (value === undefined || /^(\d+(\.\d+)?(h|m|s))+$/.test(value)) return [];
    return [{ what: `${field} '${value}' is not a duration`, why: 'Pulumi reads it as one', fix: `write it as '20m'` }];
  });
}

/**
 * How to apply an object of a release. Annotations of the chart win.
 *
 * @see https://www.pulumi.com/blog/improved-kubernetes-await-logic/
 */
export function readinessOf(manifest: Manifest, settings: WaitSettings, all: readonly Manifest[]): Readiness {
  const { gatewayTimeout: slow } = settings;
  if (isKind(manifest, GATEWAY_GROUP, 'Gateway')) {
    // A load balancer takes 5 to 15 minutes, and only a programmed Gateway has an address.
    const annotations = settings.waitForGateway ? annotation(manifest, WAIT, 'condition=Programmed') : {};
    return { annotations, customTimeouts: { create: slow, update: slow, delete: slow } };
  }
  const deletion = SLOW_TO_DELETE.has(kindOf(manifest)) ? { delete: slow } : {};
  const waiting = timeoutsOf(manifest, settings, all);
  if (waiting !== undefined) {
    const annotations = settings.waitForWorkloads ? {} : annotation(manifest, SKIP, 'true');
    return { annotations, customTimeouts: { ...waiting, ...deletion } };
  }
  return deletion.delete === undefined ? { annotations: {} } : { annotations: {}, customTimeouts: deletion };
}

function timeoutsOf(
  manifest: Manifest,
  { workloadTimeout }: WaitSettings,
  all: readonly Manifest[],
): pulumi.CustomTimeouts | undefined {
  const follows = FOLLOWERS.has(kindOf(manifest));
  if (!follows && !isWorkload(manifest)) return undefined;
  if (workloadTimeout !== undefined) return { create: workloadTimeout, update: workloadTimeout };
  const behind = follows ? all.filter(isWorkload) : [manifest];
  const longest = (seconds: (workload: Manifest) => number): string =>
    `${Math.max(PROGRESS_DEADLINE_SECONDS, ...behind.map(seconds)) + MARGIN_SECONDS}s`;
  return { create: longest(creationSeconds), update: longest(rolloutSeconds) };
}

/** Pods of a StatefulSet start one after the other, those of other kinds together. */
function creationSeconds(workload: Manifest): number {
  return workload.kind === 'StatefulSet' ? rolloutSeconds(workload) : podSeconds(workload);
}

/** An update may replace one pod at a time. */
function rolloutSeconds(workload: Manifest): number {
  const replicas = Math.max(1, numberAt(workload, 'spec', 'replicas') ?? 1);
  const seconds = podSeconds(workload);
  return Math.max(seconds, Math.min(seconds * replicas, MAX_ROLLOUT_SECONDS));
}

function podSeconds(workload: Manifest): number {
  const fallback = workload.kind === 'Job' ? JOB_SECONDS : PROGRESS_DEADLINE_SECONDS;
  const deadline = numberAt(workload, 'spec', 'progressDeadlineSeconds');
  return deadline ?? numberAt(workload, 'spec', 'activeDeadlineSeconds') ?? fallback;
}

function annotation(manifest: Manifest, key: string, value: string): Readonly<Record<string, string>> {
  const own = [SKIP, WAIT].some((name) => textAt(manifest, 'metadata', 'annotations', name) !== undefined);
  return own ? {} : { [key]: value };
}

function isWorkload(manifest: Manifest): boolean {
  return WORKLOADS.has(kindOf(manifest));
}

function kindOf(manifest: Manifest): string {
  return `${groupOf(manifest)}/${manifest.kind}`;
}
