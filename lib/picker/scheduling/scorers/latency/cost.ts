import type { Endpoint, EndpointLoad, EndpointMetrics } from '../../endpoint';
import type { SchedulingContext } from '../../plugin';
import { cacheTokens, foreignRequests, foreignWaiting, fullnessOf } from './load';
import type { PodView, PoolView } from './pod-view';
import { promptWork } from './prompt-work';

/** What is weighed against the time to the first token. */
export interface CostWeights {
  /**
   * Weight of the time by which computing the prompt delays each running request. A pause of an answer under way
   * matters less than the wait for its beginning, and what is computed needlessly delays those that come later too.
   */
  readonly running: number;
  /**
   * Weight of the time to compute the prompt again in a cache that running requests fill: what is computed there pushes
   * out what others will ask for, who then have to compute it. Falls with the square of the part in use.
   */
  readonly eviction: number;
  /** Weight of the time in which the answer is generated: a pod with a full cache takes longer, and slows others. */
  readonly decode: number;
}

/** Weights unless told otherwise: the least p90 of the time to first token over the workloads of `bench/routing.ts`. */
export const DEFAULT_WEIGHTS: CostWeights = Object.freeze({ running: 0.04, eviction: 3, decode: 0.1 });

/** How far the tokens that a cache will have to hold may be off what is thought, as a part of the cache. */
const UNCERTAINTY = 0.1;

/** Milliseconds that a pod costs a request, by what they are for. Reused between candidates. */
export interface CostTerms {
  queueMs: number;
  prefillMs: number;
  cacheWaitMs: number;
  adapterMs: number;
  /** Time by which the prompt delays the requests beside it, weighted. */
  harmMs: number;
  /** Time that others will need to compute again what the prompt pushes out of the cache, weighted. */
  evictionMs: number;
  /** Time of the answer, weighted. */
  decodeMs: number;
}

/** The terms of a pod that costs nothing; overwritten pod by pod. */
export function noTerms(): CostTerms {
  return { queueMs: 0, prefillMs: 0, cacheWaitMs: 0, adapterMs: 0, harmMs: 0, evictionMs: 0, decodeMs: 0 };
}

/** Fills in the terms for an endpoint, and returns what it costs altogether. */
export function costOf(
  context: SchedulingContext,
  endpoint: Endpoint,
  pod: PodView,
  pool: PoolView,
  weights: CostWeights,
  terms: CostTerms,
): number {
  const { load } = endpoint;
  const { request } = context;
  const metrics = context.metrics(endpoint);
  const uncached = Math.min(context.uncachedTokens(endpoint), Math.max(0, request.promptTokens - pod.answered));
  const workMs = promptWork(uncached, request.promptTokens) * pod.msPerWork;
  const foreign = foreignRequests(load, metrics);
  terms.queueMs = pod.baseMs + (pod.backlog + foreignWaiting(endpoint, metrics) * pool.work) * pod.msPerWork;
  terms.prefillMs = workMs;
  terms.adapterMs = pool.isAdapter && !pod.adapter ? adapterWaitMs(metrics, request.model, pool) : 0;
  const capacity = cacheTokens(metrics, pool.cacheTokens);
  const arriving = load.prefillTokens + request.promptTokens;
  const fullness = fullnessOf(load.decodeTokens + arriving, metrics, capacity);
  // Without metrics, own tokens are all that is known to be in the cache.
  const used = metrics?.kvCacheUsage === undefined ? load.decodeTokens : metrics.kvCacheUsage * capacity;
  // Answers under way are half done on average, and take what they still need before a new prompt gets any.
  const growth = ((load.requests + foreign) * pool.output) / 2;
  const occupied = occupiedPart(load, metrics, used);
  const needed = Math.max(uncached, request.promptTokens * occupied) + pod.pendingTokens * occupied;
  const missing = capacity > 0 ? expectedExcess(used + growth + needed - capacity, capacity * UNCERTAINTY) : 0;
  // A full cache empties once in the time that a request stays.
  terms.cacheWaitMs = missing > 0 ? (pool.residenceMs * missing) / capacity : 0;
  terms.harmMs = workMs * weights.running * (load.requests + foreign);
  const inUse = capacity > 0 ? Math.min(1, used / capacity) : 0;
  terms.evictionMs = workMs * weights.eviction * inUse * inUse;
  terms.decodeMs = weights.decode * pool.output * pool.stepMs * pod.pace * (1 + fullness);
  const ownMs = terms.queueMs + terms.prefillMs + terms.cacheWaitMs + terms.adapterMs;
  const ms = ownMs + terms.harmMs + terms.evictionMs + terms.decodeMs;
  return ms * (1 + pod.failures);
}

/**
 * Part of a prompt's tokens that it will occupy in the cache for itself: those under way that share their beginnings occupy
 * less than their lengths. All of them where the metrics do not tell, or are from before the requests that they should tell of.
 */
function occupiedPart(load: EndpointLoad, metrics: EndpointMetrics | undefined, used: number): number {
  if (metrics?.kvCacheUsage === undefined || load.decodeTokens === 0 || used === 0) return 1;
  if (2 * load.unseenRequests > load.requests) return 1;
  return Math.min(1, used / load.decodeTokens);
}

/** What exceeds 0 on average around a value that may be off by `most`, up or down. */
function expectedExcess(value: number, most: number): number {
  if (value <= -most) return 0;
  return value >= most ? value : (value + most) ** 2 / (4 * most);
}

function adapterWaitMs(metrics: EndpointMetrics | undefined, model: string, pool: PoolView): number {
  if (metrics === undefined) return pool.adapterMs;
  const { runningAdapters, waitingAdapters, maxAdapters } = metrics;
  if (runningAdapters.has(model)) return 0;
  const used = runningAdapters.size + waitingAdapters.size;
  // Where all places are taken, one must become free first.
  return used < maxAdapters ? pool.adapterMs : pool.adapterMs + pool.residenceMs;
}
