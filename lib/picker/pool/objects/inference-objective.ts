import { POOL_APIS } from '../../../core/api-profile';
import type { Problem } from '../../../core/problem';
import { readObject } from './field';
import { readMeta } from './meta';
import { type PoolRef, readPoolRef } from './pool-ref';

const INT32_MIN = -(2 ** 31);
const INT32_MAX = 2 ** 31 - 1;

/** An InferenceObjective of either group. Requests name it in a header. */
export interface ObjectiveFacts {
  readonly name: string;
  readonly pool: PoolRef;
  /** Higher first; below zero means sheddable. */
  readonly priority: number;
}

/** Reads an InferenceObjective; without a priority it has 0. */
export function readInferenceObjective(objective: unknown): ObjectiveFacts | Problem {
  return readObject(objective, (root) => ({
    name: readMeta(root).name,
    pool: readPoolRef(root.at('spec').at('poolRef'), POOL_APIS.v1.group),
    priority: root.at('spec').at('priority').integerOr(INT32_MIN, INT32_MAX, 0),
  }));
}
