import { readExtractorSettings } from '../../pool/engines';
import { readMetricsSource } from '../../pool/metrics-source';
import { LOAD_PRODUCER, PREFIX_PRODUCER, readProducerName } from '../parameters/producer-name';
import { readPrefixIndexSettings } from '../prefix-index-settings';
import { carrier } from './carrier';

export const METRICS_SOURCE = carrier('data-source', 'metrics-data-source', readMetricsSource);
export const METRICS_EXTRACTOR = carrier('data-source', 'core-metrics-extractor', readExtractorSettings);
export const PREFIX_INDEX = carrier('data-producer', PREFIX_PRODUCER, readPrefixIndexSettings);

/** Counting requests in flight has no settings that this picker needs: it counts what was really generated. */
export const IN_FLIGHT_LOAD = carrier('data-producer', LOAD_PRODUCER, (parameters, around) => {
  readProducerName(parameters, 'prefixMatchInfoProducerName', PREFIX_PRODUCER, around);
  parameters.number('outputRatio', 1.5, { min: 0 });
  parameters.integer('maxEstimatedOutputTokens', 0, { min: 0 });
  // Upstream has no transport for it either.
  parameters.boolean('syncCrossReplicaState', true);
  if (parameters.boolean('addEstimatedOutputTokens', false)) {
    parameters.reject(
      'addEstimatedOutputTokens',
      'generated tokens are counted as they come, apart from those to prefill',
      'leave it out',
    );
  }
});

/** Endpoints from a file, for use without a cluster. */
export interface FileDiscovery {
  readonly path: string;
  /** Whether the file is read again when it changes. */
  readonly watch: boolean;
}

export const FILE_DISCOVERY = carrier('data-source', 'file-discovery', (parameters): FileDiscovery => {
  const path = parameters.string('path', '');
  if (path === '') parameters.reject('path', 'it has no default', 'name the file with the endpoints');
  return { path, watch: parameters.boolean('watchFile', false) };
});

/** Parsers of the bundled picker, in the order of upstream's default; the last one takes what the others leave. */
export const DEFAULT_PARSERS: readonly string[] = [
  'openai-parser',
  'anthropic-parser',
  'vllmhttp-parser',
  'passthrough-parser',
];

export const PARSERS = [...DEFAULT_PARSERS, 'sglanghttp-parser'].map((type) => carrier('parser', type, () => type));
