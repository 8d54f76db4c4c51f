import { type ApiObject, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { type ObjectiveGroup } from '../core/api-profile';
import { checkPriority, DEFAULT_CRITICALITY, priorityOf, type Criticality } from '../core/criticality';
import { Components } from '../core/labels';
import { checkModelName, objectName } from '../core/names';
import { allOf, problemsOf, type Problem } from '../core/problem';
import { checkWeights, TARGET_WEIGHTS } from '../core/weights';
import * as legacy from '../../imports/inference.networking.x-k8s.io';
import { addChecks } from './checks';
import { InferenceModelRewrite } from './inference-model-rewrite';
import { InferenceObjective } from './inference-objective';
import { type InferencePool } from './inference-pool';
import { adopt } from './metadata';
import { present } from './present';

/** A served model or adapter that takes a share of a logical model's requests. */
export interface TargetModel {
  /** Name of the base model or of an adapter. */
  readonly name: string;
  /**
   * Share relative to the other targets, 1 to 1,000,000; on all targets or on none.
   * @default - equal shares
   */
  readonly weight?: number;
}

/** What a logical model is called and what stands behind it. */
export interface LogicalModel {
  /** Name that clients put into the `model` field. */
  readonly modelName: string;
  /**
   * How much its requests matter when the pool is full.
   * @default 'Standard'
   */
  readonly criticality?: Criticality;
  /**
   * Priority in place of the criticality's own; below zero is sheddable. API profile v1 only.
   * @default - from the criticality
   */
  readonly priority?: number;
  /**
   * Models or adapters that serve it.
   * @default - the one of the same name
   */
  readonly targets?: readonly TargetModel[];
  /**
   * Name of the objects, which clients send in the objective header to ask for this model's priority.
   * @default - the model's name, made valid and told apart by a few digits where Kubernetes does not take it
   */
  readonly name?: string;
}

/** Settings of an InferenceModel. */
export interface InferenceModelProps extends LogicalModel {
  /** Pool that serves the model. Its endpoint picker must be made before, or the API profile must name the group. */
  readonly pool: InferencePool;
}

const MOST_LEGACY_TARGETS = 10;
const DEFAULT_OBJECTIVE_GROUP: ObjectiveGroup = 'inference.networking.x-k8s.io';

/**
 * A model name that clients use. In API profile v1 it becomes an InferenceObjective (its priority, which requests ask
 * for by header) and an InferenceModelRewrite (its targets); in v1alpha2 an InferenceModel.
 */
export class InferenceModel extends Construct {
  public readonly modelName: string;
  public readonly pool: InferencePool;
  /** The objective, in API profile v1. */
  public readonly objective: InferenceObjective | undefined;
  /** The rewrite, in API profile v1. */
  public readonly rewrite: InferenceModelRewrite | undefined;
  /** The InferenceModel object, in API profile v1alpha2. */
  public readonly legacyModel: ApiObject | undefined;
  readonly #props: InferenceModelProps;
  readonly #group: ObjectiveGroup;

  public constructor(scope: Construct, id: string, props: InferenceModelProps) {
    super(scope, id);
    this.#props = props;
    this.modelName = props.modelName;
    this.pool = props.pool;
    this.#group = props.pool.profile.objectives ?? props.pool.picker?.objectiveGroup ?? DEFAULT_OBJECTIVE_GROUP;
    const name = props.name ?? objectName(props.modelName, props.pool.name);
    if (props.pool.api === 'v1') {
      const shared = { name, pool: props.pool, group: this.#group };
      this.objective = new InferenceObjective(this, 'objective', { ...shared, priority: this.priority });
      this.rewrite = new InferenceModelRewrite(this, 'rewrite', {
        ...shared,
        modelName: this.modelName,
        targets: this.targets,
      });
    } else {
      this.legacyModel = this.#createLegacy(name);
    }
    props.pool._addModelName(props.modelName, this.node.path);
    addChecks(this, () => this.#check());
  }

  /** Models and adapters behind the name. */
  public get targets(): readonly TargetModel[] {
    return this.#props.targets ?? [{ name: this.modelName }];
  }

  /** Priority of the model's requests; below zero is sheddable. */
  public get priority(): number {
    return this.#props.priority ?? priorityOf(this.criticality);
  }

  public get criticality(): Criticality {
    return this.#props.criticality ?? DEFAULT_CRITICALITY;
  }

  #createLegacy(name: string): ApiObject {
    const model = new legacy.InferenceModel(this, 'model', {
      metadata: { name },
      spec: Lazy.any({ produce: () => this.#legacySpec() }) as legacy.InferenceModelSpec,
    });
    adopt(model, Components.MODEL_SERVER);
    return model;
  }

  #legacySpec(): legacy.InferenceModelSpec {
    const criticalities = legacy.InferenceModelSpecCriticality;
    return present<legacy.InferenceModelSpec>({
      modelName: this.modelName,
      criticality: {
        Critical: criticalities.CRITICAL,
        Standard: criticalities.STANDARD,
        Sheddable: criticalities.SHEDDABLE,
      }[this.criticality],
      poolRef: { group: this.pool.group, kind: 'InferencePool', name: this.pool.name },
      targetModels: this.#props.targets?.map(({ name, weight }) => present({ name, weight })),
    });
  }

  #check(): readonly Problem[] {
    const { priority } = this.#props;
    return problemsOf(
      checkModelName('modelName', this.modelName),
      this.#checkDuplicate(),
      this.#checkTargets(),
      this.#checkRepeated(),
      checkWeights('target', this.targets, TARGET_WEIGHTS),
      priority === undefined ? undefined : checkPriority(priority),
      this.#checkPriorityApi(),
      this.#checkGroup(),
    );
  }

  #checkDuplicate(): Problem | undefined {
    const first = this.pool.modelNames.find(({ name }) => name === this.modelName);
    if (first === undefined || first.path === this.node.path) return undefined;
    return {
      what: `modelName '${this.modelName}' is in pool '${this.pool.name}' twice`,
      why: `${first.path} has it already, and the picker would follow just one of them`,
      fix: 'give one of them another name, or make it a target of the other',
    };
  }

  #checkTargets(): readonly Problem[] {
    const served = this.pool.member.servedModels;
    if (this.targets.length === 0) {
      return [
        {
          what: `targets of '${this.modelName}' is empty`,
          why: 'requests would have nowhere to go',
          fix: 'leave it out to serve the model of the same name, or name a target',
        },
      ];
    }
    if (served === undefined) return [];
    return this.targets
      .filter(({ name }) => !served.includes(name))
      .map(({ name }) => ({
        what: `target '${name}' of '${this.modelName}' is served by no model server of pool '${this.pool.name}'`,
        why: `its pods serve ${allOf(served)}, and answer 404 to other names`,
        fix: `add it to the adapters of the model server, or name one that is served`,
      }));
  }

  #checkRepeated(): readonly Problem[] {
    const names = this.targets.map(({ name }) => name);
    const twice = [...new Set(names.filter((name, i) => names.indexOf(name) !== i))].map((name) => ({
      what: `target '${name}' of '${this.modelName}' is named twice`,
      why: 'its weights would add up without anybody seeing it',
      fix: 'keep one entry, with the sum of the weights',
    }));
    if (this.pool.api === 'v1' || names.length <= MOST_LEGACY_TARGETS) return twice;
    const many = {
      what: `'${this.modelName}' has ${names.length} targets`,
      why: `InferenceModel v1alpha2 takes at most ${MOST_LEGACY_TARGETS}`,
      fix: 'remove some, or use API profile v1',
    };
    return [...twice, many];
  }

  #checkPriorityApi(): Problem | undefined {
    if (this.pool.api === 'v1' || this.#props.priority === undefined) return undefined;
    return {
      what: `priority ${this.#props.priority} of '${this.modelName}' in API profile v1alpha2`,
      why: 'the old InferenceModel has a criticality only',
      fix: `set criticality: 'Critical', 'Standard' or 'Sheddable'`,
    };
  }

  #checkGroup(): Problem | undefined {
    const wanted = this.pool.picker?.objectiveGroup;
    if (this.pool.api !== 'v1' || wanted === undefined || wanted === this.#group) return undefined;
    return {
      what: `the objective of '${this.modelName}' is in group ${this.#group}`,
      why: `the picker of pool '${this.pool.name}' reads ${wanted} and would silently ignore it`,
      fix: 'make the EndpointPicker before the InferenceModel, or set the group in the API profile',
    };
  }
}
