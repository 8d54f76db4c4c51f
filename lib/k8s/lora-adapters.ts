import { checkRange } from '../core/launch-checks';
import { type AdapterPlan, type LoraPlan } from '../core/model-runtime';
import { checkModelName } from '../core/names';
import { problemsOf, type Problem } from '../core/problem';

/** A LoRA adapter on top of the base model. */
export interface LoraAdapter {
  /** Name that requests use in their `model` field. */
  readonly name: string;
  /** Hugging Face repository, or a path inside the container. */
  readonly source: string;
}

/** How a model server serves adapters. */
export interface LoraProps {
  /**
   * Adapters to serve.
   * @default - none
   */
  readonly adapters?: readonly LoraAdapter[];
  /**
   * `static`: loaded when the server starts. `dynamic`: a sidecar loads and unloads them while the server runs, from a
   * ConfigMap that can change without a restart.
   * @default 'static'
   */
  readonly adapterLoading?: 'static' | 'dynamic';
  /**
   * Highest rank of any adapter.
   * @default 16
   */
  readonly maxAdapterRank?: number;
  /**
   * Adapters that one batch may mix; each takes GPU memory.
   * @default - the number of adapters, at most 8; always 8 with dynamic loading
   */
  readonly maxActiveAdapters?: number;
  /**
   * Adapters kept in main memory.
   * @default - twice the active ones, or all of them; always 32 with dynamic loading
   */
  readonly maxAdaptersInMemory?: number;
  /**
   * Image of the sidecar that loads adapters; needed with `dynamic`, as no release of it is published.
   * @default - none
   * @see https://github.com/kubernetes-sigs/gateway-api-inference-extension/tree/v1.4.0/tools/dynamic-lora-sidecar
   */
  readonly adapterSyncerImage?: string;
}

const DEFAULT_MAX_RANK = 16;
const MOST_DEFAULT_ACTIVE = 8;
const DYNAMIC_IN_MEMORY = 32;

const COUNT = { min: 1, max: Number.MAX_SAFE_INTEGER, whole: true } as const;

/** The settings that the runtime turns into arguments, or undefined for a server without adapters. */
export function loraPlan(props: LoraProps): LoraPlan | undefined {
  const adapters: readonly AdapterPlan[] = props.adapters ?? [];
  const loading = props.adapterLoading ?? 'static';
  if (adapters.length === 0 && loading === 'static') return undefined;
  // What is loaded dynamically must not change the arguments: every pod would restart.
  const fixed = loading === 'dynamic';
  const maxActive =
    props.maxActiveAdapters ?? (fixed ? MOST_DEFAULT_ACTIVE : Math.min(adapters.length, MOST_DEFAULT_ACTIVE));
  const inMemory = fixed ? DYNAMIC_IN_MEMORY : Math.max(2 * maxActive, adapters.length);
  return {
    loading,
    adapters,
    maxRank: props.maxAdapterRank ?? DEFAULT_MAX_RANK,
    maxActive,
    maxInMemory: props.maxAdaptersInMemory ?? Math.max(inMemory, maxActive),
  };
}

/** Checks the adapters of a server against each other and against the name of its base model. */
export function checkLora(props: LoraProps, baseName: string): readonly Problem[] {
  const adapters = props.adapters ?? [];
  const plan = loraPlan(props);
  return problemsOf(
    ...adapters.map(({ name }) => checkModelName('adapter name', name)),
    duplicateAdapters(adapters, baseName),
    missingSources(adapters),
    plan === undefined || plan.maxInMemory >= plan.maxActive ? undefined : tooFewInMemory(plan),
    checkRange('maxActiveAdapters', props.maxActiveAdapters, COUNT, 'it counts adapters'),
    checkRange('maxAdaptersInMemory', props.maxAdaptersInMemory, COUNT, 'it counts adapters'),
    checkSyncer(props),
  );
}

function duplicateAdapters(adapters: readonly LoraAdapter[], baseName: string): readonly Problem[] {
  const names = [baseName, ...adapters.map(({ name }) => name)];
  return [...new Set(names.filter((name, i) => names.indexOf(name) !== i))].map((name) => ({
    what: `adapter name '${name}' is used twice`,
    why: name === baseName ? 'it is the name of the base model too' : 'requests could not tell the adapters apart',
    fix: 'give each adapter a name of its own',
  }));
}

function missingSources(adapters: readonly LoraAdapter[]): readonly Problem[] {
  return adapters
    .filter(({ source }) => source.trim() === '')
    .map(({ name }) => ({
      what: `adapter '${name}' has no source`,
      why: 'the server must know where its weights are',
      fix: 'give a Hugging Face repository or a path inside the container',
    }));
}

function tooFewInMemory({ maxInMemory, maxActive }: LoraPlan): Problem {
  return {
    what: `maxAdaptersInMemory ${maxInMemory} is below maxActiveAdapters ${maxActive}`,
    why: 'the server refuses to start: active adapters are a part of those in memory',
    fix: `set it to ${maxActive} or more`,
  };
}

function checkSyncer({ adapterLoading, adapterSyncerImage }: LoraProps): Problem | undefined {
  if (adapterLoading !== 'dynamic') {
    if (adapterSyncerImage === undefined) return undefined;
    return {
      what: 'adapterSyncerImage is set but adapters are loaded at start',
      why: 'the sidecar only runs with dynamic loading',
      fix: `set adapterLoading: 'dynamic', or remove adapterSyncerImage`,
    };
  }
  if (adapterSyncerImage !== undefined) return undefined;
  return {
    what: `adapterLoading 'dynamic' without adapterSyncerImage`,
    why: 'a sidecar loads the adapters, and no pinned image of it is published',
    fix: 'build the dynamic LoRA sidecar, push it and give its image here, or load adapters at start',
  };
}
