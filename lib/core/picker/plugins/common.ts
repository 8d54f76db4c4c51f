import { deepFreeze } from '../../freeze';
import { facts, type PluginFacts } from './plugin-facts';

/** Parameters of the approximate prefix index. */
export const PREFIX_INDEX_PARAMETERS = [
  'autoTune',
  'blockSizeTokens',
  'blockSize',
  'maxPrefixBlocksToMatch',
  'maxPrefixTokensToMatch',
  'lruCapacityPerServer',
] as const;

/** Plugins that are the same in every implementation. */
export const COMMON_PLUGINS = deepFreeze({
  'queue-scorer': facts('scorer'),
  'kv-cache-utilization-scorer': facts('scorer'),
  'running-requests-size-scorer': facts('scorer'),
  'lora-affinity-scorer': facts('scorer'),
  'max-score-picker': facts('picker', 'maxNumOfEndpoints'),
  'random-picker': facts('picker', 'maxNumOfEndpoints'),
  'weighted-random-picker': facts('picker', 'maxNumOfEndpoints'),
  'single-profile-handler': facts('profile-handler'),
  'approx-prefix-cache-producer': facts('data-producer', ...PREFIX_INDEX_PARAMETERS),
  'utilization-detector': facts(
    'saturation-detector',
    'queueDepthThreshold',
    'kvCacheUtilThreshold',
    'metricsStalenessThreshold',
    'headroom',
  ),
  'concurrency-detector': facts(
    'saturation-detector',
    'maxConcurrency',
    'maxTokenConcurrency',
    'concurrencyMode',
    'headroom',
  ),
  'global-strict-fairness-policy': facts('flow-policy'),
  'round-robin-fairness-policy': facts('flow-policy'),
  'fcfs-ordering-policy': facts('flow-policy'),
  'edf-ordering-policy': facts('flow-policy'),
  'slo-deadline-ordering-policy': facts('flow-policy'),
  'static-usage-limit-policy': facts('flow-policy', 'threshold'),
  'core-metrics-extractor': facts('data-source', 'engineLabelKey', 'defaultEngine', 'engineConfigs'),
  'openai-parser': facts('parser'),
  'passthrough-parser': facts('parser'),
} as const satisfies Record<string, PluginFacts>);
