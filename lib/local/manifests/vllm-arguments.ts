import { isFields } from './fields';

/** What the command line of a vLLM server says, as far as a simulated one follows it. */
export interface VllmSettings {
  readonly model: string;
  /** Names that clients may use for the base model. */
  readonly servedNames: readonly string[];
  readonly port: number;
  readonly tensorParallel: number;
  readonly pipelineParallel: number;
  /** Part of a GPU's memory that the server may take, 0 to 1. */
  readonly gpuMemoryUtilization: number;
  /** Longest prompt and answer together, tokens; undefined for the model's own. */
  readonly maxModelLength: number | undefined;
  readonly maxSequences: number | undefined;
  readonly maxBatchedTokens: number | undefined;
  readonly quantization: string | undefined;
  readonly dataType: string | undefined;
  readonly fp8KvCache: boolean;
  readonly prefixCaching: boolean;
  readonly apiKey: boolean;
  /** Adapters of one batch; 0 without LoRA. */
  readonly maxLoras: number;
  readonly maxCpuLoras: number;
  /** Adapters that are loaded at the start. */
  readonly adapters: readonly string[];
}

/** vLLM's own defaults. @see https://docs.vllm.ai/en/latest/cli/serve.html */
const DEFAULT_PORT = 8000;
const DEFAULT_GPU_MEMORY_UTILIZATION = 0.9;

/** Flags as a map of their values; a flag without one has none, `--a b c` has two. */
class Flags {
  readonly #values = new Map<string, readonly string[]>();
  public readonly positional: readonly string[];

  public constructor(args: readonly string[]) {
    const positional: string[] = [];
    let open: string[] = positional;
    for (const argument of args) {
      if (!argument.startsWith('-') || /^-\d/.test(argument)) {
        open.push(argument);
        continue;
      }
      const equals = argument.indexOf('=');
      const name = (equals < 0 ? argument : argument.slice(0, equals)).replaceAll('_', '-');
      open = equals < 0 ? [] : [argument.slice(equals + 1)];
      this.#values.set(name, open);
    }
    this.positional = positional;
  }

  public has(name: string): boolean {
    return this.#values.has(name);
  }

  public all(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }

  public text(...names: readonly string[]): string | undefined {
    return names.map((name) => this.#values.get(name)?.[0]).find((value) => value !== undefined);
  }

  public number(...names: readonly string[]): number | undefined {
    const text = this.text(...names);
    const value = text === undefined ? Number.NaN : Number(text);
    return Number.isFinite(value) ? value : undefined;
  }
}

/** Reads `vllm serve MODEL --flags`; `command` and `args` of a container joined. Undefined when it names no model. */
export function vllmSettings(commandLine: readonly string[]): VllmSettings | undefined {
  const flags = new Flags(commandLine);
  const serve = flags.positional.indexOf('serve');
  const model = flags.text('--model') ?? flags.positional[serve + 1];
  if (model === undefined) return undefined;
  const named = flags.all('--served-model-name');
  const lora = flags.has('--enable-lora');
  const maxLoras = lora ? (flags.number('--max-loras') ?? 1) : 0;
  return {
    model,
    servedNames: named.length > 0 ? named : [model],
    port: flags.number('--port') ?? DEFAULT_PORT,
    tensorParallel: flags.number('--tensor-parallel-size', '-tp') ?? 1,
    pipelineParallel: flags.number('--pipeline-parallel-size', '-pp') ?? 1,
    gpuMemoryUtilization: flags.number('--gpu-memory-utilization') ?? DEFAULT_GPU_MEMORY_UTILIZATION,
    maxModelLength: flags.number('--max-model-len'),
    maxSequences: flags.number('--max-num-seqs'),
    maxBatchedTokens: flags.number('--max-num-batched-tokens'),
    quantization: flags.text('--quantization', '-q'),
    dataType: flags.text('--dtype'),
    fp8KvCache: flags.text('--kv-cache-dtype')?.startsWith('fp8') ?? false,
    prefixCaching: !flags.has('--no-enable-prefix-caching'),
    apiKey: flags.has('--api-key'),
    maxLoras,
    maxCpuLoras: lora ? (flags.number('--max-cpu-loras') ?? maxLoras) : 0,
    adapters: lora ? flags.all('--lora-modules').flatMap(adapterName) : [],
  };
}

/** `name=path`, or JSON with a name. */
function adapterName(module: string): readonly string[] {
  if (!module.startsWith('{')) return module.includes('=') ? [module.slice(0, module.indexOf('='))] : [];
  try {
    const value: unknown = JSON.parse(module);
    return isFields(value) && typeof value['name'] === 'string' ? [value['name']] : [];
  } catch {
    return [];
  }
}
