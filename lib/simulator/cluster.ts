import type { Accelerator } from '../core/accelerators';
import type { ModelFacts, Quantization } from '../core/models/model-facts';
import { oneOf, ValidationError, type Problem } from '../core/problem';
import { vllm } from '../core/runtimes';
import { adapterLoadMs, defaultBatchedTokens, kvBlocks } from '../core/serving-cost/engine';
import { type ServingLayout, stepCost } from '../core/serving-cost/step-cost';
import type { ReplicaSettings } from './replica/replica';

/** A model server as its command line describes it. */
export interface ServerPlan {
  readonly model: ModelFacts;
  readonly accelerator: Accelerator;
  /** GPUs of one pod. */
  readonly gpus: number;
  readonly quantization?: Quantization | undefined;
  /** Longest prompt and answer together, tokens. @default - the model's */
  readonly maxTokens?: number | undefined;
  /** @default - vLLM's choice for the accelerator */
  readonly maxSequences?: number | undefined;
  /** @default - vLLM's choice for the accelerator */
  readonly maxBatchedTokens?: number | undefined;
  /** Part of a GPU's memory that the server takes. @default 0.9 */
  readonly gpuMemoryUtilization?: number | undefined;
  /** @default true */
  readonly prefixCaching?: boolean | undefined;
  /** Bytes of one KV-cache element. @default 2 */
  readonly kvBytesPerElement?: number | undefined;
  /** Adapters that one batch may mix, and those kept in main memory; undefined without adapters. */
  readonly adapters?: { readonly slots: number; readonly inMemory: number } | undefined;
}

/** Settings of a replica. Throws a ValidationError when the model does not fit or the accelerator is not known. */
export function replicaSettings(plan: ServerPlan): ReplicaSettings {
  const layout: ServingLayout = plan;
  const cost = stepCost(layout);
  if (cost === undefined) throw new ValidationError('simulation', [unknownSpeed(plan)]);
  const blocks = kvBlocks(layout, plan.gpuMemoryUtilization);
  if (blocks < 64) throw new ValidationError('simulation', [noRoom(plan)]);
  const maxTokens = plan.maxTokens ?? plan.model.maxContext;
  const billions = plan.model.parametersBillion;
  return {
    cost,
    blocks,
    prefixCaching: plan.prefixCaching ?? true,
    limits: {
      tokens: plan.maxBatchedTokens ?? defaultBatchedTokens(plan.accelerator),
      sequences: plan.maxSequences ?? vllm().defaultMaxSequences(plan.accelerator),
    },
    maxTokens,
    adapters:
      plan.adapters === undefined
        ? undefined
        : { ...plan.adapters, copyMs: adapterLoadMs(billions, true), readMs: adapterLoadMs(billions, false) },
  };
}

function unknownSpeed({ accelerator }: ServerPlan): Problem {
  return {
    what: `accelerator ${accelerator.displayName}`,
    why: 'the cost model does not know its speed',
    fix: 'choose an accelerator of the catalogue',
  };
}

function noRoom({ model, accelerator, gpus }: ServerPlan): Problem {
  const counts = accelerator.gpuCounts.filter((count) => count > gpus);
  return {
    what: `${model.id} on ${gpus} x ${accelerator.displayName}`,
    why: 'its weights leave no room for a KV cache',
    fix: counts.length === 0 ? 'choose a larger accelerator' : `use ${oneOf(counts)} GPUs, or a larger accelerator`,
  };
}
