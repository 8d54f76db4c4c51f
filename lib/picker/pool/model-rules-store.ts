import { priorityOf } from '../../core/criticality';
import type { Random } from '../time';
import type { ObjectiveFacts } from './objects/inference-objective';
import type { ModelFacts } from './objects/inference-model';
import type { RewriteFacts, WeightedTarget } from './objects/inference-model-rewrite';
import type { ModelRules, RewriteTarget } from './views';
import { drawTarget } from './weighted-choice';

interface Rule {
  readonly name: string;
  readonly targets: readonly WeightedTarget[];
}

/**
 * Priorities and model names as the objects of the pool say them: the only writer of the model rules. A rule that names
 * a model goes before one that takes all of them, then the older object before the younger, then the order in the object.
 */
export class ModelRulesStore implements ModelRules {
  #objectives: ReadonlyMap<string, number> = new Map();
  #modelPriorities: ReadonlyMap<string, number> = new Map();
  #modelTargets: ReadonlyMap<string, Rule> = new Map();
  #exact: ReadonlyMap<string, Rule> = new Map();
  #general: Rule | undefined;
  #priorities: readonly number[] = Object.freeze([]);

  public get priorities(): readonly number[] {
    return this.#priorities;
  }

  /** All objectives of the pool. */
  public setObjectives(objectives: readonly Omit<ObjectiveFacts, 'pool'>[]): void {
    this.#objectives = new Map(objectives.map(({ name, priority }) => [name, priority]));
    this.#collectPriorities();
  }

  /** All rewrites of the pool. */
  public setRewrites(rewrites: readonly Omit<RewriteFacts, 'pool'>[]): void {
    const exact = new Map<string, Rule>();
    let general: Rule | undefined;
    for (const { name, rules } of oldestFirst(rewrites)) {
      for (const { models, targets } of rules) {
        const rule = { name, targets };
        if (models.length === 0) general ??= rule;
        for (const model of models) if (!exact.has(model)) exact.set(model, rule);
      }
    }
    this.#exact = exact;
    this.#general = general;
  }

  /** All InferenceModels of the pool. Of two with one model name the older counts. */
  public setModels(models: readonly ModelFacts[]): void {
    const youngestFirst = oldestFirst(models).toReversed();
    this.#modelPriorities = new Map(youngestFirst.map((model) => [model.modelName, priorityOf(model.criticality)]));
    this.#modelTargets = new Map(
      youngestFirst.map(({ name, modelName, targets }) => {
        const same = [{ model: modelName, weight: undefined }];
        return [modelName, { name, targets: targets.length === 0 ? same : targets }];
      }),
    );
    this.#collectPriorities();
  }

  public priorityOf(objective: string): number | undefined {
    return this.#objectives.get(objective);
  }

  public priorityOfModel(model: string): number | undefined {
    return this.#modelPriorities.get(model);
  }

  public rewrite(model: string, random: Random): RewriteTarget | 'empty' | undefined {
    const rule = this.#exact.get(model) ?? this.#modelTargets.get(model) ?? this.#general;
    if (rule === undefined) return undefined;
    const target = drawTarget(rule.targets, random);
    return target === undefined ? 'empty' : { model: target, rule: rule.name };
  }

  #collectPriorities(): void {
    const all = new Set([...this.#objectives.values(), ...this.#modelPriorities.values()]);
    this.#priorities = Object.freeze([...all].sort((a, b) => b - a));
  }
}

/** Names decide between objects of one second, so that all pickers of a pool agree. */
function oldestFirst<T extends { readonly name: string; readonly createdAt: number }>(
  objects: readonly T[],
): readonly T[] {
  return objects.toSorted((a, b) => compare(a.createdAt, b.createdAt) || compare(a.name, b.name));
}

function compare<T extends string | number>(a: T, b: T): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
