import type { Accelerator } from '../accelerators';
import { VLLM_METRICS, VLLM_METRICS_BEFORE_0_10_2 } from '../metric-names';
import type { LaunchPlan, LoraPlan, ModelRuntime } from '../model-runtime';
import { MODEL_SERVER_PORT } from '../ports';
import { oneOf, problemsOf, type Problem } from '../problem';
import { atLeast } from '../version';

/** Release that the library is written for. @see https://github.com/vllm-project/vllm/releases */
export const DEFAULT_VLLM_VERSION = '0.30.0';

/** Release that renamed the KV-cache metric, the oldest one that the routing metrics are complete in. */
const RENAMED_KV_METRIC = '0.10.2';
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
  '--lora-modules': 'adapters',
  '--max-loras': 'maxActiveAdapters',
  '--max-cpu-loras': 'maxAdaptersInMemory',
  '--max-lora-rank': 'maxAdapterRank',
  '--shutdown-timeout': 'drainTimeout',
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
    health: { loaded: '/v1/models', healthy: '/health' },
    metrics: atLeast(version, RENAMED_KV_METRIC) ? VLLM_METRICS : VLLM_METRICS_BEFORE_0_10_2,
    defaultMaxSequences,
    managedFlags: MANAGED_FLAGS,
    args: (plan) => args(plan, version),
    env: (plan) => env(plan),
    check: (plan) => problemsOf(checkDataType(plan), checkQuantization(plan, version), checkRank(plan)),
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

function checkDataType({ accelerator, dataType, facts, quantization }: LaunchPlan): Problem | undefined {
  const wanted = dataType ?? (quantization === undefined ? (facts?.dataType ?? (facts && 'bfloat16')) : undefined);
  if (wanted !== 'bfloat16' || accelerator.computeCapability >= 8) return undefined;
  return {
    what: `dataType bfloat16 on ${accelerator.displayName}`,
    why: `it needs compute capability 8.0, and ${accelerator.displayName} has ${accelerator.computeCapability}`,
    fix: `set dataType: 'float16', or choose a newer accelerator`,
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
