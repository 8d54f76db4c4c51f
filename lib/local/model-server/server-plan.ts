import type { Accelerator } from '../../core/accelerators';
import type { ModelFacts, Quantization } from '../../core/models/model-facts';
import type { ServerPlan } from '../../simulator/cluster';
import type { ServerDeployment } from '../manifests/topology';

const QUANTIZATIONS: readonly Quantization[] = ['fp8', 'awq', 'gptq', 'mxfp4', 'bitsandbytes'];

/** What the simulator needs to know of a Deployment's servers, for the model and the GPUs that they are played with. */
export function serverPlan(
  { settings, gpus }: ServerDeployment,
  model: ModelFacts,
  accelerator: Accelerator,
): ServerPlan {
  return {
    model,
    accelerator,
    gpus: Math.max(1, gpus, settings.tensorParallel * settings.pipelineParallel),
    quantization: QUANTIZATIONS.find((quantization) => quantization === settings.quantization),
    maxTokens: settings.maxModelLength,
    maxSequences: settings.maxSequences,
    maxBatchedTokens: settings.maxBatchedTokens,
    gpuMemoryUtilization: settings.gpuMemoryUtilization,
    prefixCaching: settings.prefixCaching,
    kvBytesPerElement: settings.fp8KvCache ? 1 : 2,
    adapters: settings.maxLoras === 0 ? undefined : { slots: settings.maxLoras, inMemory: settings.maxCpuLoras },
  };
}
