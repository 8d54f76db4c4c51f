import { Duration } from 'cdk8s';
import {
  effectiveDataType,
  longestSequence,
  type MemoryLayout,
  SAFE_OVERHEAD_GIB,
  weightsGib,
} from '../core/gpu-memory';
import { type LaunchPlan, type ModelRuntime } from '../core/model-runtime';
import { modelFacts } from '../core/models';
import { type ModelFacts } from '../core/models/model-facts';
import { podResources } from '../core/pod-resources';
import { vllm } from '../core/runtimes';
import { startupBudgetSeconds } from '../core/startup';
import { loraPlan } from './lora-adapters';
import { ModelCache, type ModelCacheBinding } from './model-cache';
import { type ModelServerProps } from './model-server-props';
import { secondsOf } from './seconds';

const GPU_MEMORY_UTILIZATION = 0.9;
const DRAIN_DELAY = Duration.seconds(30);
const DRAIN_TIMEOUT = Duration.seconds(85);
/** Between the end of draining and the kill: time for the process to leave by itself. */
const EXIT_SECONDS = 15;
const DEFAULT_CACHE_GIB = 100;

/** Everything about a model server that follows from its props, decided once. */
export interface ModelServerSettings {
  readonly props: ModelServerProps;
  readonly runtime: ModelRuntime;
  readonly facts: ModelFacts | undefined;
  readonly plan: LaunchPlan;
  readonly cache: ModelCacheBinding;
  readonly gpuCount: number;
  readonly image: string;
  readonly cpu: number;
  readonly memoryGib: number;
  readonly sharedMemoryGib: number;
  readonly startupSeconds: number;
  readonly drainDelaySeconds: number;
  /** From the order to stop until Kubernetes kills the container. */
  readonly graceSeconds: number;
}

/** Resolves the defaults of a model server. */
export function modelServerSettings(props: ModelServerProps): ModelServerSettings {
  const facts = typeof props.model === 'string' ? modelFacts(props.model) : props.model;
  const runtime = props.runtime ?? vllm();
  const gpuCount = props.gpuCount ?? 1;
  const weights = facts === undefined ? undefined : weightsGib(facts, facts.dataType, props.quantization);
  const cache = (props.cache ?? ModelCache.emptyDir())._bind(cacheGib(weights), weights);
  const plan = launchPlan(props, facts, runtime, cache);
  const resources = podResources(props.accelerator, gpuCount) ?? { cpu: 1, memoryGib: 1 };
  const drainDelaySeconds = secondsOf(props.drainDelay ?? DRAIN_DELAY);
  return {
    props,
    runtime,
    facts,
    plan,
    cache,
    gpuCount,
    image: props.image ?? runtime.image,
    cpu: props.cpu ?? resources.cpu,
    memoryGib: props.memoryGib ?? Math.max(1, resources.memoryGib - cache.memoryGib),
    sharedMemoryGib: props.sharedMemoryGib ?? (gpuCount > 1 ? 16 : 2),
    startupSeconds:
      props.startupTimeout === undefined ? startupBudgetSeconds(weights) : secondsOf(props.startupTimeout),
    drainDelaySeconds,
    graceSeconds: drainDelaySeconds + plan.drainSeconds + EXIT_SECONDS,
  };
}

function cacheGib(weights: number | undefined): number {
  return weights === undefined ? DEFAULT_CACHE_GIB : Math.ceil(weights * 1.25 + 10);
}

function launchPlan(
  props: ModelServerProps,
  facts: ModelFacts | undefined,
  runtime: ModelRuntime,
  cache: ModelCacheBinding,
): LaunchPlan {
  const id = typeof props.model === 'string' ? props.model : props.model.id;
  const gpuCount = props.gpuCount ?? 1;
  const tensorParallel = props.tensorParallelSize ?? gpuCount;
  return {
    model: cache.modelPath ?? id,
    servedName: props.servedModelName ?? id,
    facts,
    accelerator: props.accelerator,
    port: props.port ?? runtime.defaultPort,
    tensorParallel,
    pipelineParallel: Math.max(1, Math.floor(gpuCount / tensorParallel)),
    gpuMemoryUtilization: props.gpuMemoryUtilization ?? GPU_MEMORY_UTILIZATION,
    maxModelLength: props.maxModelLength ?? defaultLength(props, facts),
    maxSequences: props.maxSequences,
    dataType: props.dataType,
    quantization: props.quantization,
    fp8KvCache: props.fp8KvCache ?? false,
    prefixCaching: props.prefixCaching ?? true,
    lora: loraPlan(props),
    drainSeconds: secondsOf(props.drainTimeout ?? DRAIN_TIMEOUT),
  };
}

/** How the model of a server is laid out on its GPUs. */
export function memoryLayout(props: ModelServerProps, model: ModelFacts): MemoryLayout {
  return {
    model,
    gpus: props.gpuCount ?? 1,
    gpuMemoryGib: props.accelerator.memoryGib,
    gpuMemoryUtilization: props.gpuMemoryUtilization ?? GPU_MEMORY_UTILIZATION,
    tensorParallel: props.tensorParallelSize ?? props.gpuCount ?? 1,
    dataType: effectiveDataType(model, props.accelerator.computeCapability, props.dataType),
    quantization: props.quantization,
    kvBytesPerElement: props.fp8KvCache === true ? 1 : 2,
  };
}

/** vLLM refuses to start when its cache cannot hold one sequence of the model's whole context. */
function defaultLength(props: ModelServerProps, facts: ModelFacts | undefined): number | undefined {
  if (facts === undefined) return undefined;
  const layout = memoryLayout(props, facts);
  const safe = longestSequence({ ...layout, overheadGib: SAFE_OVERHEAD_GIB });
  const longest = safe > 0 ? safe : longestSequence(layout);
  return longest > 0 ? longest : undefined;
}
