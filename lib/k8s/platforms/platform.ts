import { type Construct } from 'constructs';
import { type EndpointPicker } from '../endpoint-picker';
import { type BackendOptions, type GCPBackendPolicy } from '../gcp-backend-policy';
import { type HealthCheckOptions, type HealthCheckPolicy } from '../health-check-policy';
import { type InferencePool } from '../inference-pool';

/** A pool and what the load balancer should know of it. */
export interface PoolParts {
  readonly pool: InferencePool;
  readonly picker: EndpointPicker;
  /** How the load balancer checks the pods. */
  readonly healthCheck: HealthCheckOptions;
  /** How it treats requests. */
  readonly backend: BackendOptions;
}

/** Objects that a platform put beside a pool. */
export interface PlatformAttachments {
  readonly healthCheckPolicy?: HealthCheckPolicy;
  readonly backendPolicy?: GCPBackendPolicy;
  /** Everything that was made, the two above included. */
  readonly all: readonly Construct[];
}

/** An implementation of the Gateway API, and the objects that it wants beside each pool. One file for each. */
export interface GatewayPlatform {
  /** Name that gateway classes refer to. */
  readonly name: string;
  attach(scope: Construct, parts: PoolParts): PlatformAttachments;
}
