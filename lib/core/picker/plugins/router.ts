import { deepFreeze } from '../../freeze';
import { LLM_D_PLUGINS } from './bundled';
import { COMMON_PLUGINS } from './common';
import { experimental, facts, type PluginFacts, unchecked } from './plugin-facts';

/** Plugins of the llm-d router 0.10, a superset of what the bundled picker takes over from it. @see https://github.com/llm-d/llm-d-router */
export const ROUTER_PLUGINS = deepFreeze({
  ...LLM_D_PLUGINS,
  'session-affinity-scorer': experimental(LLM_D_PLUGINS['session-affinity-scorer']),
  'utilization-detector': COMMON_PLUGINS['utilization-detector'],
  'utilization-filter': experimental(facts('filter', 'conditions', 'fallbackOnEmpty')),
  'precise-prefix-cache-scorer': unchecked('scorer'),
  'context-length-aware': unchecked('scorer'),
  'latency-scorer': unchecked('scorer'),
  'mm-embeddings-cache-scorer': unchecked('scorer'),
  'topology-affinity-scorer': experimental(unchecked('scorer')),
  'endpoint-attribute-scorer': experimental(unchecked('scorer')),
  'header-label-affinity-scorer': experimental(unchecked('scorer')),
  'slo-headroom-tier-filter': unchecked('filter'),
  'session-affinity-filter': experimental(unchecked('filter')),
  'endpoint-attribute-filter': experimental(unchecked('filter')),
  'topology-affinity-filter': experimental(unchecked('filter')),
  'header-profile-handler': experimental(unchecked('profile-handler')),
  'always-disagg-multimodal-decider': unchecked('decider'),
  'token-producer': unchecked('data-producer'),
  'precise-prefix-cache-producer': unchecked('data-producer'),
  'predicted-latency-producer': unchecked('data-producer'),
  'burst-prefix-cache-producer': experimental(unchecked('data-producer')),
  'latency-slo-admitter': unchecked('admitter'),
  'probabilistic-admitter': unchecked('admitter'),
  'priority-holdback-policy': experimental(unchecked('flow-policy')),
  'soft-reflective-ceiling-policy': experimental(unchecked('flow-policy')),
  'program-aware-fairness': unchecked('flow-policy'),
  'models-data-source': unchecked('data-source'),
  'models-data-extractor': unchecked('data-source'),
  'k8s-notification-source': unchecked('data-source'),
  'endpoint-notification-source': unchecked('data-source'),
  'vertexai-parser': facts('parser'),
  'vllmgrpc-parser': facts('parser'),
} as const satisfies Record<string, PluginFacts>);
