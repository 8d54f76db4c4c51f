/** What an endpoint counts for whose metrics are missing or old. */
export type StalenessPolicy = 'saturated' | 'ignore';

/** Settings of the detector that reads queues and KV caches. */
export interface UtilizationSettings {
  readonly kind: 'utilization';
  /** Waiting requests of one endpoint that mean full; above zero. */
  readonly queueDepthThreshold: number;
  /** Part of the KV cache in use that means full, above 0 up to 1. */
  readonly kvCacheUtilThreshold: number;
  /** Age from which a reading is stale, ms. */
  readonly metricsStalenessThresholdMs: number;
  /** What the detector allows an endpoint beyond full when it filters, as a part of full: 0.2 means 20 % more. */
  readonly headroom: number;
  readonly stalenessPolicy: StalenessPolicy;
}

/** What the concurrency detector counts. */
export type ConcurrencyMode = 'requests' | 'tokens' | 'hybrid';

/** Settings of the detector that counts this picker's own requests. */
export interface ConcurrencySettings {
  readonly kind: 'concurrency';
  /** Requests in flight that fill an endpoint; above zero. */
  readonly maxConcurrency: number;
  /** Tokens in flight that fill an endpoint; above zero. */
  readonly maxTokenConcurrency: number;
  readonly concurrencyMode: ConcurrencyMode;
  /** What the detector allows an endpoint beyond full when it filters, as a part of full. */
  readonly headroom: number;
}

export type SaturationSettings = UtilizationSettings | ConcurrencySettings;

/**
 * Upstream's numbers. Its policy is `saturated`, under which one gap between two readings makes a whole pool shed.
 * @see https://github.com/llm-d/llm-d-router/issues/2408
 */
export const UTILIZATION_DEFAULTS: UtilizationSettings = Object.freeze({
  kind: 'utilization',
  queueDepthThreshold: 5,
  kvCacheUtilThreshold: 0.8,
  metricsStalenessThresholdMs: 200,
  headroom: 0,
  stalenessPolicy: 'ignore',
});

/** Upstream's numbers. */
export const CONCURRENCY_DEFAULTS: ConcurrencySettings = Object.freeze({
  kind: 'concurrency',
  maxConcurrency: 100,
  maxTokenConcurrency: 1_000_000,
  concurrencyMode: 'requests',
  headroom: 0,
});

/**
 * How the flows of a band take turns. `global-strict`: no turns, the ordering alone decides. `round-robin`: one request
 * of each flow after the other. `least-attained-service`: the flow that was given the fewest tokens of late.
 */
export type FairnessSettings =
  | { readonly kind: 'global-strict' }
  | { readonly kind: 'round-robin' }
  | {
      readonly kind: 'least-attained-service';
      /** Time after which half of what a flow was given is forgotten, ms. */
      readonly halfLifeMs: number;
    };

/** Half-life of upstream's `program-aware-fairness`. */
export const ATTAINED_SERVICE_HALF_LIFE_MS = 60_000;

/**
 * Which request of a flow goes first. `fcfs`: the one that came first. `edf`: the one whose time in the queue ends
 * first. `slo-deadline`: the one whose hoped-for time to first token ends first; those without one last.
 */
export type OrderingPolicy = 'fcfs' | 'edf' | 'slo-deadline';

/** How much saturation a band may use: it is held back from its ceiling on. */
export type UsageLimitSettings =
  | { readonly kind: 'static'; readonly threshold: number }
  | {
      readonly kind: 'priority-holdback';
      /** Ceiling of the lowest band. */
      readonly minCeiling: number;
      /** Ceiling of the highest band. */
      readonly maxCeiling: number;
      /** Whether bands between them stand by their rank or by the value of their priority. */
      readonly domain: 'rank' | 'value';
    }
  | { readonly kind: 'soft-reflective-ceiling' };

/** Limits and policies of one band: all waiting requests of a priority. */
export interface BandSettings {
  /** Most requests that wait. */
  readonly maxRequests: number;
  /** Most bytes of bodies that wait. */
  readonly maxBytes: number;
  readonly fairness: FairnessSettings;
  readonly ordering: OrderingPolicy;
}

/** Ending running requests of priorities below zero to make room for others that wait. */
export interface EvictionSettings {
  readonly enabled: boolean;
  /** Most requests that are ended at once. */
  readonly maxPerDecision: number;
  /** Time that an end needs until the saturation shows it, ms: no further request is ended before. */
  readonly confirmationGraceMs: number;
  /** Time after which a request that was to end and did not is no longer waited for, ms. */
  readonly timeoutMs: number;
}

/** Queueing in the picker while the pool is full. */
export interface FlowControlSettings {
  /** Most requests that wait in all bands; `Infinity` for no limit. */
  readonly maxRequests: number;
  /** Most bytes of bodies that wait in all bands; `Infinity` for no limit. */
  readonly maxBytes: number;
  /** How long a request waits while there are endpoints, ms; `Infinity` for ever. */
  readonly requestTtlMs: number;
  /** How long it waits while there are none, ms; `Infinity` for ever. */
  readonly noEndpointRequestTtlMs: number;
  /** Bands that exist from the start, by priority. */
  readonly bands: ReadonlyMap<number, BandSettings>;
  /** Band of a priority of zero or more that `bands` does not name. */
  readonly defaultBand: BandSettings;
  /** Band of a priority below zero that `bands` does not name. */
  readonly defaultNegativeBand: BandSettings;
  readonly usageLimit: UsageLimitSettings;
  readonly eviction: EvictionSettings;
  /** Time after which a flow without requests is forgotten, ms. */
  readonly flowIdleMs: number;
  /** Time after which a band that `bands` does not name is forgotten when it has no requests, ms. */
  readonly bandIdleMs: number;
}

/** Upstream's band. */
export const BAND_DEFAULTS: BandSettings = Object.freeze({
  maxRequests: 5000,
  maxBytes: 1_000_000_000,
  fairness: Object.freeze({ kind: 'global-strict' }),
  ordering: 'fcfs',
});

/**
 * Upstream's numbers. The grace fits the utilization detector there (50 ms between readings, 2 s until one is stale,
 * 250 ms of slack); `CONCURRENCY_GRACE_MS` fits the other.
 */
export const EVICTION_DEFAULTS: EvictionSettings = Object.freeze({
  enabled: false,
  maxPerDecision: 2,
  confirmationGraceMs: 2300,
  timeoutMs: 10_000,
});

/** Grace for the concurrency detector, which sees the end of a request at once, ms. */
export const CONCURRENCY_GRACE_MS = 10;

/** Upstream's numbers. @see https://github.com/llm-d/llm-d-router/blob/main/docs/flow-control.md */
export const FLOW_CONTROL_DEFAULTS: FlowControlSettings = Object.freeze({
  maxRequests: Infinity,
  maxBytes: Infinity,
  requestTtlMs: 60_000,
  noEndpointRequestTtlMs: 60_000,
  bands: new Map<number, BandSettings>(),
  defaultBand: BAND_DEFAULTS,
  defaultNegativeBand: BAND_DEFAULTS,
  usageLimit: Object.freeze({ kind: 'static', threshold: 1 }),
  eviction: EVICTION_DEFAULTS,
  flowIdleMs: 5 * 60_000,
  bandIdleMs: 10 * 60_000,
});

/** How requests are let in. Without `flowControl` none waits: sheddable ones are dropped while the pool is full. */
export interface AdmissionSettings {
  readonly saturation: SaturationSettings;
  readonly flowControl: FlowControlSettings | undefined;
}

/** Upstream's default: flow control is off. */
export const ADMISSION_DEFAULTS: AdmissionSettings = Object.freeze({
  saturation: UTILIZATION_DEFAULTS,
  flowControl: undefined,
});
