import { PickerPorts } from '../../ports';
import type { HealthServices, PickerLaunch, PickerRight } from '../flavor';

/** Flags that every release of the Go picker since 1.0 takes under the same name. */
export function commonArgs(launch: PickerLaunch): readonly string[] {
  return [
    `--pool-name=${launch.poolName}`,
    `--pool-namespace=${launch.poolNamespace}`,
    `--pool-group=${launch.poolGroup}`,
    `--config-file=${launch.configFile}`,
    `--grpc-port=${PickerPorts.EXT_PROC}`,
    `--grpc-health-port=${PickerPorts.HEALTH}`,
    `--metrics-port=${PickerPorts.METRICS}`,
    `--metrics-endpoint-auth=${launch.metricsAuth}`,
    `--ha-enable-leader-election=${launch.leaderElection}`,
  ];
}

const METRIC_FLAG =
  'the picker refuses to start with it: metrics are named in the configuration, core-metrics-extractor';

/** Flags that the Go picker parses and then refuses. */
export const REFUSED_METRIC_FLAGS: Readonly<Record<string, string>> = {
  '--total-queued-requests-metric': METRIC_FLAG,
  '--total-running-requests-metric': METRIC_FLAG,
  '--kv-cache-usage-percentage-metric': METRIC_FLAG,
  '--lora-info-metric': METRIC_FLAG,
  '--cache-info-metric': METRIC_FLAG,
};

/** The Go picker answers for any service name unless it takes part in an election. */
export function upstreamHealth(leaderElection: boolean): HealthServices {
  return leaderElection
    ? { liveness: 'liveness', readiness: 'readiness' }
    : { liveness: 'inference-extension', readiness: 'inference-extension' };
}

/** The election of controller-runtime, as upstream's charts allow it. */
export const UPSTREAM_ELECTION: readonly PickerRight[] = [
  {
    apiGroup: 'coordination.k8s.io',
    resource: 'leases',
    verbs: ['get', 'list', 'watch', 'create', 'update', 'patch'],
  },
  { apiGroup: '', resource: 'events', verbs: ['create', 'patch'] },
];
