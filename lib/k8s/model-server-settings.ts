import { Duration } from 'cdk8s';
import {
  effectiveDataType,
  longestSequence,
  SAFE_OVERHEAD_GIB,
  sequenceKvGib,
  weightsGib,
  type MemoryLayout,
} from '../core/gpu-memory';
import { isSeldomOnDemand } from '../core/gke/machine-families';
import { isMutableImage } from '../core/image';
import {
  checkContext,
  checkExtraArgs,
  checkGated,
  checkGpuCount,
  checkGpuMemory,
  checkParallelism,
  checkRange,
  checkRefusedFlags,
  checkVariableNames,
} from '../core/launch-checks';
import { type LaunchPlan, type ModelRuntime } from '../core/model-runtime';
import { modelFacts } from '../core/models';
import { type ModelFacts } from '../core/models/model-facts';
import { podResources } from '../core/pod-resources';
import { problemsOf, type Problem } from '../core/problem';
import { vllm } from '../core/runtimes';
import { startupBudgetSeconds } from '../core/startup';
import { NodeLabels } from '../core/labels';
import { checkLora, loraPlan } from './lora-adapters';
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

function memoryLayout(props: ModelServerProps, model: ModelFacts): MemoryLayout {
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

/** Everything wrong with the settings of a model server. */
export function checkModelServer(settings: ModelServerSettings): readonly Problem[] {
  const { props, facts, plan, runtime, gpuCount, cache } = settings;
  const count = checkGpuCount(props.accelerator, gpuCount);
  return problemsOf(
    count,
    // Everything else about GPUs follows from their number and would only repeat that it is wrong.
    count === undefined ? checkGpus(settings) : undefined,
    checkContext(facts, props.maxModelLength),
    checkGated(facts, props.huggingFaceToken !== undefined, cache.modelPath === undefined),
    checkNumbers(settings),
    checkNames(props),
    checkApiKey(props, runtime),
    checkEnvironment(props),
    checkNodeSelector(props),
    checkRefusedFlags(props.extraArgs ?? [], runtime.refusedFlags),
    checkLora(props, plan.servedName),
    runtime.check(plan),
    checkExtraArgs(props.extraArgs ?? [], runtime.managedFlags),
  );
}

function checkGpus(settings: ModelServerSettings): readonly Problem[] {
  const { props, facts, plan, gpuCount } = settings;
  const parallelism = checkParallelism(facts, gpuCount, plan.tensorParallel);
  const memory =
    facts === undefined
      ? undefined
      : checkGpuMemory(memoryLayout(props, facts), props.accelerator, props.maxModelLength);
  return problemsOf(parallelism, memory, checkSharedMemory(settings));
}

/** Values that name something must not be empty. */
function checkNames(props: ModelServerProps): readonly Problem[] {
  const id = typeof props.model === 'string' ? props.model : props.model.id;
  const named: Readonly<Record<string, string | undefined>> = {
    model: id,
    image: props.image,
    servedModelName: props.servedModelName,
    serviceAccountName: props.serviceAccountName,
    computeClass: props.computeClass,
    'huggingFaceToken.secretName': props.huggingFaceToken?.secretName,
    'huggingFaceToken.key': props.huggingFaceToken?.key,
    'apiKey.secretName': props.apiKey?.secretName,
    'apiKey.key': props.apiKey?.key,
  };
  return Object.entries(named)
    .filter(([, value]) => value?.trim() === '')
    .map(([field]) => ({
      what: `${field} is empty`,
      why: 'it names something',
      fix: 'give the name, or leave it out',
    }));
}

function checkEnvironment(props: ModelServerProps): readonly Problem[] {
  const token =
    props.huggingFaceToken !== undefined && props.env?.['HF_TOKEN'] !== undefined
      ? {
          what: 'env has HF_TOKEN beside huggingFaceToken',
          why: 'both set the same variable',
          fix: 'remove it from env',
        }
      : undefined;
  return problemsOf(token, checkVariableNames(props.env ?? {}));
}

/** The accelerator's node label is what keeps node pool and server together. */
function checkNodeSelector({ nodeSelector, accelerator }: ModelServerProps): Problem | undefined {
  const label = nodeSelector?.[NodeLabels.ACCELERATOR];
  if (label === undefined || label === accelerator.gkeAccelerator) return undefined;
  return {
    what: `nodeSelector asks for ${NodeLabels.ACCELERATOR}=${label}, accelerator is ${accelerator.displayName}`,
    why: `arguments and resources are made for ${accelerator.displayName}`,
    fix: 'set accelerator, and leave the label out',
  };
}

function checkApiKey(props: ModelServerProps, runtime: ModelRuntime): readonly Problem[] {
  return problemsOf(
    props.env?.[runtime.apiKeyVariable] === undefined
      ? undefined
      : {
          what: `env has ${runtime.apiKeyVariable}`,
          why: 'the key would stand in the manifest, and the startup probe would be refused',
          fix: 'put it into a Secret and set apiKey',
        },
    props.apiKey === undefined || props.adapterLoading !== 'dynamic'
      ? undefined
      : {
          what: `apiKey with adapterLoading 'dynamic'`,
          why: 'the sidecar that loads adapters sends no key',
          fix: 'load adapters at start, or let the gateway check clients',
        },
  );
}

function checkNumbers(settings: ModelServerSettings): readonly Problem[] {
  const { props, plan, cache } = settings;
  const count = { min: 1, max: Number.MAX_SAFE_INTEGER, whole: true };
  const amount = { min: 0.1, max: Number.MAX_SAFE_INTEGER, whole: false };
  const seconds = 'Kubernetes waits whole seconds';
  return problemsOf(
    checkRange('replicas', props.replicas, { ...count, min: 0 }, 'it counts pods'),
    checkRange('maxSequences', props.maxSequences, count, 'it counts requests'),
    checkRange('port', props.port, { min: 1, max: 65_535, whole: true }, 'ports are numbered from 1 to 65535'),
    checkRange(
      'gpuMemoryUtilization',
      props.gpuMemoryUtilization,
      { min: 0.1, max: 0.99, whole: false },
      'it is a part of the GPU memory, and the CUDA context needs some beside it',
    ),
    checkRange('cpu', props.cpu, amount, 'it counts cores'),
    checkRange('memoryGib', props.memoryGib, amount, 'a model server needs memory to load weights'),
    checkRange('sharedMemoryGib', props.sharedMemoryGib, amount, 'the processes of a replica talk through it'),
    checkRange('size of ModelCache.emptyDir', cache.ephemeralGib, { ...amount, min: 0 }, 'weights need the room'),
    checkRange('startupTimeout (seconds)', settings.startupSeconds, count, seconds),
    checkRange('drainDelay (seconds)', settings.drainDelaySeconds, { ...count, min: 0 }, seconds),
    checkRange('drainTimeout (seconds)', plan.drainSeconds, { ...count, min: 0 }, seconds),
  );
}

function checkSharedMemory({ memoryGib, sharedMemoryGib }: ModelServerSettings): Problem | undefined {
  if (sharedMemoryGib < memoryGib) return undefined;
  return {
    what: `sharedMemoryGib ${sharedMemoryGib} with memoryGib ${memoryGib}`,
    why: '/dev/shm counts against the memory of the pod',
    fix: `lower sharedMemoryGib, or raise memoryGib above ${sharedMemoryGib}`,
  };
}

/** What works but may surprise. */
export function modelServerWarnings(settings: ModelServerSettings, severalPods: boolean): readonly string[] {
  const { props, facts, plan, image, cache } = settings;
  const warnings: string[] = [];
  if (isMutableImage(image)) {
    warnings.push(`image ${image} can change under you; pin it by version or digest`);
  }
  const cut = props.maxModelLength === undefined && facts !== undefined && plan.maxModelLength !== undefined;
  if (cut && plan.maxModelLength < facts.maxContext) {
    const bytes = props.fp8KvCache === true ? 1 : 2;
    const needed = Math.round(sequenceKvGib(facts, facts.maxContext, bytes, plan.tensorParallel) * 10) / 10;
    warnings.push(
      `requests are limited to ${plan.maxModelLength} tokens: the model's ${facts.maxContext} would need ${needed} GiB of KV cache; set maxModelLength to say that you know`,
    );
  }
  warnings.push(...capacityWarnings(props, cache));
  if (props.cache?.kind === 'persistentVolumeClaim' && (severalPods || (props.replicas ?? 1) > 1)) {
    warnings.push('several replicas share one PersistentVolumeClaim; it must be ReadWriteMany');
  }
  return warnings;
}

/** Ephemeral storage that a node with GKE's default boot disk of 100 GB has for pods, GiB, with some margin. */
const DEFAULT_NODE_DISK_GIB = 45;

function capacityWarnings(props: ModelServerProps, cache: ModelCacheBinding): readonly string[] {
  const machine = props.accelerator.machineHosting(props.gpuCount ?? 1);
  if (machine === undefined || props.computeClass !== undefined) return [];
  const bigDisk = (machine.localSsds ?? 0) === 0 && cache.ephemeralGib > DEFAULT_NODE_DISK_GIB;
  const scarce = isSeldomOnDemand(machine.machineType) && props.spot !== true && props.flexStart !== true;
  return [
    ...(bigDisk
      ? [
          `the pod asks for ${cache.ephemeralGib} GiB of disk, more than a node with the default boot disk of 100 GB has; give the node pool a larger one`,
        ]
      : []),
    ...(scarce
      ? [`${machine.machineType} is rarely sold on demand; set spot or flexStart, or make sure of a reservation`]
      : []),
  ];
}
