import type { Endpoint, EndpointLoad } from '../endpoint';
import type { SchedulingContext } from '../plugin';
import type { InferenceRequest, LatencyObjective } from '../request';

/** A request as plugins of a team's own see it: plain data. */
export interface RequestView {
  readonly id: string;
  /** Model name of the client. */
  readonly incomingModel: string;
  /** Model name that the server is asked for. */
  readonly model: string;
  readonly priority: number;
  readonly fairnessId: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly promptTokens: number;
  readonly maxOutputTokens: number | undefined;
  readonly bodyBytes: number;
  readonly streaming: boolean;
  readonly objective: LatencyObjective;
}

/** Metrics of an endpoint that were read recently. */
export interface MetricsView {
  readonly waiting: number | undefined;
  readonly running: number | undefined;
  /** Part of the KV cache in use, 0 to 1. */
  readonly kvCacheUsage: number | undefined;
  readonly runningAdapters: readonly string[];
  readonly waitingAdapters: readonly string[];
  readonly maxAdapters: number;
  /** Time since they were asked for, ms. */
  readonly ageMs: number;
}

/** An endpoint as plugins of a team's own see it: plain data. */
export interface EndpointView {
  /** `<pod>-rank-<index of the port>`. */
  readonly id: string;
  readonly podName: string;
  readonly namespace: string;
  readonly address: string;
  readonly port: number;
  readonly labels: Readonly<Record<string, string>>;
  /** Undefined when there are none or they are old: the endpoint may be idle or not. */
  readonly metrics: MetricsView | undefined;
  /** What this picker gave to the endpoint and is not finished. */
  readonly load: EndpointLoad;
  /** Blocks at the head of the prompt that it probably has in its cache. */
  readonly matchedBlocks: number;
  /** Prompt tokens that it would have to compute. */
  readonly uncachedTokens: number;
  /** Time since it became ready, ms. */
  readonly readyForMs: number;
}

/** What else a decision depends on. */
export interface ContextView {
  /** Monotonic time of the decision, ms. */
  readonly now: number;
  /** Blocks of the prompt. */
  readonly promptBlocks: number;
  /** Endpoints that other profiles chose before, by profile name: their ids, best first. */
  readonly picked: Readonly<Record<string, readonly string[]>>;
}

/** A request for plugins of a team's own: plain data, which can go to another thread. */
export function viewRequest(request: InferenceRequest): RequestView {
  const { id, incomingModel, model, priority, fairnessId, promptTokens, maxOutputTokens, bodyBytes } = request;
  return {
    id,
    incomingModel,
    model,
    priority,
    fairnessId,
    headers: Object.fromEntries(request.headers),
    promptTokens,
    maxOutputTokens,
    bodyBytes,
    streaming: request.streaming,
    objective: request.objective,
  };
}

/** An endpoint as it is at this moment, as plain data. */
export function viewEndpoint(endpoint: Endpoint, context: SchedulingContext): EndpointView {
  const { id, podName, namespace, address, port, labels } = endpoint;
  const { requests, unseenRequests, prefillTokens, decodeTokens, lastPickedAt } = endpoint.load;
  return {
    id,
    podName,
    namespace,
    address,
    port,
    labels,
    metrics: viewMetrics(endpoint, context),
    load: { requests, unseenRequests, prefillTokens, decodeTokens, lastPickedAt },
    matchedBlocks: context.matchedBlocks(endpoint),
    uncachedTokens: context.uncachedTokens(endpoint),
    readyForMs: context.now - endpoint.readyAt,
  };
}

/** What a decision depends on beside request and endpoints, as plain data. */
export function viewContext({ now, request, picked }: SchedulingContext): ContextView {
  return {
    now,
    promptBlocks: request.prompt.hashes.length,
    picked: Object.fromEntries([...picked].map(([name, endpoints]) => [name, endpoints.map(({ id }) => id)])),
  };
}

function viewMetrics(endpoint: Endpoint, context: SchedulingContext): MetricsView | undefined {
  const metrics = context.metrics(endpoint);
  return (
    metrics && {
      waiting: metrics.waiting,
      running: metrics.running,
      kvCacheUsage: metrics.kvCacheUsage,
      runningAdapters: [...metrics.runningAdapters],
      waitingAdapters: [...metrics.waitingAdapters],
      maxAdapters: metrics.maxAdapters,
      ageMs: context.now - metrics.at,
    }
  );
}
