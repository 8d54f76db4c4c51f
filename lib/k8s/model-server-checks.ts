import { isSeldomOnDemand } from '../core/gke/machine-families';
import { sequenceKvGib } from '../core/gpu-memory';
import { isMutableImage } from '../core/image';
import { NodeLabels } from '../core/labels';
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
import { type ModelRuntime } from '../core/model-runtime';
import { problemsOf, type Problem } from '../core/problem';
import { checkLora } from './lora-adapters';
import { type ModelCacheBinding } from './model-cache';
import { type ModelServerProps } from './model-server-props';
import { memoryLayout, type ModelServerSettings } from './model-server-settings';

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
