import { kubernetesReviewer } from './io/admin-server-review';
import { type KubeAccess, loadKubeAccess } from './io/kube-access';
import { KubeClient } from './io/kube-client';
import { type DiscoveryObserver, KubeDiscovery } from './io/kube-discovery';
import { LeaderElection } from './io/leader-election';
import type { KubernetesPool, LabelSelectedPool } from './options';
import type { EndpointSource, SourceTargets } from './server-source';
import type { Log } from './telemetry/log';

/** Keeps a pool as a cluster has it. `access` takes the place of the credentials that the options lead to. */
export async function kubernetesSource(
  source: KubernetesPool | LabelSelectedPool,
  { pool, rules, log, random, clock, election }: SourceTargets,
  access?: KubeAccess,
): Promise<EndpointSource> {
  const { kubeconfig, objectiveGroup } = source;
  const client = new KubeClient(access ?? (await loadKubeAccess(kubeconfig)));
  const discovery = new KubeDiscovery({
    client,
    pool,
    rules,
    target: source,
    objectiveGroup,
    random,
    observer: loggedDiscovery(log),
  });
  const elected = election && leaderElection(election, client, { pool, log, random, clock });
  let resigned: Promise<void> | undefined;
  const resign = (): Promise<void> => (resigned ??= elected?.stop() ?? Promise.resolve());
  return {
    start: () => {
      elected?.start();
      discovery.start();
      return Promise.resolve();
    },
    stop: async () => {
      await Promise.all([discovery.stop(), resign()]);
    },
    get leads() {
      return elected?.leading ?? true;
    },
    resign: () => void resign(),
    reviewer: kubernetesReviewer((path, body) => client.create(path, { ...body })),
  };
}

function leaderElection(
  { identity }: NonNullable<SourceTargets['election']>,
  client: KubeClient,
  { pool, log, random, clock }: Pick<SourceTargets, 'pool' | 'log' | 'random' | 'clock'>,
): LeaderElection {
  const { name, namespace } = pool;
  return new LeaderElection({
    client,
    namespace,
    pool: name,
    identity,
    clock,
    random,
    observer: {
      leading: (leads) => {
        log.info(leads ? 'leads from now on' : 'does not lead any more', { identity });
      },
      failed: (reason) => {
        log.warn('the lease could not be read or written', { reason });
      },
    },
  });
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
