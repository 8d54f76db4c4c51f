/** What a plugin does in the endpoint picker. */
export type PluginKind =
  | 'filter'
  | 'scorer'
  | 'picker'
  | 'profile-handler'
  | 'data-producer'
  | 'saturation-detector'
  | 'flow-policy'
  | 'parser'
  | 'data-source'
  | 'decider';

/** A plugin type that the endpoint picker knows. */
export interface PluginFacts {
  readonly kind: PluginKind;
  /** Names of its parameters. */
  readonly parameters: readonly string[];
}

function plugin(kind: PluginKind, ...parameters: string[]): PluginFacts {
  return Object.freeze({ kind, parameters: Object.freeze(parameters) });
}

/** Plugins that every flavour has. */
export const COMMON_PLUGINS = {
  'queue-scorer': plugin('scorer'),
  'kv-cache-utilization-scorer': plugin('scorer'),
  'prefix-cache-scorer': plugin(
    'scorer',
    'prefixMatchInfoProducerName',
    'matchLengthWeight',
    'matchLengthScaleTokens',
    'blockSize',
    'blockSizeTokens',
    'autoTune',
    'maxPrefixBlocksToMatch',
    'maxPrefixTokensToMatch',
    'lruCapacityPerServer',
  ),
  'lora-affinity-scorer': plugin('scorer'),
  'running-requests-size-scorer': plugin('scorer'),
  'max-score-picker': plugin('picker', 'maxNumOfEndpoints'),
  'random-picker': plugin('picker', 'maxNumOfEndpoints'),
  'weighted-random-picker': plugin('picker', 'maxNumOfEndpoints'),
  'single-profile-handler': plugin('profile-handler'),
  'utilization-detector': plugin(
    'saturation-detector',
    'queueDepthThreshold',
    'kvCacheUtilThreshold',
    'metricsStalenessThreshold',
    'headroom',
  ),
  'token-load-scorer': plugin('scorer', 'queueThresholdTokens', 'inFlightLoadProducerName'),
  'prefix-cache-affinity-filter': plugin(
    'filter',
    'affinityThreshold',
    'explorationProbability',
    'maxTTFTPenaltyMs',
    'ttftSource',
    'peakPrefillThroughput',
  ),
  'approx-prefix-cache-producer': plugin(
    'data-producer',
    'autoTune',
    'blockSizeTokens',
    'maxPrefixTokensToMatch',
    'maxPrefixBlocksToMatch',
    'lruCapacityPerServer',
    'blockSize',
  ),
  'inflight-load-producer': plugin(
    'data-producer',
    'addEstimatedOutputTokens',
    'outputRatio',
    'maxEstimatedOutputTokens',
    'prefixMatchInfoProducerName',
    'syncCrossReplicaState',
  ),
  'concurrency-detector': plugin(
    'saturation-detector',
    'maxConcurrency',
    'maxTokenConcurrency',
    'concurrencyMode',
    'headroom',
  ),
  'global-strict-fairness-policy': plugin('flow-policy'),
  'round-robin-fairness-policy': plugin('flow-policy'),
  'fcfs-ordering-policy': plugin('flow-policy'),
  'edf-ordering-policy': plugin('flow-policy'),
  'slo-deadline-ordering-policy': plugin('flow-policy'),
  'static-usage-limit-policy': plugin('flow-policy', 'threshold'),
  'metrics-data-source': plugin(
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
  'core-metrics-extractor': plugin('data-source', 'engineLabelKey', 'defaultEngine', 'engineConfigs'),
  'openai-parser': plugin('parser'),
  'passthrough-parser': plugin('parser'),
} as const satisfies Record<string, PluginFacts>;

/** Further plugins of llm-d router 0.10 and of the bundled picker. */
export const ROUTER_PLUGINS = {
  ...COMMON_PLUGINS,
  'active-request-scorer': plugin('scorer', 'idleThreshold', 'maxBusyScore', 'requestTimeout'),
  'load-aware-scorer': plugin('scorer', 'threshold'),
  'no-hit-lru-scorer': plugin('scorer', 'lruSize'),
  'session-affinity-scorer': plugin('scorer', 'strategy', 'profileName'),
  'decode-filter': plugin('filter'),
  'prefill-filter': plugin('filter'),
  'encode-filter': plugin('filter'),
  'label-selector-filter': plugin('filter', 'matchLabels', 'matchExpressions'),
  'utilization-filter': plugin('filter', 'conditions', 'fallbackOnEmpty'),
  'disagg-profile-handler': plugin('profile-handler', 'stageOrder', 'profiles', 'deciders'),
  'prefix-based-pd-decider': plugin('decider', 'nonCachedTokens', 'promptTokens'),
  'always-disagg-pd-decider': plugin('decider'),
  'anthropic-parser': plugin('parser'),
  'vllmhttp-parser': plugin('parser'),
} as const satisfies Record<string, PluginFacts>;

/** Name of a plugin type that some flavour has. */
export type PluginType = keyof typeof ROUTER_PLUGINS;

/** Plugin types by name. */
export type PluginCatalog = Readonly<Record<string, PluginFacts>>;
