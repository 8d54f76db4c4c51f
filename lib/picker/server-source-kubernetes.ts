import { kubernetesReviewer } from './io/admin-server-review';
import { loadKubeAccess } from './io/kube-access';
import { KubeClient } from './io/kube-client';
import { type DiscoveryObserver, KubeDiscovery } from './io/kube-discovery';
import type { KubernetesPool, LabelSelectedPool } from './options';
import type { EndpointSource, SourceTargets } from './server-source';
import type { Log } from './telemetry/log';

/** Keeps a pool as a cluster has it. */
export async function kubernetesSource(
  source: KubernetesPool | LabelSelectedPool,
  { pool, rules, log, random }: SourceTargets,
): Promise<EndpointSource> {
  const { kubeconfig, objectiveGroup } = source;
  const client = new KubeClient(await loadKubeAccess(kubeconfig));
  const discovery = new KubeDiscovery({
    client,
    pool,
    rules,
    target: source,
    objectiveGroup,
    random,
    observer: loggedDiscovery(log),
  });
  return {
    start: () => {
      discovery.start();
      return Promise.resolve();
    },
    stop: () => discovery.stop(),
    leads: true,
    resign: () => undefined,
    reviewer: kubernetesReviewer((path, body) => client.create(path, { ...body })),
  };
}

function loggedDiscovery(log: Log): DiscoveryObserver {
  return {
    listed: (resource, objects) => {
      log.debug('listed', { resource, objects });
    },
    failed: (resource, reason, status, retryMs) => {
      log.warn('cannot be watched, and is tried again', { resource, reason, status, retry_ms: retryMs });
    },
    skipped: (resource, name, { what, why, fix }) => {
      log.warn('an object is left out', { resource, name, what, why, fix });
    },
    pool: (found) => {
      if (found) log.debug('the pool is there');
      else log.warn('the InferencePool does not exist');
    },
    objectiveGroup: (group) => {
      log.info('objectives and rewrites are read', { group });
    },
  };
}
