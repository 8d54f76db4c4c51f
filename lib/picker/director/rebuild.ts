import type { DecisionMoment } from '../scheduling/decision-context';
import type { Endpoint, EndpointMetrics } from '../scheduling/endpoint';
import type { InferenceRequest } from '../scheduling/request';
import type { CandidateRecord, MetricsRecord, RequestRecord, SchedulingRecord } from './decision-record';
import { inexact, inexactOrUndefined } from './exact-number';

/** What the scheduler saw, made from a record. */
export interface Rebuilt {
  readonly request: InferenceRequest;
  readonly candidates: readonly Endpoint[];
  readonly moment: DecisionMoment;
}

/** Puts a recorded decision back to the moment before it was made. */
export function rebuild(request: RequestRecord, { candidates, now, seed }: SchedulingRecord): Rebuilt {
  const endpoints = candidates.map(rebuildEndpoint);
  const of = new Map(endpoints.map((endpoint, i) => [endpoint, candidates[i]] as const));
  return {
    request: rebuildRequest(request),
    candidates: endpoints,
    moment: {
      now: inexact(now),
      seed,
      metrics: (endpoint) => (of.get(endpoint)?.fresh === true ? endpoint.metrics : undefined),
      matchedBlocks: (endpoint) => of.get(endpoint)?.matchedBlocks ?? 0,
    },
  };
}

function rebuildEndpoint(record: CandidateRecord): Endpoint {
  const { load, metrics, readyAt } = record;
  const { id, slot, generation, podName, namespace, address, port, hostPort, labels } = record;
  return {
    ...{ id, slot, generation, podName, namespace, address, port, hostPort, labels, readyAt: inexact(readyAt) },
    metrics: metrics === null ? undefined : rebuildMetrics(metrics),
    load: {
      requests: inexact(load.requests),
      unseenRequests: inexact(load.unseenRequests),
      prefillTokens: inexact(load.prefillTokens),
      decodeTokens: inexact(load.decodeTokens),
      lastPickedAt: inexact(load.lastPickedAt),
    },
  };
}

function rebuildMetrics(record: MetricsRecord): EndpointMetrics {
  return {
    waiting: inexactOrUndefined(record.waiting),
    running: inexactOrUndefined(record.running),
    kvCacheUsage: inexactOrUndefined(record.kvCacheUsage),
    runningAdapters: new Set(record.runningAdapters),
    waitingAdapters: new Set(record.waitingAdapters),
    maxAdapters: inexact(record.maxAdapters),
    blockSizeTokens: inexactOrUndefined(record.blockSizeTokens),
    blocks: inexactOrUndefined(record.blocks),
    at: inexact(record.at),
  };
}

function rebuildRequest(record: RequestRecord): InferenceRequest {
  const { prompt, objective } = record;
  return {
    id: record.id,
    incomingModel: record.incomingModel,
    model: record.model,
    priority: record.priority,
    fairnessId: record.fairnessId,
    headers: new Map(Object.entries(record.headers)),
    promptTokens: inexact(record.promptTokens),
    maxOutputTokens: inexactOrUndefined(record.maxOutputTokens),
    prompt: { hashes: Float64Array.from(prompt.hashes), blockTokens: prompt.blockTokens },
    bodyBytes: record.bodyBytes,
    streaming: record.streaming,
    objective: { ttftMs: inexactOrUndefined(objective.ttftMs), tpotMs: inexactOrUndefined(objective.tpotMs) },
    receivedAt: inexact(record.receivedAt),
  };
}
