import { POOL_APIS } from '../../../core/api-profile';
import { type Criticality, DEFAULT_CRITICALITY } from '../../../core/criticality';
import type { Problem } from '../../../core/problem';
import { readObject } from './field';
import { readTarget, type WeightedTarget } from './inference-model-rewrite';
import { readMeta } from './meta';
import { type PoolRef, readPoolRef } from './pool-ref';

const CRITICALITIES: readonly Criticality[] = ['Critical', 'Standard', 'Sheddable'];

/** An InferenceModel of the old API: a model name that clients use. */
export interface ModelFacts {
  readonly name: string;
  readonly pool: PoolRef;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly modelName: string;
  readonly criticality: Criticality;
  /** Models that the server knows; none means the model of that name. */
  readonly targets: readonly WeightedTarget[];
}

/** Reads an InferenceModel. */
export function readInferenceModel(model: unknown): ModelFacts | Problem {
  return readObject(model, (root) => {
    const { name, createdAt } = readMeta(root);
    const spec = root.at('spec');
    return {
      name,
      createdAt,
      pool: readPoolRef(spec.at('poolRef'), POOL_APIS.v1alpha2.group),
      modelName: spec.at('modelName').string(),
      criticality: spec.at('criticality').oneOf(CRITICALITIES, DEFAULT_CRITICALITY),
      targets: spec
        .at('targetModels')
        .items()
        .map((target) => readTarget(target, 'name')),
    };
  });
}
