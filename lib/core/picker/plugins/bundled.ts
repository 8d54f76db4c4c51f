import { deepFreeze } from '../../freeze';
import { COMMON_PLUGINS } from './common';
import { facts, type PluginFacts } from './plugin-facts';

/** Plugins of the bundled picker that have the names and parameters of the llm-d router's. */
export const LLM_D_PLUGINS = deepFreeze({
  ...COMMON_PLUGINS,
  'prefix-cache-scorer': facts('scorer', 'prefixMatchInfoProducerName', 'matchLengthWeight', 'matchLengthScaleTokens'),
  'token-load-scorer': facts('scorer', 'queueThresholdTokens', 'inFlightLoadProducerName'),
  'active-request-scorer': facts('scorer', 'idleThreshold', 'maxBusyScore', 'requestTimeout'),
  'load-aware-scorer': facts('scorer', 'threshold'),
  'no-hit-lru-scorer': facts('scorer', 'lruSize'),
  'session-affinity-scorer': facts(
    'scorer',
    'strategy',
    'profileName',
    'encodedEndpointHeaderConfig',
    'sessionIdConfig',
  ),
  'context-length-aware': facts('scorer', 'label', 'enableFiltering'),
  'decode-filter': facts('filter'),
  'prefill-filter': facts('filter'),
  'encode-filter': facts('filter'),
  'label-selector-filter': facts('filter', 'matchLabels', 'matchExpressions'),
  'by-label-selector': facts('filter', 'matchLabels', 'matchExpressions'),
  'by-label': facts('filter', 'label', 'validValues', 'allowsNoLabel'),
  'utilization-filter': facts('filter', 'conditions', 'fallbackOnEmpty'),
  'prefix-cache-affinity-filter': facts(
    'filter',
    'prefixMatchInfoProducerName',
    'inFlightLoadProducerName',
    'affinityThreshold',
    'explorationProbability',
    'maxTTFTPenaltyMs',
    'ttftSource',
    'peakPrefillThroughput',
  ),
  'disagg-profile-handler': facts(
    'profile-handler',
    'stageOrder',
    'profiles',
    'deciders',
    // Older, flat names.
    'decodeProfile',
    'prefillProfile',
    'encodeProfile',
    'deciderPluginName',
    'prefillDeciderPluginName',
    'encodeDeciderPluginName',
  ),
  'prefix-based-pd-decider': facts('decider', 'nonCachedTokens', 'promptTokens'),
  'always-disagg-pd-decider': facts('decider'),
  'inflight-load-producer': facts(
    'data-producer',
    'addEstimatedOutputTokens',
    'outputRatio',
    'maxEstimatedOutputTokens',
    'prefixMatchInfoProducerName',
    'syncCrossReplicaState',
  ),
  'utilization-detector': facts(
    'saturation-detector',
    'queueDepthThreshold',
    'kvCacheUtilThreshold',
    'metricsStalenessThreshold',
    'headroom',
    'stalenessPolicy',
  ),
  'program-aware-fairness': facts('flow-policy', 'lasHalfLifeSeconds'),
  'priority-holdback-policy': facts('flow-policy', 'minCeiling', 'maxCeiling', 'domain', 'shape'),
  'soft-reflective-ceiling-policy': facts('flow-policy'),
  'file-discovery': facts('data-source', 'path', 'watchFile'),
  'metrics-data-source': facts(
    'data-source',
    'scheme',
    'path',
    'port',
    'insecureSkipVerify',
    'caCertPath',
    'clientCertPath',
    'clientKeyPath',
    'interval',
  ),
  'anthropic-parser': facts('parser'),
  'vllmhttp-parser': facts('parser'),
  'sglanghttp-parser': facts('parser'),
} as const satisfies Record<string, PluginFacts>);

/** Plugins of the bundled picker: those, and what no other picker has. */
export const BUNDLED_PLUGINS = deepFreeze({
  ...LLM_D_PLUGINS,
  'latency-cost-scorer': facts('scorer', 'runningWeight', 'evictionWeight', 'decodeWeight', 'nearTie'),
} as const satisfies Record<string, PluginFacts>);
