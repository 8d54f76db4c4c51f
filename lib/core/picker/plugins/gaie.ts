import { deepFreeze } from '../../freeze';
import { COMMON_PLUGINS, PREFIX_INDEX_PARAMETERS } from './common';
import { facts, type PluginFacts, unchecked } from './plugin-facts';

/**
 * Plugins of the Gateway API Inference Extension 1.5.
 * @see https://github.com/kubernetes-sigs/gateway-api-inference-extension/blob/v1.5.0/cmd/epp/runner/runner.go
 */
export const GAIE_PLUGINS = deepFreeze({
  ...COMMON_PLUGINS,
  'prefix-cache-scorer': facts('scorer', ...PREFIX_INDEX_PARAMETERS),
  'token-load-scorer': facts('scorer', 'queueThresholdTokens'),
  'latency-scorer': unchecked('scorer'),
  'predicted-latency-scorer': unchecked('scorer'),
  'prefix-cache-affinity-filter': facts('filter', 'affinityThreshold', 'explorationProbability', 'maxTTFTPenaltyMs'),
  'slo-headroom-tier-filter': unchecked('filter'),
  'inflight-load-producer': facts('data-producer'),
  'predicted-latency-producer': unchecked('data-producer'),
  'latency-slo-admitter': unchecked('admitter'),
  'metrics-data-source': facts('data-source', 'scheme', 'path', 'insecureSkipVerify'),
  'k8s-notification-source': unchecked('data-source'),
  'endpoint-notification-source': unchecked('data-source'),
  'request-attribute-reporter': unchecked('data-source'),
  'vllmgrpc-parser': facts('parser'),
} as const satisfies Record<string, PluginFacts>);
