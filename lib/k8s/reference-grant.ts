import { type Construct } from 'constructs';
import * as gateway from '../../imports/gateway.networking.k8s.io';
import { GATEWAY_API_GROUP, INFERENCE_POOL_KIND, POOL_APIS } from '../core/api-profile';
import { Components } from '../core/labels';
import { type PoolReference } from './inference-pool';
import { adopt } from './metadata';
import { namespaceOf } from './namespace';

/**
 * Lets the routes of a construct's namespace refer to pools of other namespaces. The grants live where the pools are:
 * it is their owner who permits.
 */
export function createPoolGrants(
  scope: Construct,
  pools: readonly PoolReference[],
): readonly gateway.ReferenceGrantV1Beta1[] {
  const from = namespaceOf(scope);
  if (from === undefined) return [];
  const foreign = new Map<string, PoolReference[]>();
  for (const pool of pools) {
    if (pool.namespace === undefined || pool.namespace === from) continue;
    foreign.set(pool.namespace, [...(foreign.get(pool.namespace) ?? []), pool]);
  }
  return [...foreign].map(([namespace, targets]) => createGrant(scope, from, namespace, targets));
}

function createGrant(
  scope: Construct,
  from: string,
  namespace: string,
  pools: readonly PoolReference[],
): gateway.ReferenceGrantV1Beta1 {
  const grant = new gateway.ReferenceGrantV1Beta1(scope, `grant-${namespace}`, {
    metadata: { namespace },
    spec: {
      from: [{ group: GATEWAY_API_GROUP, kind: 'HTTPRoute', namespace: from }],
      to: [...new Map(pools.map((pool) => [pool.name, pool])).values()].map((pool) => ({
        group: POOL_APIS[pool.api].group,
        kind: INFERENCE_POOL_KIND,
        name: pool.name,
      })),
    },
  });
  adopt(grant, Components.GATEWAY);
  return grant;
}
