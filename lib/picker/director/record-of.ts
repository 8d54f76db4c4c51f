import { type Decision, type FollowedCall, LOADS, type Scheduling } from './decision';
import {
  type CallRecord,
  type CandidateRecord,
  type DecisionRecord,
  type MetricsRecord,
  type ProfileRecord,
  RECORD_VERSION,
  type RequestRecord,
  type ResultRecord,
  type SchedulingRecord,
} from './decision-record';
import type { EndpointMetrics } from '../scheduling/endpoint';
import type { ProfileTrace, ScheduleOutcome } from '../scheduling/outcome';
import { exact, exactOrNull } from './exact-number';
import { publicHeaders } from './private-headers';
import { leftOut } from './reachable';

/** Where decisions were made. */
export interface RecordOrigin {
  /** Fingerprint of the configuration. */
  readonly config: string;
  /** Namespace and name of the pool. */
  readonly pool: string;
}

/** A decision as plain JSON, made only when somebody asks. */
export function recordOf(decision: Decision, { config, pool }: RecordOrigin): DecisionRecord {
  const { id, wallTime, ignored, waitedMs, scheduling, refusal, call } = decision;
  return {
    version: RECORD_VERSION,
    id,
    time: new Date(wallTime).toISOString(),
    config,
    pool,
    request: requestRecord(decision),
    ignored,
    waitedMs: exact(waitedMs),
    scheduling: scheduling === undefined ? null : schedulingRecord(scheduling),
    refusal: refusal === undefined ? null : { ...refusal, reason: refusal.reason ?? null },
    call: call === undefined ? null : callRecord(call),
  };
}

function requestRecord({ request, rule }: Decision): RequestRecord {
  const { prompt, objective } = request;
  return {
    id: request.id,
    incomingModel: request.incomingModel,
    model: request.model,
    rule: rule ?? null,
    priority: request.priority,
    fairnessId: request.fairnessId,
    headers: publicHeaders(request.headers),
    promptTokens: exact(request.promptTokens),
    maxOutputTokens: exactOrNull(request.maxOutputTokens),
    prompt: { hashes: [...prompt.hashes], blockTokens: prompt.blockTokens },
    bodyBytes: request.bodyBytes,
    streaming: request.streaming,
    objective: { ttftMs: exactOrNull(objective.ttftMs), tpotMs: exactOrNull(objective.tpotMs) },
    receivedAt: exact(request.receivedAt),
  };
}

function schedulingRecord(scheduling: Scheduling): SchedulingRecord {
  const { allowed, snapshot, moment, profiles, outcome } = scheduling;
  return {
    now: exact(moment.now),
    seed: moment.seed,
    candidates: snapshot.candidates.map((_, i) => candidateRecord(scheduling, i)),
    unreachable: ids(leftOut(allowed, snapshot.candidates)),
    profiles: profiles.map(profileRecord),
    result: resultRecord(outcome),
  };
}

function candidateRecord({ snapshot, moment }: Scheduling, index: number): CandidateRecord {
  const endpoint = snapshot.candidates[index];
  if (endpoint === undefined) throw new RangeError(`a decision has no candidate ${index}`);
  const metrics = snapshot.metrics[index];
  const load = (name: (typeof LOADS)[number]) => exact(snapshot.loads[index * LOADS.length + LOADS.indexOf(name)] ?? 0);
  const { id, slot, generation, podName, namespace, address, port, hostPort, labels, readyAt } = endpoint;
  return {
    ...{ id, slot, generation, podName, namespace, address, port, hostPort, labels, readyAt: exact(readyAt) },
    metrics: metrics === undefined ? null : metricsRecord(metrics),
    fresh: moment.isFresh(metrics),
    load: {
      requests: load('requests'),
      unseenRequests: load('unseenRequests'),
      prefillTokens: load('prefillTokens'),
      decodeTokens: load('decodeTokens'),
      lastPickedAt: load('lastPickedAt'),
    },
    matchedBlocks: moment.matchedBlocks(endpoint),
  };
}

function metricsRecord(metrics: EndpointMetrics): MetricsRecord {
  return {
    waiting: exactOrNull(metrics.waiting),
    running: exactOrNull(metrics.running),
    kvCacheUsage: exactOrNull(metrics.kvCacheUsage),
    runningAdapters: [...metrics.runningAdapters],
    waitingAdapters: [...metrics.waitingAdapters],
    maxAdapters: exact(metrics.maxAdapters),
    blockSizeTokens: exactOrNull(metrics.blockSizeTokens),
    blocks: exactOrNull(metrics.blocks),
    at: exact(metrics.at),
  };
}

const ids = (endpoints: readonly { readonly id: string }[]): readonly string[] => endpoints.map(({ id }) => id);

/** A profile's trace as plain JSON. */
export function profileRecord(trace: ProfileTrace): ProfileRecord {
  return {
    profile: trace.profile,
    shadow: trace.shadow,
    filters: trace.filters.map(({ plugin, kept }) => ({ plugin, kept: ids(kept) })),
    candidates: ids(trace.candidates),
    scorers: trace.scorers.map(({ plugin, weight, scores, state, explanations }) => ({
      plugin,
      weight: exact(weight),
      scores: Array.from(scores, exact),
      state: state ?? null,
      explanations,
    })),
    totals: Array.from(trace.totals, exact),
    picker: trace.picker,
    picked: ids(trace.picked),
    faults: trace.faults.map(({ plugin, message }) => ({ plugin, message })),
  };
}

/** A scheduler's outcome as plain JSON. */
export function resultRecord(outcome: ScheduleOutcome): ResultRecord {
  if (outcome.kind === 'unschedulable') return { ...outcome };
  return {
    kind: 'scheduled',
    primaryProfile: outcome.primaryProfile,
    endpoints: ids(outcome.endpoints),
    picks: outcome.picks.map(({ profile, endpoints }) => ({ profile, endpoints: ids(endpoints) })),
    setHeaders: outcome.setHeaders,
    removeHeaders: outcome.removeHeaders,
    decisionType: outcome.decisionType ?? null,
  };
}

function callRecord(call: FollowedCall): CallRecord {
  const since = (at: number | undefined) => exactOrNull(at === undefined ? undefined : at - call.routedAt);
  const { usage } = call;
  return {
    endpoint: call.primary.endpoint.id,
    served: call.served ?? null,
    status: call.status ?? null,
    outcome: call.outcome ?? null,
    ttftMs: since(call.firstTokenAt),
    durationMs: since(call.finishedAt),
    streamed: call.streamed,
    streamedEvents: call.streamedEvents,
    usage:
      usage === undefined
        ? null
        : {
            promptTokens: usage.promptTokens ?? null,
            outputTokens: usage.outputTokens ?? null,
            cachedTokens: usage.cachedTokens ?? null,
          },
  };
}
