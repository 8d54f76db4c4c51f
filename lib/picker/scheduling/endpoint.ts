/** What one reading of a model server's metrics said. Frozen; a new reading replaces the whole object. */
export interface EndpointMetrics {
  /** Requests that wait for a place in the batch. */
  readonly waiting: number | undefined;
  /** Requests in the batch. */
  readonly running: number | undefined;
  /** Part of the KV cache in use, 0 to 1. */
  readonly kvCacheUsage: number | undefined;
  /** LoRA adapters that running requests use. */
  readonly runningAdapters: ReadonlySet<string>;
  /** LoRA adapters that only waiting requests ask for. */
  readonly waitingAdapters: ReadonlySet<string>;
  /** Adapters that one batch may mix; 0 where the server does not say. */
  readonly maxAdapters: number;
  /** Tokens of a block of the server's KV cache. */
  readonly blockSizeTokens: number | undefined;
  /** Blocks of the server's KV cache. */
  readonly blocks: number | undefined;
  /** Clock time at which the reading was asked for, ms. Requests routed later are not in it. */
  readonly at: number;
}

/** Requests of this picker that an endpoint has not finished. Written by `InFlight` alone. */
export interface EndpointLoad {
  /** Requests. */
  readonly requests: number;
  /** Those routed after the last reading of the metrics was asked for, so in none of its numbers. */
  readonly unseenRequests: number;
  /** Prompt tokens that the endpoint must compute and has not, those of requests without a first token yet. */
  readonly prefillTokens: number;
  /** Prompt tokens of requests that are past their first token, and an estimate of what they generated. */
  readonly decodeTokens: number;
  /** Clock time of the last pick of this endpoint, ms; `-Infinity` before the first. */
  readonly lastPickedAt: number;
}

/** A port of a ready pod that serves the model. Identity is fixed; `metrics` and `load` change between decisions. */
export interface Endpoint {
  /** `<pod>-rank-<index of the port>`, as upstream names it. */
  readonly id: string;
  /** Small whole number that no other live endpoint has; an index for arrays. Reused after the endpoint is gone. */
  readonly slot: number;
  /** Counts up with every endpoint that was ever added: tells a reused slot from its former holder. */
  readonly generation: number;
  readonly podName: string;
  readonly namespace: string;
  /** IP address, without brackets. */
  readonly address: string;
  readonly port: number;
  /** `address:port`, with brackets around an IPv6 address; what the gateway is told. */
  readonly hostPort: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Last reading, however old; undefined before the first. `SchedulingContext.metrics` gives fresh ones only. */
  readonly metrics: EndpointMetrics | undefined;
  readonly load: EndpointLoad;
  /** Whether its address refused connections several times in a row. Absent for endpoints that nobody connects to. */
  readonly unreachable?: boolean;
  /** Clock time at which it became ready, ms. */
  readonly readyAt: number;
}
