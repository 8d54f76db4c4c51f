import { deepFreeze } from '../freeze';

/** Prop that sets each flag of a picker that the library writes. */
export const PICKER_FLAGS: Readonly<Record<string, string>> = deepFreeze({
  '--pool-name': 'pool',
  '--pool-namespace': 'pool',
  '--pool-group': 'apiProfile on the pool',
  '--objective-group': 'apiProfile on the pool',
  '--config-file': 'config',
  '--config-text': 'config',
  '--metrics-endpoint-auth': 'metricsAuth',
  '--ha-enable-leader-election': 'replicas and highAvailability',
  '--drain-timeout': 'drainTimeout',
});

/** Flags whose values are fixed, each with the reason. */
export const FIXED_PICKER_FLAGS: Readonly<Record<string, string>> = deepFreeze({
  '--grpc-port': 'the pool, the Service and the container agree on the port',
  '--grpc-health-port': 'the Service, the probes and the container agree on the port',
  '--metrics-port': 'the Service, the monitoring and the container agree on the port',
  '--secure-serving': 'the gateway speaks TLS with the picker',
});

/** Variables of a picker's container that the library sets. */
export const PICKER_VARIABLES: readonly string[] = deepFreeze(['NAMESPACE', 'POD_NAME']);
