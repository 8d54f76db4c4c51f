import { type Duration } from 'cdk8s';
import { type k8s } from 'cdk8s-plus-28';
import { type Accelerator } from '../core/accelerators';
import { type ModelRuntime } from '../core/model-runtime';
import { type DataType, type ModelFacts, type Quantization } from '../core/models/model-facts';
import { type LoraProps } from './lora-adapters';
import { type ModelCache } from './model-cache';

/** A key of a Secret in the same namespace. */
export interface SecretKey {
  readonly secretName: string;
  readonly key: string;
}

/** What to serve, and on what. */
export interface ModelProps {
  /**
   * Hugging Face repository, such as `google/gemma-3-12b-it`, or the facts of a model that the catalogue lacks. A
   * model that is not known is served without the checks of memory and context length.
   */
  readonly model: string | ModelFacts;
  /** GPU that each replica runs on. */
  readonly accelerator: Accelerator;
  /**
   * GPUs of one replica.
   * @default 1
   */
  readonly gpuCount?: number;
  /**
   * GPUs that share one layer; the replica's other GPUs form a pipeline.
   * @default - gpuCount
   */
  readonly tensorParallelSize?: number;
  /**
   * Name of the base model in requests.
   * @default - the model's id
   */
  readonly servedModelName?: string;
  /**
   * Number format of weights and activations.
   * @default - as published
   */
  readonly dataType?: DataType;
  /**
   * Quantization of the weights.
   * @default - as published
   */
  readonly quantization?: Quantization;
  /**
   * Keep the KV cache in 8-bit floating point: twice as many tokens in the same memory.
   * @default false
   */
  readonly fp8KvCache?: boolean;
  /**
   * Longest prompt and answer together, tokens.
   * @default - the model's own context, or the longest that the GPUs' memory holds
   */
  readonly maxModelLength?: number;
  /**
   * Requests that one replica runs at once; more wait in its queue.
   * @default - the runtime's own limit
   */
  readonly maxSequences?: number;
  /**
   * Part of the GPU memory that the server may take, 0 to 1.
   * @default 0.9
   */
  readonly gpuMemoryUtilization?: number;
  /**
   * Reuse the KV cache of equal prompt beginnings.
   * @default true
   */
  readonly prefixCaching?: boolean;
}

/** Settings of the container and its pod. */
export interface ModelServerPodProps {
  /**
   * Server software.
   * @default - vllm(), at the release that the library is written for
   */
  readonly runtime?: ModelRuntime;
  /**
   * Image, when it comes from a mirror; pinned by tag or digest.
   * @default - the runtime's published image
   */
  readonly image?: string;
  /**
   * Port of the OpenAI-compatible API.
   * @default - the runtime's own, 8000 for vLLM
   */
  readonly port?: number;
  /**
   * Token for gated models and adapters on Hugging Face.
   * @default - none
   */
  readonly huggingFaceToken?: SecretKey;
  /**
   * Key that the server asks of its clients, beside what the gateway checks.
   * @default - none
   */
  readonly apiKey?: SecretKey;
  /**
   * Where weights are kept.
   * @default - ModelCache.emptyDir()
   */
  readonly cache?: ModelCache;
  /**
   * CPU that a replica asks for, cores; there is no CPU limit, as throttling would hold up the GPU.
   * @default - 60 % of the preferred machine
   */
  readonly cpu?: number;
  /**
   * Memory of a replica, GiB, requested and limited alike; shared memory and memory-backed caches count.
   * @default - 75 % of the preferred machine
   */
  readonly memoryGib?: number;
  /**
   * Size of /dev/shm, GiB, through which the processes of several GPUs talk.
   * @default - 2, or 16 with more than one GPU
   */
  readonly sharedMemoryGib?: number;
  /**
   * Longest wait for the model to load before the container is restarted.
   * @default - 15 minutes and 40 seconds for each GiB of weights; an hour when the model is not known
   */
  readonly startupTimeout?: Duration;
  /**
   * How long a pod still takes requests after it was told to stop, until no gateway sends it any.
   * @default Duration.seconds(30)
   */
  readonly drainDelay?: Duration;
  /**
   * How long running requests may then go on.
   * @default Duration.seconds(85)
   */
  readonly drainTimeout?: Duration;
  /**
   * Service account of the pods, for example one with access to a bucket.
   * @default - the namespace's default account, without a token
   */
  readonly serviceAccountName?: string;
  /**
   * Run on Spot capacity.
   * @default false
   */
  readonly spot?: boolean;
  /**
   * Run on capacity that Dynamic Workload Scheduler gives when it is free (flex-start).
   * @default false
   */
  readonly flexStart?: boolean;
  /**
   * ComputeClass that chooses the nodes, in place of the accelerator's label.
   * @default - nodes with the accelerator
   */
  readonly computeClass?: string;
  /**
   * Further node labels to ask for.
   * @default - none
   */
  readonly nodeSelector?: Readonly<Record<string, string>>;
  /**
   * Further tolerations.
   * @default - those for GPU nodes
   */
  readonly tolerations?: readonly k8s.Toleration[];
  /**
   * Scheduling priority of the pods.
   * @default - none
   */
  readonly priorityClassName?: string;
  /**
   * Further labels of the pods.
   * @default - none
   */
  readonly podLabels?: Readonly<Record<string, string>>;
  /**
   * Further annotations of the pods.
   * @default - none
   */
  readonly podAnnotations?: Readonly<Record<string, string>>;
  /**
   * Further arguments of the server.
   * @default - none
   */
  readonly extraArgs?: readonly string[];
  /**
   * Further environment variables.
   * @default - none
   */
  readonly env?: Readonly<Record<string, string>>;
}

/** Settings of a ModelServer. */
export interface ModelServerProps extends ModelProps, LoraProps, ModelServerPodProps {
  /**
   * Name of the Deployment.
   * @default - from the construct path
   */
  readonly name?: string;
  /**
   * Pods; left out of the manifest when an autoscaler decides.
   * @default 1
   */
  readonly replicas?: number;
}
