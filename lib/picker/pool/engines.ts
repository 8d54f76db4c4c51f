import { DEFAULT_ENGINE, ENGINE_METRICS, type EngineMetrics } from '../../core/engine-metrics';
import { Labels } from '../../core/labels';
import { oneOf, ValidationError } from '../../core/problem';
import type { ParameterReader } from '../scheduling/parameters/parameter-reader';
import { EngineReader } from './engine-reader';
import { parseMetricSelector } from './metric-selector';

/** Which metrics to read from which pod: the parameters of `core-metrics-extractor`. */
export interface ExtractorSettings {
  /** Label of pods with the name of their engine. */
  readonly engineLabelKey: string;
  /** Engine of pods without that label, or with an unknown one. */
  readonly defaultEngine: string;
  readonly engines: Readonly<Record<string, EngineMetrics>>;
}

/** Settings without any configuration. */
export const DEFAULT_EXTRACTOR: ExtractorSettings = Object.freeze({
  engineLabelKey: Labels.ENGINE_TYPE,
  defaultEngine: DEFAULT_ENGINE,
  engines: ENGINE_METRICS,
});

const NO_METRICS: EngineMetrics = {
  waiting: [],
  running: [],
  kvCacheUsage: [],
  loraInfo: [],
  blockSize: [],
  blocks: [],
};

/** Labels of the cache's info series where `engineConfigs` names none: those of vLLM. */
const CACHE_LABELS = { blockSize: 'block_size', blocks: 'num_gpu_blocks' };

/** Reads the parameters of `core-metrics-extractor`. An engine keeps what its entry does not name. */
export function readExtractorSettings(parameters: ParameterReader): ExtractorSettings {
  const engines: Record<string, EngineMetrics> = { ...DEFAULT_EXTRACTOR.engines };
  for (const entry of parameters.objects('engineConfigs')) {
    const name = entry.string('name');
    if (name === undefined) entry.reject('name', 'an entry is for the pods whose engine label has its name', 'name it');
    else engines[name] = readEngine(entry, engines[name] ?? NO_METRICS);
  }
  const engineLabelKey = parameters.string('engineLabelKey', DEFAULT_EXTRACTOR.engineLabelKey);
  const defaultEngine = parameters.string('defaultEngine', DEFAULT_EXTRACTOR.defaultEngine);
  if (engines[defaultEngine] === undefined) {
    parameters.reject('defaultEngine', 'no engine has that name', `use ${oneOf(Object.keys(engines))}`);
  }
  return { engineLabelKey, defaultEngine, engines };
}

function readEngine(entry: ParameterReader, base: EngineMetrics): EngineMetrics {
  const spec = (name: string, otherwise: readonly string[]): readonly string[] => {
    const text = entry.string(name);
    if (text === undefined) return otherwise;
    const selector = parseMetricSelector(text);
    if (!('what' in selector)) return [text];
    entry.reject(name, selector.why, selector.fix);
    return otherwise;
  };
  const [series] = spec('cacheInfoSpec', base.cacheInfo === undefined ? [] : [base.cacheInfo.series]);
  const blockSizeLabel = entry.string(
    'cacheBlockSizeLabelName',
    base.cacheInfo?.blockSizeLabel ?? CACHE_LABELS.blockSize,
  );
  const blocksLabel = entry.string('cacheNumBlocksLabelName', base.cacheInfo?.blocksLabel ?? CACHE_LABELS.blocks);
  if (entry.has('customMetrics')) {
    entry.reject('customMetrics', 'this picker has no scorer that reads them', 'remove it, or read them in a scorer');
  }
  return {
    waiting: spec('queuedRequestsSpec', base.waiting),
    running: spec('runningRequestsSpec', base.running),
    kvCacheUsage: spec('kvUsageSpec', base.kvCacheUsage),
    loraInfo: spec('loraSpec', base.loraInfo),
    blockSize: spec('cacheBlockSizeSpec', base.blockSize),
    blocks: spec('cacheNumBlocksSpec', base.blocks),
    ...(series === undefined ? {} : { cacheInfo: { series, blockSizeLabel, blocksLabel } }),
  };
}

/** A reader of pages for each engine. */
export class EngineReaders {
  readonly #readers = new Map<string, EngineReader>();
  readonly #default: EngineReader;

  /** Throws when the settings did not come from `readExtractorSettings` and have a selector that cannot be read. */
  public constructor(private readonly settings: ExtractorSettings) {
    for (const [name, engine] of Object.entries(settings.engines)) {
      const reader = EngineReader.of(engine);
      if ('what' in reader) throw new ValidationError(`engine '${name}'`, [reader]);
      this.#readers.set(name, reader);
    }
    const otherwise = this.#readers.get(settings.defaultEngine);
    if (otherwise === undefined) throw new RangeError(`no engine is named '${settings.defaultEngine}'`);
    this.#default = otherwise;
  }

  /** The reader for a pod with these labels. */
  public readerFor(labels: Readonly<Record<string, string>>): EngineReader {
    const engine = labels[this.settings.engineLabelKey] ?? labels[Labels.LEGACY_ENGINE_TYPE];
    return (engine === undefined ? undefined : this.#readers.get(engine)) ?? this.#default;
  }
}
