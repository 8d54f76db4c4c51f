import { type PluginCatalog } from '../../../../lib/core/picker/plugins';

/** A plugin as a test expects it: kind, and parameters where they are checked. */
export type Row = readonly [type: string, kind: string, parameters?: readonly string[]];

/** A catalogue as rows, in order of the types. */
export function rowsOf(catalog: PluginCatalog): readonly Row[] {
  return sorted(
    Object.entries(catalog).map(([type, { kind, parameters }]) =>
      parameters === undefined ? [type, kind] : [type, kind, [...parameters].sort()],
    ),
  );
}

/** Rows in order of their types, with the parameters in order. */
export function sorted(rows: readonly Row[]): readonly Row[] {
  return rows
    .map(([type, kind, parameters]): Row =>
      parameters === undefined ? [type, kind] : [type, kind, [...parameters].sort()],
    )
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Types whose parameters are listed twice. */
export function repeated(catalog: PluginCatalog): readonly string[] {
  return Object.entries(catalog)
    .filter(([, { parameters = [] }]) => new Set(parameters).size < parameters.length)
    .map(([type]) => type);
}

const PREFIX_INDEX = [
  'autoTune',
  'blockSizeTokens',
  'blockSize',
  'maxPrefixBlocksToMatch',
  'maxPrefixTokensToMatch',
  'lruCapacityPerServer',
];

/** The same in GAIE 1.5.0 and in llm-d router 0.10, as endpoint-picker.md 4 to 6 describe it. */
export const COMMON_ROWS: readonly Row[] = [
  ['queue-scorer', 'scorer', []],
  ['kv-cache-utilization-scorer', 'scorer', []],
  ['running-requests-size-scorer', 'scorer', []],
  ['lora-affinity-scorer', 'scorer', []],
  ['max-score-picker', 'picker', ['maxNumOfEndpoints']],
  ['random-picker', 'picker', ['maxNumOfEndpoints']],
  ['weighted-random-picker', 'picker', ['maxNumOfEndpoints']],
  ['single-profile-handler', 'profile-handler', []],
  ['approx-prefix-cache-producer', 'data-producer', PREFIX_INDEX],
  [
    'utilization-detector',
    'saturation-detector',
    ['queueDepthThreshold', 'kvCacheUtilThreshold', 'metricsStalenessThreshold', 'headroom'],
  ],
  [
    'concurrency-detector',
    'saturation-detector',
    ['maxConcurrency', 'maxTokenConcurrency', 'concurrencyMode', 'headroom'],
  ],
  ['global-strict-fairness-policy', 'flow-policy', []],
  ['round-robin-fairness-policy', 'flow-policy', []],
  ['fcfs-ordering-policy', 'flow-policy', []],
  ['edf-ordering-policy', 'flow-policy', []],
  ['slo-deadline-ordering-policy', 'flow-policy', []],
  ['static-usage-limit-policy', 'flow-policy', ['threshold']],
  ['core-metrics-extractor', 'data-source', ['engineLabelKey', 'defaultEngine', 'engineConfigs']],
  ['openai-parser', 'parser', []],
  ['passthrough-parser', 'parser', []],
];

/** GAIE 1.5.0: cmd/epp/runner/runner.go registerInTreePlugins, and the json tags of each plugin's parameters. */
export const GAIE_ROWS: readonly Row[] = [
  ...COMMON_ROWS,
  ['prefix-cache-scorer', 'scorer', PREFIX_INDEX],
  ['token-load-scorer', 'scorer', ['queueThresholdTokens']],
  ['latency-scorer', 'scorer'],
  ['predicted-latency-scorer', 'scorer'],
  ['prefix-cache-affinity-filter', 'filter', ['affinityThreshold', 'explorationProbability', 'maxTTFTPenaltyMs']],
  ['slo-headroom-tier-filter', 'filter'],
  ['inflight-load-producer', 'data-producer', []],
  ['predicted-latency-producer', 'data-producer'],
  ['latency-slo-admitter', 'admitter'],
  ['metrics-data-source', 'data-source', ['scheme', 'path', 'insecureSkipVerify']],
  ['k8s-notification-source', 'data-source'],
  ['endpoint-notification-source', 'data-source'],
  ['request-attribute-reporter', 'data-source'],
  ['vllmgrpc-parser', 'parser', []],
];

function without(rows: readonly Row[], ...types: readonly string[]): readonly Row[] {
  return rows.filter(([type]) => !types.includes(type));
}

/** The plugin that only the bundled picker has. */
export const OWN_ROW: Row = [
  'latency-cost-scorer',
  'scorer',
  ['runningWeight', 'evictionWeight', 'decodeWeight', 'nearTie'],
];

/** What the bundled picker takes over from llm-d router 0.10: endpoint-picker.md 3.1, 4.4 to 4.11 and 6.3. */
export const BUNDLED_ROWS: readonly Row[] = [
  ...without(COMMON_ROWS, 'utilization-detector'),
  [
    'utilization-detector',
    'saturation-detector',
    ['queueDepthThreshold', 'kvCacheUtilThreshold', 'metricsStalenessThreshold', 'headroom', 'stalenessPolicy'],
  ],
  ['program-aware-fairness', 'flow-policy', ['lasHalfLifeSeconds']],
  ['priority-holdback-policy', 'flow-policy', ['minCeiling', 'maxCeiling', 'domain', 'shape']],
  ['soft-reflective-ceiling-policy', 'flow-policy', []],
  ['file-discovery', 'data-source', ['path', 'watchFile']],
  ['sglanghttp-parser', 'parser', []],
  ['context-length-aware', 'scorer', ['label', 'enableFiltering']],
  ['by-label-selector', 'filter', ['matchLabels', 'matchExpressions']],
  ['by-label', 'filter', ['label', 'validValues', 'allowsNoLabel']],
  ['prefix-cache-scorer', 'scorer', ['prefixMatchInfoProducerName', 'matchLengthWeight', 'matchLengthScaleTokens']],
  ['token-load-scorer', 'scorer', ['queueThresholdTokens', 'inFlightLoadProducerName']],
  ['active-request-scorer', 'scorer', ['idleThreshold', 'maxBusyScore', 'requestTimeout']],
  ['load-aware-scorer', 'scorer', ['threshold']],
  ['no-hit-lru-scorer', 'scorer', ['lruSize']],
  ['session-affinity-scorer', 'scorer', ['strategy', 'profileName', 'encodedEndpointHeaderConfig', 'sessionIdConfig']],
  ['decode-filter', 'filter', []],
  ['prefill-filter', 'filter', []],
  ['encode-filter', 'filter', []],
  ['label-selector-filter', 'filter', ['matchLabels', 'matchExpressions']],
  ['utilization-filter', 'filter', ['conditions', 'fallbackOnEmpty']],
  [
    'prefix-cache-affinity-filter',
    'filter',
    [
      'prefixMatchInfoProducerName',
      'inFlightLoadProducerName',
      'affinityThreshold',
      'explorationProbability',
      'maxTTFTPenaltyMs',
      'ttftSource',
      'peakPrefillThroughput',
    ],
  ],
  [
    'disagg-profile-handler',
    'profile-handler',
    [
      'stageOrder',
      'profiles',
      'deciders',
      'decodeProfile',
      'prefillProfile',
      'encodeProfile',
      'deciderPluginName',
      'prefillDeciderPluginName',
      'encodeDeciderPluginName',
    ],
  ],
  ['prefix-based-pd-decider', 'decider', ['nonCachedTokens', 'promptTokens']],
  ['always-disagg-pd-decider', 'decider', []],
  [
    'inflight-load-producer',
    'data-producer',
    [
      'addEstimatedOutputTokens',
      'outputRatio',
      'maxEstimatedOutputTokens',
      'prefixMatchInfoProducerName',
      'syncCrossReplicaState',
    ],
  ],
  [
    'metrics-data-source',
    'data-source',
    ['scheme', 'path', 'port', 'insecureSkipVerify', 'caCertPath', 'clientCertPath', 'clientKeyPath', 'interval'],
  ],
  ['anthropic-parser', 'parser', []],
  ['vllmhttp-parser', 'parser', []],
];

/** llm-d router 0.10: endpoint-picker.md 3.1, 4.5 to 4.11, 5 and 6.3. */
export const ROUTER_ROWS: readonly Row[] = [
  ...without(
    BUNDLED_ROWS,
    'utilization-detector',
    'context-length-aware',
    'program-aware-fairness',
    'priority-holdback-policy',
    'soft-reflective-ceiling-policy',
  ),
  ...COMMON_ROWS.filter(([type]) => type === 'utilization-detector'),
  ['precise-prefix-cache-scorer', 'scorer'],
  ['context-length-aware', 'scorer'],
  ['latency-scorer', 'scorer'],
  ['mm-embeddings-cache-scorer', 'scorer'],
  ['topology-affinity-scorer', 'scorer'],
  ['endpoint-attribute-scorer', 'scorer'],
  ['header-label-affinity-scorer', 'scorer'],
  ['slo-headroom-tier-filter', 'filter'],
  ['session-affinity-filter', 'filter'],
  ['endpoint-attribute-filter', 'filter'],
  ['topology-affinity-filter', 'filter'],
  ['header-profile-handler', 'profile-handler'],
  ['always-disagg-multimodal-decider', 'decider'],
  ['token-producer', 'data-producer'],
  ['precise-prefix-cache-producer', 'data-producer'],
  ['predicted-latency-producer', 'data-producer'],
  ['burst-prefix-cache-producer', 'data-producer'],
  ['latency-slo-admitter', 'admitter'],
  ['probabilistic-admitter', 'admitter'],
  ['priority-holdback-policy', 'flow-policy'],
  ['soft-reflective-ceiling-policy', 'flow-policy'],
  ['program-aware-fairness', 'flow-policy'],
  ['models-data-source', 'data-source'],
  ['models-data-extractor', 'data-source'],
  ['k8s-notification-source', 'data-source'],
  ['endpoint-notification-source', 'data-source'],
  ['vertexai-parser', 'parser', []],
  ['vllmgrpc-parser', 'parser', []],
];

/** Plugins that the router marks as Alpha: it loads them only with `--allow-experimental-plugins`. */
export const ROUTER_ALPHA: readonly string[] = [
  'burst-prefix-cache-producer',
  'endpoint-attribute-filter',
  'endpoint-attribute-scorer',
  'header-label-affinity-scorer',
  'header-profile-handler',
  'priority-holdback-policy',
  'session-affinity-filter',
  'session-affinity-scorer',
  'soft-reflective-ceiling-policy',
  'topology-affinity-filter',
  'topology-affinity-scorer',
  'utilization-filter',
];
