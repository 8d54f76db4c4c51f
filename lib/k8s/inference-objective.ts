import { type ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { INFERENCE_POOL_KIND, type ObjectiveGroup, POOL_APIS } from '../core/api-profile';
import { Components } from '../core/labels';
import * as llmd from '../../imports/llm-d.ai';
import * as extension from '../../imports/inference.networking.x-k8s.io';
import { type PoolReference } from './inference-pool';
import { adopt } from './metadata';
import { problemsOf, type Problem } from '../core/problem';
import { checkObjectiveGroup } from './objective-group';
import { present } from './present';
import { addChecks } from './checks';

/** Settings of an InferenceObjective. */
export interface InferenceObjectiveProps {
  readonly pool: PoolReference;
  /** Priority of the requests that name this objective; below zero is sheddable. */
  readonly priority: number;
  /** API group to make it in; the pool's endpoint picker must read it. */
  readonly group: ObjectiveGroup;
  /**
   * Name that requests carry in the objective header.
   * @default - from the construct path
   */
  readonly name?: string;
}

/** A priority that requests ask for by name, in the objective header. */
export class InferenceObjective extends Construct {
  public readonly resource: ApiObject;

  public constructor(scope: Construct, id: string, props: InferenceObjectiveProps) {
    super(scope, id);
    const kinds = {
      'llm-d.ai': llmd.InferenceObjective,
      'inference.networking.x-k8s.io': extension.InferenceObjective,
    };
    this.resource = new kinds[props.group](this, 'Default', {
      metadata: present({ name: props.name }),
      spec: { priority: props.priority, poolRef: poolRef(props.pool) },
    });
    adopt(this.resource, Components.MODEL_SERVER);
    addChecks(this, () => problemsOf(checkPoolApi(props.pool), checkObjectiveGroup(this, props.group)));
  }

  /** Value of the objective header. */
  public get name(): string {
    return this.resource.name;
  }
}

function checkPoolApi(pool: PoolReference): Problem | undefined {
  if (pool.api === 'v1') return undefined;
  return {
    what: `an objective for pool '${pool.name}' of API ${pool.api}`,
    why: 'clusters of that API have InferenceModel in place of objectives',
    fix: 'use InferenceModel, or a pool of API v1',
  };
}

/** Reference to a pool, as objectives and rewrites write it. */
export function poolRef(pool: PoolReference): { group: string; kind: string; name: string } {
  return { group: POOL_APIS[pool.api].group, kind: INFERENCE_POOL_KIND, name: pool.name };
}
