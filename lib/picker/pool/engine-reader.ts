import { type EngineMetrics, LoraLabels } from '../../core/engine-metrics';
import { METRICS_PATH } from '../../core/metric-names';
import type { Problem } from '../../core/problem';
import type { EndpointMetrics } from '../scheduling/endpoint';
import { type MetricSelector, parseMetricSelector } from './metric-selector';
import { type LabelLookup, MetricsText } from './metrics-text';

type Field = 'waiting' | 'running' | 'kvCacheUsage' | 'blockSize' | 'blocks' | 'loraInfo' | 'cacheInfo';

/** Fields whose absence is worth a count: without them the endpoint cannot be compared. */
const CORE_FIELDS = ['waiting', 'running', 'kvCacheUsage'] as const;

const NO_ADAPTERS: ReadonlySet<string> = new Set<string>();

/** What a page said. */
export interface Reading {
  readonly metrics: EndpointMetrics;
  /** Metrics that the engine should have and the page lacks, by the first selector of each. */
  readonly missing: readonly string[];
}

interface Target {
  readonly field: Field;
  readonly selector: MetricSelector;
}

/** Series of one selector, added up. */
interface Tally {
  count: number;
  sum: number;
  first: number;
}

/**
 * Reads the pages of one kind of model server. Several series of one metric, as pods with several engines or models
 * have them, are added up; of the cache's usage the mean counts. The Go picker reads the first of them only.
 */
export class EngineReader {
  readonly #text: MetricsText;
  readonly #targets: readonly Target[];
  readonly #tallies: readonly Tally[];
  readonly #core: readonly (readonly [text: string, targets: readonly number[]])[];
  #loraStamp = -Infinity;
  #runningAdapters: ReadonlySet<string> = NO_ADAPTERS;
  #waitingAdapters: ReadonlySet<string> = NO_ADAPTERS;
  #maxAdapters = 0;
  #labelledBlockSize: number | undefined;
  #labelledBlocks: number | undefined;

  private constructor(
    private readonly engine: EngineMetrics,
    targets: readonly Target[],
  ) {
    this.#targets = targets;
    this.#text = new MetricsText(targets.map(({ selector }) => selector));
    this.#tallies = targets.map(() => ({ count: 0, sum: 0, first: 0 }));
    this.#core = CORE_FIELDS.flatMap((field) => {
      const [text] = engine[field];
      return text === undefined ? [] : [[text, this.#indexesOf(field)] as const];
    });
  }

  /** A reader for an engine; a problem when one of its selectors cannot be read. */
  public static of(engine: EngineMetrics): EngineReader | Problem {
    const targets: Target[] = [];
    for (const [field, texts] of selectorsOf(engine)) {
      for (const text of texts) {
        const selector = parseMetricSelector(text);
        if ('what' in selector) return selector;
        targets.push({ field, selector });
      }
    }
    return new EngineReader(engine, targets);
  }

  /** What a page says; a problem when it has none of the metrics that the engine should have. */
  public read(page: Uint8Array, at: number): Reading | Problem {
    this.#reset();
    this.#text.read(page, this.#visit);
    const missing = this.#core.filter(([, targets]) => !targets.some((i) => this.#counted(i))).map(([text]) => text);
    if (missing.length > 0 && missing.length === this.#core.length) return notThisEngine(missing);
    const metrics: EndpointMetrics = Object.freeze({
      waiting: this.#sum('waiting'),
      running: this.#sum('running'),
      kvCacheUsage: this.#usage(),
      runningAdapters: this.#runningAdapters,
      waitingAdapters: this.#waitingAdapters,
      maxAdapters: this.#maxAdapters,
      blockSizeTokens: this.#labelledBlockSize ?? positive(this.#tally('blockSize')?.first),
      blocks: this.#labelledBlocks ?? positive(this.#sum('blocks')),
      at,
    });
    return { metrics, missing };
  }

  #reset(): void {
    for (const tally of this.#tallies) tally.count = tally.sum = tally.first = 0;
    this.#loraStamp = -Infinity;
    this.#runningAdapters = this.#waitingAdapters = NO_ADAPTERS;
    this.#maxAdapters = 0;
    this.#labelledBlockSize = this.#labelledBlocks = undefined;
  }

  readonly #visit = (index: number, value: number, label: LabelLookup): void => {
    const field = this.#targets[index]?.field;
    const tally = this.#tallies[index];
    if (field === undefined || tally === undefined) return;
    if (field === 'loraInfo') this.#readAdapters(value, label);
    else if (field === 'cacheInfo') this.#readCacheInfo(label);
    else if (value >= 0) {
      if (tally.count === 0) tally.first = value;
      tally.count++;
      tally.sum += value;
    }
  };

  /** Values are times; vLLM leaves a series behind for every set of adapters that it had. */
  #readAdapters(stamp: number, label: LabelLookup): void {
    if (stamp <= this.#loraStamp) return;
    this.#loraStamp = stamp;
    this.#runningAdapters = namesIn(label(LoraLabels.RUNNING));
    this.#waitingAdapters = namesIn(label(LoraLabels.WAITING));
    this.#maxAdapters = wholeNumber(label(LoraLabels.MAX)) ?? 0;
  }

  #readCacheInfo(label: LabelLookup): void {
    const { cacheInfo } = this.engine;
    if (cacheInfo === undefined) return;
    this.#labelledBlockSize ??= wholeNumber(label(cacheInfo.blockSizeLabel));
    const blocks = wholeNumber(label(cacheInfo.blocksLabel));
    if (blocks !== undefined) this.#labelledBlocks = (this.#labelledBlocks ?? 0) + blocks;
  }

  #indexesOf(field: Field): readonly number[] {
    return this.#targets.flatMap((target, i) => (target.field === field ? [i] : []));
  }

  #counted(index: number): boolean {
    return (this.#tallies[index]?.count ?? 0) > 0;
  }

  /** Of alternatives the first that the page has. */
  #tally(field: Field): Tally | undefined {
    for (const [i, target] of this.#targets.entries()) {
      if (target.field === field && this.#counted(i)) return this.#tallies[i];
    }
    return undefined;
  }

  #sum(field: Field): number | undefined {
    return this.#tally(field)?.sum;
  }

  #usage(): number | undefined {
    const tally = this.#tally('kvCacheUsage');
    return tally === undefined ? undefined : Math.min(1, tally.sum / tally.count);
  }
}

function selectorsOf(engine: EngineMetrics): readonly (readonly [Field, readonly string[]])[] {
  return [
    ['waiting', engine.waiting],
    ['running', engine.running],
    ['kvCacheUsage', engine.kvCacheUsage],
    ['blockSize', engine.blockSize],
    ['blocks', engine.blocks],
    ['loraInfo', engine.loraInfo],
    ['cacheInfo', engine.cacheInfo === undefined ? [] : [engine.cacheInfo.series]],
  ];
}

function namesIn(list: string | undefined): ReadonlySet<string> {
  const names = (list ?? '').split(',').map((name) => name.trim());
  const found = names.filter((name) => name !== '');
  return found.length === 0 ? NO_ADAPTERS : new Set(found);
}

/** A label's count; vLLM writes `None` where it does not know. */
function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? positive(Number(text)) : undefined;
}

function positive(value: number | undefined): number | undefined {
  return value !== undefined && value > 0 ? value : undefined;
}

function notThisEngine(missing: readonly string[]): Problem {
  return {
    what: `the page has none of ${missing.join(', ')}`,
    why: 'it is not that of the engine that the pod is said to run',
    fix: `label the pod with its engine, or point the metrics-data-source to where it serves ${METRICS_PATH}`,
  };
}
