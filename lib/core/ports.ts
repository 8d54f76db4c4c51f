/** Ports of the endpoint picker, the same for every flavour. */
export const PickerPorts = Object.freeze({
  /** Envoy's external processing protocol, gRPC. */
  EXT_PROC: 9002,
  /** gRPC health checks; GKE probes this port when no HealthCheckPolicy says otherwise. */
  HEALTH: 9003,
  /** Prometheus metrics. */
  METRICS: 9090,
});

/** Port that vLLM listens on when none is chosen. */
export const MODEL_SERVER_PORT = 8000;

export const HTTP_PORT = 80;
export const HTTPS_PORT = 443;
