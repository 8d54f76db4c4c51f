import { INFERENCE_POOL_KIND } from '../../../core/api-profile';
import type { Field } from './field';

/** Which pool an object is for. */
export interface PoolRef {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
}

/** Reads `poolRef`; its group may be left out. */
export function readPoolRef(ref: Field, defaultGroup: string): PoolRef {
  return {
    group: ref.at('group').stringOr(defaultGroup),
    kind: ref.at('kind').stringOr(INFERENCE_POOL_KIND),
    name: ref.at('name').string(),
  };
}

/** Whether an object is for a pool: objects of others share the namespace. */
export function refersTo(ref: PoolRef, pool: Pick<PoolRef, 'group' | 'name'>): boolean {
  return ref.kind === INFERENCE_POOL_KIND && ref.name === pool.name && ref.group === pool.group;
}
