import { type ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { type ObjectiveGroup } from '../core/api-profile';
import { Components } from '../core/labels';
import * as llmd from '../../imports/llm-d.ai';
import * as extension from '../../imports/inference.networking.x-k8s.io';
import { addChecks } from './checks';
import { type TargetModel } from './inference-model';
import { poolRef } from './inference-objective';
import { type PoolReference } from './inference-pool';
import { adopt } from './metadata';
import { checkObjectiveGroup } from './objective-group';
import { present } from './present';

/** Settings of an InferenceModelRewrite. */
export interface InferenceModelRewriteProps {
  readonly pool: PoolReference;
  /** Name in the request. */
  readonly modelName: string;
  /** Models and adapters that serve it. */
  readonly targets: readonly TargetModel[];
  /** API group to make it in; the pool's endpoint picker must read it. */
  readonly group: ObjectiveGroup;
  /**
   * Name of the object.
   * @default - from the construct path
   */
  readonly name?: string;
}

/** Sends requests for one model name to other models or adapters of the pool, by weight. */
export class InferenceModelRewrite extends Construct {
  public readonly resource: ApiObject;

  public constructor(scope: Construct, id: string, props: InferenceModelRewriteProps) {
    super(scope, id);
    const targets = props.targets.map(({ name, weight }) => present({ modelRewrite: name, weight }));
    const metadata = present({ name: props.name });
    const spec = { poolRef: poolRef(props.pool) };
    if (props.group === 'llm-d.ai') {
      const type = llmd.InferenceModelRewriteSpecRulesMatchesModelType.EXACT;
      const rules = [{ matches: [{ model: { type, value: props.modelName } }], targets }];
      this.resource = new llmd.InferenceModelRewrite(this, 'Default', { metadata, spec: { ...spec, rules } });
    } else {
      const type = extension.InferenceModelRewriteSpecRulesMatchesModelType.EXACT;
      const rules = [{ matches: [{ model: { type, value: props.modelName } }], targets }];
      this.resource = new extension.InferenceModelRewrite(this, 'Default', { metadata, spec: { ...spec, rules } });
    }
    adopt(this.resource, Components.MODEL_SERVER);
    addChecks(this, () => checkObjectiveGroup(this, props.group));
  }
}
