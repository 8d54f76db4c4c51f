import type { Accelerator } from '../accelerators';
import { BFLOAT16_CAPABILITY } from '../gpu-memory';
import { VLLM_METRICS } from '../metric-names';
import type { LaunchPlan, LoraPlan, ModelRuntime } from '../model-runtime';
import type { Quantization } from '../models/model-facts';
import { MODEL_SERVER_PORT } from '../ports';
import { oneOf, problemsOf, type Problem } from '../problem';
import { atLeast } from '../version';

/** Release that the library is written for. @see https://github.com/vllm-project/vllm/releases */
export const DEFAULT_VLLM_VERSION = '0.30.0';

/** Release that renamed the KV-cache metric, the oldest one that all metrics are complete in. */
const OLDEST = '0.10.2';
/** Release that got `--shutdown-timeout`; before, a stop cut off running requests. */
const SHUTDOWN_TIMEOUT = '0.18.0';
/** Release that could keep probes and scrapes out of its access log. */
const QUIET_ACCESS_LOG = '0.17.0';
/** Release that moved bitsandbytes out of the image. */
const WITHOUT_BITSANDBYTES = '0.30.0';
/** Ranks that vLLM compiled kernels for. */
const LORA_RANKS = [1, 8, 16, 32, 64, 128, 256, 320, 512] as const;

/** Prop that sets each flag of vLLM that the library writes. */
const MANAGED_FLAGS: Readonly<Record<string, string>> = Object.freeze({
  '--model': 'model',
  '--served-model-name': 'servedModelName',
  '--port': 'port',
  '--tensor-parallel-size': 'tensorParallelSize',
  '-tp': 'tensorParallelSize',
  '--pipeline-parallel-size': 'gpuCount and tensorParallelSize',
  '-pp': 'gpuCount and tensorParallelSize',
  '--gpu-memory-utilization': 'gpuMemoryUtilization',
  '--max-model-len': 'maxModelLength',
  '--max-num-seqs': 'maxSequences',
  '--dtype': 'dataType',
  '--quantization': 'quantization',
  '-q': 'quantization',
  '--kv-cache-dtype': 'fp8KvCache',
  '--enable-prefix-caching': 'prefixCaching',
  '--no-enable-prefix-caching': 'prefixCaching',
  '--enable-lora': 'adapters',
  '--no-enable-lora': 'adapters',
  '--api-key': 'apiKey',
  '--lora-modules': 'adapters',
  '--max-loras': 'maxActiveAdapters',
  '--max-cpu-loras': 'maxAdaptersInMemory',
  '--max-lora-rank': 'maxAdapterRank',
  '--shutdown-timeout': 'drainTimeout',
});

const UNREACHABLE = 'probes, the gateway and the picker would no longer reach the server';
const REMOVED = 'vLLM no longer has that flag and would not start';

const REFUSED_FLAGS: Readonly<Record<string, string>> = Object.freeze({
  '--host': UNREACHABLE,
  '--uds': UNREACHABLE,
  '--ssl-keyfile': UNREACHABLE,
  '--ssl-certfile': UNREACHABLE,
  '--root-path': UNREACHABLE,
  '--config': 'a file could set flags that other objects depend on',
  '--data-parallel-size': 'the pool would have to know a port for each rank',
  '-dp': 'the pool would have to know a port for each rank',
  '--disable-log-requests': REMOVED,
  '--num-scheduler-steps': REMOVED,
  '--use-v2-block-manager': REMOVED,
});

/** vLLM of a release, `0.10.2` or newer. */
export function vllm(version: string = DEFAULT_VLLM_VERSION): ModelRuntime {
  const runtime: ModelRuntime = {
    name: 'vllm',
    version,
    image: `vllm/vllm-openai:v${version}`,
    defaultPort: MODEL_SERVER_PORT,
    // The image's own entry point changed between releases, the command did not.
    command: ['vllm', 'serve'],
    apiKeyVariable: 'VLLM_API_KEY',
    health: { loaded: '/v1/models', healthy: '/health' },
    metrics: VLLM_METRICS,
    defaultMaxSequences,
    managedFlags: MANAGED_FLAGS,
    refusedFlags: REFUSED_FLAGS,
    args: (plan) => args(plan, version),
    env: (plan) => env(plan),
    check: (plan) =>
      problemsOf(
        checkVersion(version),
        checkDataType(plan),
        checkQuantization(plan, version),
        checkPublishedQuantization(plan),
        checkRank(plan),
      ),
  };
  return Object.freeze(runtime);
}

const QUIET_PATHS = ['/health', '/metrics', '/v1/models'];

/** vLLM's own choice: large GPUs run large batches, the A100 does not. */
function defaultMaxSequences({ memoryGib, computeCapability }: Accelerator): number {
  return memoryGib >= 70 && computeCapability >= 9 ? 1024 : 256;
}

function args(plan: LaunchPlan, version: string): readonly string[] {
  const flags: readonly (readonly [string, string | number | undefined])[] = [
    ['--served-model-name', plan.servedName === plan.model ? undefined : plan.servedName],
    ['--port', plan.port],
    ['--tensor-parallel-size', plan.tensorParallel],
    ['--pipeline-parallel-size', plan.pipelineParallel > 1 ? plan.pipelineParallel : undefined],
    ['--gpu-memory-utilization', plan.gpuMemoryUtilization],
    ['--max-model-len', plan.maxModelLength],
    ['--max-num-seqs', plan.maxSequences],
    ['--dtype', plan.dataType],
    ['--quantization', plan.quantization],
    ['--kv-cache-dtype', plan.fp8KvCache ? 'fp8' : undefined],
    ['--shutdown-timeout', atLeast(version, SHUTDOWN_TIMEOUT) ? plan.drainSeconds : undefined],
  ];
  return [
    plan.model,
    ...flags.flatMap(([flag, value]) => (value === undefined ? [] : [`${flag}=${value}`])),
    ...(atLeast(version, QUIET_ACCESS_LOG) ? [`--disable-access-log-for-endpoints=${QUIET_PATHS.join(',')}`] : []),
    plan.prefixCaching ? '--enable-prefix-caching' : '--no-enable-prefix-caching',
    ...(plan.lora === undefined ? [] : loraArgs(plan.lora, plan.servedName)),
  ];
}

function loraArgs(lora: LoraPlan, baseModel: string): readonly string[] {
  const modules = lora.adapters.map(({ name, source }) =>
    JSON.stringify({ name, path: source, base_model_name: baseModel }),
  );
  return [
    '--enable-lora',
    `--max-loras=${lora.maxActive}`,
    `--max-cpu-loras=${lora.maxInMemory}`,
    `--max-lora-rank=${lora.maxRank}`,
    ...(lora.loading === 'static' && modules.length > 0 ? ['--lora-modules', ...modules] : []),
  ];
}

function env(plan: LaunchPlan): Readonly<Record<string, string>> {
  return {
    // GKE mounts the driver here. Kubernetes expands no shell variable, so the list is complete in itself.
    LD_LIBRARY_PATH: '/usr/local/nvidia/lib64:/usr/local/cuda/lib64',
    ...(plan.lora?.loading === 'dynamic' ? { VLLM_ALLOW_RUNTIME_LORA_UPDATING: 'True' } : {}),
  };
}

function checkVersion(version: string): Problem | undefined {
  if (/^\d+\.\d+\.\d+[\w.-]*$/.test(version) && atLeast(version, OLDEST)) return undefined;
  return {
    what: `vllm('${version}')`,
    why: `the release decides flags and metric names, which are known from ${OLDEST} on`,
    fix: `write the release as in vllm('${DEFAULT_VLLM_VERSION}'), and set image for a build of your own`,
  };
}

function checkDataType({ accelerator, dataType, facts }: LaunchPlan): Problem | undefined {
  const old = accelerator.computeCapability < BFLOAT16_CAPABILITY;
  const bearsFloat16 = facts?.refusesFloat16 !== true;
  if (dataType === 'float16' && !bearsFloat16) {
    return {
      what: `dataType float16 for ${facts.id}`,
      why: 'its values overflow that format, and vLLM refuses it',
      fix: old ? `set dataType: 'float32', or choose a newer accelerator` : 'leave dataType out',
    };
  }
  if (dataType !== 'bfloat16' || !old) return undefined;
  return {
    what: `dataType bfloat16 on ${accelerator.displayName}`,
    why: `it needs compute capability ${BFLOAT16_CAPABILITY}, and ${accelerator.displayName} has ${accelerator.computeCapability}`,
    fix: `set dataType: '${bearsFloat16 ? 'float16' : 'float32'}', or choose a newer accelerator`,
  };
}

/** Formats that vLLM makes while it loads; weights of the others must be published in them. */
const QUANTIZED_WHILE_LOADING: readonly Quantization[] = ['fp8', 'bitsandbytes'];

function checkPublishedQuantization({ facts, quantization }: LaunchPlan): Problem | undefined {
  if (facts === undefined || quantization === undefined || quantization === facts.quantization) return undefined;
  if (facts.quantization !== undefined) {
    return {
      what: `quantization ${quantization} for ${facts.id}`,
      why: `its weights are published as ${facts.quantization}, and vLLM refuses another format`,
      fix: 'leave quantization out',
    };
  }
  if (QUANTIZED_WHILE_LOADING.includes(quantization)) return undefined;
  return {
    what: `quantization ${quantization} for ${facts.id}`,
    why: 'its weights are published unquantized, and vLLM makes only fp8 while it loads',
    fix: `name a repository with ${quantization} weights, or set quantization: 'fp8'`,
  };
}

/** Oldest compute capability with kernels for a quantization. @see https://docs.vllm.ai/en/latest/features/quantization/ */
const NEEDED_CAPABILITY = { fp8: 7.5, awq: 7.5, gptq: 7.5, mxfp4: 8, bitsandbytes: 7 } as const;

function checkQuantization({ accelerator, quantization, facts }: LaunchPlan, version: string): Problem | undefined {
  const wanted = quantization ?? facts?.quantization;
  if (wanted === 'bitsandbytes' && atLeast(version, WITHOUT_BITSANDBYTES)) {
    return {
      what: `quantization bitsandbytes with vLLM ${version}`,
      why: `its image no longer has it since ${WITHOUT_BITSANDBYTES}`,
      fix: `choose another quantization, or runtime: vllm('0.24.0')`,
    };
  }
  if (wanted === undefined || accelerator.computeCapability >= NEEDED_CAPABILITY[wanted]) return undefined;
  return {
    what: `quantization ${wanted} on ${accelerator.displayName}`,
    why: `vLLM needs compute capability ${NEEDED_CAPABILITY[wanted]} for it, and ${accelerator.displayName} has ${accelerator.computeCapability}`,
    fix: 'choose another quantization or a newer accelerator',
  };
}

function checkRank({ lora }: LaunchPlan): Problem | undefined {
  if (lora === undefined || LORA_RANKS.some((rank) => rank === lora.maxRank)) return undefined;
  return {
    what: `maxAdapterRank ${lora.maxRank} is not a rank that vLLM serves`,
    why: `its kernels exist for ${oneOf(LORA_RANKS)}`,
    fix: rankFix(lora.maxRank),
  };
}

function rankFix(rank: number): string {
  const next = LORA_RANKS.find((candidate) => candidate > rank);
  return next === undefined
    ? 'train the adapter with a lower rank'
    : `use ${next}; adapters of a lower rank fit into it`;
}
