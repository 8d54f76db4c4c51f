import type { Accelerator } from './accelerators';
import type { MetricNames } from './metric-names';
import type { DataType, ModelFacts, Quantization } from './models/model-facts';
import type { Problem } from './problem';

/** A LoRA adapter and where its weights come from. */
export interface AdapterPlan {
  readonly name: string;
  readonly source: string;
}

/** How adapters are served. */
export interface LoraPlan {
  /** `static`: loaded at start from arguments. `dynamic`: loaded and unloaded while the server runs. */
  readonly loading: 'static' | 'dynamic';
  readonly adapters: readonly AdapterPlan[];
  /** Highest rank of any adapter. */
  readonly maxRank: number;
  /** Adapters that one batch may mix. */
  readonly maxActive: number;
  /** Adapters kept in main memory. */
  readonly maxInMemory: number;
}

/** Everything a runtime needs to write the command line of one replica. */
export interface LaunchPlan {
  /** Hugging Face repository or path of the weights. */
  readonly model: string;
  /** Name that clients use for the base model. */
  readonly servedName: string;
  readonly facts: ModelFacts | undefined;
  readonly accelerator: Accelerator;
  readonly port: number;
  readonly tensorParallel: number;
  readonly pipelineParallel: number;
  readonly gpuMemoryUtilization: number;
  readonly maxModelLength: number | undefined;
  readonly maxSequences: number | undefined;
  readonly dataType: DataType | undefined;
  readonly quantization: Quantization | undefined;
  readonly fp8KvCache: boolean;
  readonly prefixCaching: boolean;
  readonly lora: LoraPlan | undefined;
  /** How long the server finishes requests after it was told to stop, seconds. */
  readonly drainSeconds: number;
}

/** Paths that a runtime answers health checks on. */
export interface HealthPaths {
  /** Answers 200 only when the model can serve. */
  readonly loaded: string;
  /** Answers 200 while the engine is healthy. */
  readonly healthy: string;
}

/** Everything that differs between model servers: plain data and pure functions, one file for each. */
export interface ModelRuntime {
  /** Value of the engine-type label, such as `vllm`. */
  readonly name: string;
  readonly version: string;
  readonly image: string;
  readonly defaultPort: number;
  readonly command: readonly string[];
  readonly health: HealthPaths;
  readonly metrics: MetricNames;
  /** Requests that one replica runs at once when nothing else is set. */
  defaultMaxSequences(accelerator: Accelerator): number;
  /** Variable that the server reads the key of its API from. */
  readonly apiKeyVariable: string;
  /** Flags that `args` writes: the user's extra arguments may not repeat them. Each with the prop to set instead. */
  readonly managedFlags: Readonly<Record<string, string>>;
  /** Flags that break what depends on the server, each with the reason. */
  readonly refusedFlags: Readonly<Record<string, string>>;
  args(plan: LaunchPlan): readonly string[];
  env(plan: LaunchPlan): Readonly<Record<string, string>>;
  check(plan: LaunchPlan): readonly Problem[];
}
