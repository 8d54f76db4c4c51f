import { deepFreeze } from '../../freeze';
import { COMMON_PLUGINS } from './common';
import { facts, type PluginFacts } from './plugin-facts';

/** Plugins of the bundled picker, with the names and parameters of the llm-d router's. */
export const BUNDLED_PLUGINS = deepFreeze({
  ...COMMON_PLUGINS,
  'prefix-cache-scorer': facts('scorer', 'prefixMatchInfoProducerName', 'matchLengthWeight', 'matchLengthScaleTokens'),
  'token-load-scorer': facts('scorer', 'queueThresholdTokens', 'inFlightLoadProducerName'),
  'active-request-scorer': facts('scorer', 'idleThreshold', 'maxBusyScore', 'requestTimeout'),
  'load-aware-scorer': facts('scorer', 'threshold'),
  'no-hit-lru-scorer': facts('scorer', 'lruSize'),
  'session-affinity-scorer': facts('scorer', 'strategy', 'profileName'),
  'decode-filter': facts('filter'),
  'prefill-filter': facts('filter'),
  'encode-filter': facts('filter'),
  'label-selector-filter': facts('filter', 'matchLabels', 'matchExpressions'),
  'utilization-filter': facts('filter', 'conditions', 'fallbackOnEmpty'),
  'prefix-cache-affinity-filter': facts(
    'filter',
    'affinityThreshold',
    'explorationProbability',
    'maxTTFTPenaltyMs',
    'ttftSource',
    'peakPrefillThroughput',
  ),
  'disagg-profile-handler': facts('profile-handler', 'stageOrder', 'profiles', 'deciders'),
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
} as const satisfies Record<string, PluginFacts>);
