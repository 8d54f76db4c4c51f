import { ALWAYS } from './deciders/always';
import { PREFIX_BASED } from './deciders/prefix-based';
import { BY_LABEL, BY_LABEL_SELECTOR, LABEL_SELECTOR } from './filters/label-selector';
import { PREFIX_CACHE_AFFINITY } from './filters/prefix-cache-affinity';
import { DECODE, ENCODE, PREFILL } from './filters/role';
import { UTILIZATION } from './filters/utilization';
import { DISAGGREGATED } from './handlers/read-disaggregated';
import { SINGLE_PROFILE } from './handlers/single';
import { MAX_SCORE } from './pickers/max-score';
import { RANDOM } from './pickers/random';
import { WEIGHTED_RANDOM } from './pickers/weighted-random';
import type { PluginFactory } from './plugin-factory';
import { ACTIVE_REQUEST } from './scorers/active-request';
import { CONTEXT_LENGTH_AWARE } from './scorers/context-length-aware';
import { KV_CACHE_UTILIZATION } from './scorers/kv-cache-utilization';
import { LATENCY_COST } from './scorers/latency-cost';
import { LOAD_AWARE } from './scorers/load-aware';
import { LORA_AFFINITY } from './scorers/lora-affinity';
import { NO_HIT_LRU } from './scorers/no-hit-lru';
import { PREFIX_CACHE } from './scorers/prefix-cache';
import { QUEUE } from './scorers/queue';
import { RUNNING_REQUESTS } from './scorers/running-requests';
import { SESSION_AFFINITY } from './scorers/session-affinity';
import { TOKEN_LOAD } from './scorers/token-load';

/** Plugins that choose endpoints. A new one is a file beside the others and a line here and in core's catalogue. */
export const SCHEDULING_PLUGINS: readonly PluginFactory[] = [
  // scorers
  ACTIVE_REQUEST,
  CONTEXT_LENGTH_AWARE,
  KV_CACHE_UTILIZATION,
  LATENCY_COST,
  LOAD_AWARE,
  LORA_AFFINITY,
  NO_HIT_LRU,
  PREFIX_CACHE,
  QUEUE,
  RUNNING_REQUESTS,
  SESSION_AFFINITY,
  TOKEN_LOAD,
  // filters
  BY_LABEL,
  BY_LABEL_SELECTOR,
  DECODE,
  ENCODE,
  LABEL_SELECTOR,
  PREFILL,
  PREFIX_CACHE_AFFINITY,
  UTILIZATION,
  // pickers
  MAX_SCORE,
  RANDOM,
  WEIGHTED_RANDOM,
  // profile handlers and what they ask
  ALWAYS,
  DISAGGREGATED,
  PREFIX_BASED,
  SINGLE_PROFILE,
];
