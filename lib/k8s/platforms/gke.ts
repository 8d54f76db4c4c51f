import { GCPBackendPolicy } from '../gcp-backend-policy';
import { HealthCheckPolicy } from '../health-check-policy';
import { type GatewayPlatform } from './platform';

/** GKE's load balancers: they need to be told how to check pods and how long answers take. */
export const gkePlatform: GatewayPlatform = {
  name: 'gke',
  attach(scope, { pool, healthCheck, backend }) {
    const healthCheckPolicy = new HealthCheckPolicy(scope, 'health-check', { ...healthCheck, pool });
    const backendPolicy = new GCPBackendPolicy(scope, 'backend-policy', { ...backend, pool });
    return { healthCheckPolicy, backendPolicy, all: [healthCheckPolicy, backendPolicy] };
  },
};
