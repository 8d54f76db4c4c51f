import { POOL_APIS } from '../../../core/api-profile';
import type { Problem } from '../../../core/problem';
import { TARGET_WEIGHTS } from '../../../core/weights';
import { type Field, readObject } from './field';
import { readMeta } from './meta';
import { type PoolRef, readPoolRef } from './pool-ref';

/** A model that a rule may send requests to. */
export interface WeightedTarget {
  readonly model: string;
  /** Share among the targets of the rule; undefined where it has none. */
  readonly weight: number | undefined;
}

/** A rule of an InferenceModelRewrite. */
export interface RewriteRule {
  /** Model names that it is for; none means all of them. */
  readonly models: readonly string[];
  /** Where its requests go; none means that they are refused. */
  readonly targets: readonly WeightedTarget[];
}

/** An InferenceModelRewrite of either group. */
export interface RewriteFacts {
  readonly name: string;
  readonly pool: PoolRef;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly rules: readonly RewriteRule[];
}

/** Reads an InferenceModelRewrite. */
export function readInferenceModelRewrite(rewrite: unknown): RewriteFacts | Problem {
  return readObject(rewrite, (root) => {
    const { name, createdAt } = readMeta(root);
    const spec = root.at('spec');
    return { name, pool: readPoolRef(spec.at('poolRef'), POOL_APIS.v1.group), createdAt, rules: readRules(spec) };
  });
}

/** Reads the rules below `rules`. */
export function readRules(spec: Field): readonly RewriteRule[] {
  return spec
    .at('rules')
    .items()
    .map((rule) => ({
      models: rule.at('matches').items().map(readMatch),
      targets: rule
        .at('targets')
        .items()
        .map((target) => readTarget(target, 'modelRewrite')),
    }));
}

function readMatch(match: Field): string {
  const model = match.at('model');
  model.at('type').oneOf(['Exact'], 'Exact');
  return model.at('value').string();
}

/** Reads a target, whose model name is in the member of the given name. */
export function readTarget(target: Field, nameField: string): WeightedTarget {
  return {
    model: target.at(nameField).string(),
    weight: target.at('weight').integerOr(TARGET_WEIGHTS.min, TARGET_WEIGHTS.max, undefined),
  };
}
