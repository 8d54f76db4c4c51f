import { deepFreeze } from '../../freeze';

const PREDICTION = 'the prediction servers that it needs are not part of this picker';
const TOKENIZER = 'prompts are hashed as bytes, without a tokenizer';

/** A plugin of the Go pickers that the bundled one lacks: why, and what to use instead. */
export interface MissingPlugin {
  readonly why: string;
  readonly fix: string;
}

/** Plugins that only the Go pickers have. */
export const UPSTREAM_ONLY: Readonly<Record<string, MissingPlugin>> = deepFreeze({
  'always-disagg-multimodal-decider': {
    why: 'requests are not told apart by their images here',
    fix: 'use always-disagg-pd-decider, or leave encoding to the prefill pods',
  },
  'burst-prefix-cache-producer': {
    why: 'requests count for the prefix index as soon as they are routed',
    fix: 'use approx-prefix-cache-producer with no-hit-lru-scorer',
  },
  'data-parallel-profile-handler': {
    why: 'every port of a pod is an endpoint of its own',
    fix: 'list the ports in the InferencePool and use single-profile-handler',
  },
  'endpoint-attribute-filter': { why: 'endpoints have no free attributes here', fix: 'write it with defineFilter' },
  'endpoint-attribute-scorer': { why: 'endpoints have no free attributes here', fix: 'write it with defineScorer' },
  'endpoint-notification-source': { why: 'endpoints are always watched', fix: 'remove it' },
  'header-label-affinity-scorer': { why: 'it is experimental upstream', fix: 'write it with defineScorer' },
  'header-profile-handler': { why: 'it is experimental upstream', fix: 'use disagg-profile-handler' },
  'k8s-notification-source': { why: 'pods are always watched', fix: 'remove it' },
  'latency-scorer': { why: PREDICTION, fix: 'use token-load-scorer and prefix-cache-affinity-filter' },
  'latency-slo-admitter': { why: PREDICTION, fix: 'use flowControl with slo-deadline-ordering-policy' },
  'mm-embeddings-cache-scorer': { why: 'embeddings of images are not indexed here', fix: 'use prefix-cache-scorer' },
  'models-data-extractor': { why: 'models are known from requests', fix: 'remove it' },
  'models-data-source': { why: 'models are known from requests', fix: 'remove it' },
  'pd-profile-handler': { why: 'it was removed upstream', fix: 'use disagg-profile-handler' },
  'precise-prefix-cache-producer': { why: TOKENIZER, fix: 'use approx-prefix-cache-producer' },
  'precise-prefix-cache-scorer': { why: TOKENIZER, fix: 'use prefix-cache-scorer' },
  'predicted-latency-producer': { why: PREDICTION, fix: 'use inflight-load-producer' },
  'predicted-latency-scorer': { why: PREDICTION, fix: 'use token-load-scorer and prefix-cache-affinity-filter' },
  'probabilistic-admitter': { why: 'admission is decided by saturation', fix: 'use flowControl' },
  'request-attribute-reporter': { why: 'decisions are recorded at /debug/decisions', fix: 'remove it' },
  'session-affinity-filter': { why: 'it is experimental upstream', fix: 'use session-affinity-scorer' },
  'slo-headroom-tier-filter': { why: PREDICTION, fix: 'use prefix-cache-affinity-filter' },
  'token-producer': { why: TOKENIZER, fix: 'remove it' },
  'topology-affinity-filter': { why: 'it is experimental upstream', fix: 'use label-selector-filter' },
  'topology-affinity-scorer': { why: 'it is experimental upstream', fix: 'write it with defineScorer' },
  'vertexai-parser': { why: 'gRPC bodies are not read here', fix: 'use passthrough-parser' },
  'vllmgrpc-parser': { why: 'gRPC bodies are not read here', fix: 'use passthrough-parser' },
});
